"""The bound on all files of the folder, and giving back to the file system what is free.

The database may grow until all that stands beside it just fits. When it wants to grow further,
damaged databases that are kept in case somebody asks give way first (``quarantine``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from lamplighter.store.files.database import PAGE_BYTES, WAL_PAGES, max_pages
from lamplighter.store.files.place import Place

SLICE_PAGES = 256
_SLACK_PAGES = 1024
_SHARE = 4
_PATIENCE_MS = 50
_SHORT_LOG = 2 << 20
_LONG_LOG = 8 << 20
_SPARING_PAGES = 1024
_ROOMY_BYTES = 128 << 20


class Space:
    """Knows how much there may be of what; used on the writer's thread.

    Args:
        place: the files.
        max_bytes: bound of all of them.
        spared: the disk is to be written to as little as may be.
    """

    def __init__(self, place: Place, max_bytes: int, *, spared: bool = False) -> None:
        self._place = place
        self._max_bytes = max_bytes
        self._spared = spared

    def pages(self) -> int:
        """Pages that the database may have beside what is there: caches, damaged databases."""
        return max_pages(self._max_bytes - self._place.bytes_cached() - self._place.bytes_aside())

    def log_pages(self) -> int:
        """Pages in the log before they are copied home.

        A page that changes often is copied less often out of a longer log, a third less is written
        then at 1,000 messages a second; but whoever waits for that copying waits longer.
        """
        return _SPARING_PAGES if self._spared and self._max_bytes >= _ROOMY_BYTES else WAL_PAGES

    def bound(self, connection: sqlite3.Connection, pages: int, *, log_pages: int) -> None:
        """Sets how many pages database and log may have."""
        for pragma in (
            f"max_page_count={pages}",
            f"wal_autocheckpoint={log_pages}",
            f"journal_size_limit={log_pages * PAGE_BYTES}",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()

    def log_room(self, connection: sqlite3.Connection) -> int:
        """Bytes by which the write-ahead log may still grow.

        It grows without an end where something reads for long: what was written since then can't
        be copied home. What it will take there is counted already.
        """
        log = self._place.bytes_logged()
        if log <= _SHORT_LOG:
            return _SHORT_LOG
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        stored = max(int(pages) * PAGE_BYTES, self._place.bytes_stored())
        return self._max_bytes - log - stored - self._place.bytes_beside()

    def is_held(self, connection: sqlite3.Connection) -> bool:
        """True where the log can't be emptied, so that deleting makes it longer and no room."""
        return self._place.bytes_logged() > _SHORT_LOG and self.log_room(connection) < _SHORT_LOG

    def excess(self, connection: sqlite3.Connection) -> int:
        """Pages in use beyond what there may be, after ``max_bytes`` was lowered; 0 mostly."""
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        most = max_pages(self._max_bytes - self._place.bytes_cached())
        return max(0, int(pages) - free_pages(connection) - most)

    def empty_log(self, connection: sqlite3.Connection) -> None:
        """Copies the log home and empties it, if nothing that reads keeps it from that."""
        (wait,) = connection.execute("PRAGMA busy_timeout").fetchone()
        connection.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}").fetchall()
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.execute(f"PRAGMA busy_timeout={wait}").fetchall()

    def give_back(
        self,
        connection: sqlite3.Connection,
        again: Callable[[Callable[[sqlite3.Connection], None]], object],
    ) -> None:
        """Gives a share of the free pages back to the file system, in slices.

        Args:
            connection: the writer's, outside of a transaction.
            again: has the next slice done after what else waits to be committed.
        """
        free = free_pages(connection)
        if free > _SLACK_PAGES:
            self._slice(connection, again, max(SLICE_PAGES, free // _SHARE))

    def _slice(
        self,
        connection: sqlite3.Connection,
        again: Callable[[Callable[[sqlite3.Connection], None]], object],
        pages: int,
    ) -> None:
        if self._place.bytes_logged() > _LONG_LOG:
            # Something reads, so nothing can be copied home: this would only add to it.
            return
        # Not execute(): it would stop after the first page.
        connection.executescript(f"PRAGMA incremental_vacuum({SLICE_PAGES})")
        rest = pages - SLICE_PAGES
        if rest > 0 and free_pages(connection) > _SLACK_PAGES:
            again(lambda later: self._slice(later, again, rest))


def free_pages(connection: sqlite3.Connection) -> int:
    """Pages of the file that hold nothing."""
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    return int(free)
