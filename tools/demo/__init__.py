"""A home and a machine to try Lamplighter on: they announce themselves and behave as real ones."""
