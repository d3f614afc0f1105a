"""Times, lengths and recurrences that a sentence says, and when they are."""
