"""Figures of understanding, one module a set of sentences."""
