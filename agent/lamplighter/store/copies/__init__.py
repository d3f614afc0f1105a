"""Copies of the store: whole, or line by line."""
