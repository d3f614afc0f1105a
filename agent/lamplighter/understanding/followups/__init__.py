"""Follow-ups: what a sentence means only after the one before it."""
