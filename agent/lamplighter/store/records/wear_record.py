"""What was written today, kept from one run to the next."""

from __future__ import annotations

import sqlite3

from lamplighter.store.records.snapshots import Snapshots
from lamplighter.store.writing.flash import Pace
from lamplighter.store.writing.wear import Wear

WRITTEN = "written"
"""The snapshot's name."""


class WearRecord:
    """Keeps the sums of :class:`Wear`, as seldom as may be.

    Args:
        wear: adds up what is written.
        pace: looks at it.
        snapshots: where it is kept.
    """

    def __init__(self, wear: Wear, pace: Pace, snapshots: Snapshots) -> None:
        self._wear = wear
        self._pace = pace
        self._snapshots = snapshots
        self._written: dict[str, int | None] = {}

    def begin(self) -> None:
        """Goes on from what an earlier run kept."""
        self._wear.begin(self._snapshots.get(WRITTEN))

    def keep(self) -> None:
        """Keeps what was written today, where it is worth a write."""
        self._pace.sample()
        kept = self._wear.kept()
        if self._wear.has_moved(self._written, kept):
            self._written = kept
            self._snapshots.put(WRITTEN, kept)

    def write(self, connection: sqlite3.Connection) -> None:
        """Writes it, within a work of the writer's.

        Raises:
            sqlite3.Error: it can't be written.
        """
        self._pace.sample()
        self._snapshots.write(connection, WRITTEN, self._wear.kept())
