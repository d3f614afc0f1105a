"""What the agent keeps of its home: states, history, alarms, reports, plans."""
