"""Figures of detecting, alarms and reports: one module a theme, each with a ``measure``."""
