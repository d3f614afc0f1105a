"""Whole conversations with simulated homes: what is said, and what must change because of it."""
