"""Keeps a long read from holding the write-ahead log until that has no end."""

from __future__ import annotations

import sqlite3
import threading
from types import TracebackType
from typing import Self

from lamplighter.errors import StoreError
from lamplighter.store.files.place import Place

_LOOK_EVERY = 0.02


class LogGuard:
    """Interrupts a connection, within a ``with``, when the log has grown by too much.

    Args:
        place: the database that is read.
        connection: what reads it.
        most_bytes: growth that is let pass.

    Raises:
        StoreError: on leaving, where it was interrupted.
    """

    def __init__(self, place: Place, connection: sqlite3.Connection, most_bytes: int) -> None:
        self._place = place
        self._connection = connection
        self._most_bytes = most_bytes
        self._done = threading.Event()
        self._interrupted = False
        self._thread = threading.Thread(target=self._watch, name="log-guard", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()
        if self._interrupted:
            raise StoreError(
                self._place.database,
                "so much is being written that reading it all would hold it up; try again when it"
                " is quieter",
            ) from error

    def _watch(self) -> None:
        until = self._place.bytes_logged() + self._most_bytes
        while not self._done.wait(_LOOK_EVERY):
            if self._place.bytes_logged() > until:
                self._interrupted = True
                self._connection.interrupt()
