"""Notices that the files in use were taken away, exchanged, cut or overwritten underneath.

SQLite goes on with what it has open, so that all that is written from then on is lost with the end
of the process. Nothing here opens a file but by SQLite: to close any other descriptor on it would
drop the locks of the whole process.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from lamplighter.store.files.database import PAGE_BYTES, Trouble, connect_for_reading, trouble_of
from lamplighter.store.files.place import Place
from lamplighter.store.migrations import version_of

_Identity = tuple[int, int]


class FileWatch:
    """Looks after a database that is open.

    Args:
        place: where it should be.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._known: dict[Path, _Identity] = {}

    def begin(self) -> None:
        """The files that are there now are those in use."""
        self._known = {}
        self.astray()

    def astray(self) -> str:
        """Which file is not in its place any more, in words; "" where all are. Costs little."""
        place = self._place
        for path in (place.database, place.wal, place.shm):
            found, known = _identity(path), self._known.get(path)
            if known is None:
                if found is not None:
                    self._known[path] = found
            elif found is None:
                return f"{path.name} was deleted while it was in use"
            elif found != known:
                return f"{path.name} was exchanged while it was in use"
        return ""

    def harm(self, connection: sqlite3.Connection) -> str:
        """What was done to the file itself, in words; "" where nothing is seen.

        Args:
            connection: the writer's, between transactions.

        Raises:
            sqlite3.Error: the storage failed.
        """
        return self._cut(connection) or self._overwritten()

    def _cut(self, connection: sqlite3.Connection) -> str:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        try:
            # Pages that are not in the file yet are in the log.
            held = sum(path.stat().st_size for path in (self._place.database, self._place.wal))
        except OSError:
            return ""
        return "the file was cut while it was in use" if held < pages * PAGE_BYTES else ""

    def _overwritten(self) -> str:
        """Looks with new eyes: a connection that is open knows its first pages by heart."""
        try:
            fresh = connect_for_reading(self._place.database)
            try:
                version = version_of(fresh)
            finally:
                fresh.close()
        except sqlite3.Error as error:
            trouble = trouble_of(error, self._place.folder)
            return str(error) if trouble is Trouble.CORRUPT else ""
        return "" if version is not None else "the schema's marker row is gone"


def _identity(path: Path) -> _Identity | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
