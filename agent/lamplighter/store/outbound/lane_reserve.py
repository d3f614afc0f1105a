"""Space that is kept for commands and alarms: nothing else may use up the last pages."""

from __future__ import annotations

import math
import sqlite3

from lamplighter.store.files.space import free_pages
from lamplighter.store.settings import Lanes


class LaneReserve:
    """A rider of the writer that says "full" before it is, to all that come behind it.

    The writer then makes room, and commits what people and alarms wait for without those.

    Args:
        lanes: their shares; None: nothing is kept.

    Attributes:
        suspended: True on a full disk, where the file may not grow: what rows are given up there
            makes room for all that waits.
    """

    def __init__(self, lanes: Lanes | None) -> None:
        self.suspended = False
        self._share = 0.0 if lanes is None else lanes.commands.share + lanes.alarms.share

    def free_pages_kept(self, connection: sqlite3.Connection) -> int:
        """How many free pages there have to be, as the file may not grow by so many any more."""
        if not self._share or self.suspended:
            return 0
        (most,) = connection.execute("PRAGMA max_page_count").fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        return int(max(0, self._share * most - max(0, most - pages)))

    def deadline(self) -> float:
        """It wants nothing itself."""
        return math.inf

    def write(self, connection: sqlite3.Connection) -> None:
        """Looks whether there is room for more than commands and alarms.

        Raises:
            sqlite3.OperationalError: there is not; its code is that of a full database.
        """
        kept = self.free_pages_kept(connection)
        if kept and free_pages(connection) < kept:
            error = sqlite3.OperationalError("what is left is kept for commands and alarms")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    def settle(self, *, committed: bool) -> None:
        """Has written nothing."""
