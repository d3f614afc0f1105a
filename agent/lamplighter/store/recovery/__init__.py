"""Damage found, put aside, and salvaged."""
