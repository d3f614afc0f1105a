"""Lanes: what goes out first, and what is given up last."""

from __future__ import annotations

import enum


class Lane(enum.IntEnum):
    """By priority: a lower number goes first, and is never dropped for a higher one."""

    COMMANDS = 0
    """Commands to devices and replies to people."""

    ALARMS = 1
    """Alarms and reports."""

    STATES = 2
    """Changes of state, availability, health."""

    TELEMETRY = 3
    """Readings."""

    @property
    def label(self) -> str:
        """Its name in tables and JSON."""
        return self.name.lower()
