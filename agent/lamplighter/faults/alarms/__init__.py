"""What becomes of conditions: the alarms' life cycle, operations on them, episodes."""
