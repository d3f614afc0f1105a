"""Conditions: "if the freezer goes above -12 for ten minutes", read and compiled into facts."""
