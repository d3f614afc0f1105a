"""Reading beside the writer: one read-only connection a thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lamplighter.errors import StoreError
from lamplighter.store.files.database import LOOKS, Trouble, Values, connect_for_reading, trouble_of


class Readers:
    """Runs queries on the calling thread; sees whatever was committed before the query.

    Args:
        path: the database.
        damaged: told when a query finds the database damaged.
    """

    def __init__(self, path: Path, damaged: Callable[[str], None]) -> None:
        self.path = path
        self._damaged = damaged
        self._lock = threading.Lock()
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._generation = 0

    def rows(self, sql: str, values: Values | Mapping[str, Any] = ()) -> list[Any]:
        """All rows of a query.

        Raises:
            StoreError: the database can't be read.
        """
        return self._read(sql, values, sqlite3.Cursor.fetchall)

    def some(
        self, sql: str, values: Values | Mapping[str, Any] = (), *, most_bytes: int
    ) -> list[Any]:
        """The first rows of a query, until the blobs in them are so many bytes; at least one.

        Raises:
            StoreError: the database can't be read.
        """

        def take(cursor: sqlite3.Cursor) -> list[Any]:
            found: list[Any] = []
            size = 0
            for row in cursor:
                found.append(row)
                size += sum(len(value) for value in row if isinstance(value, bytes))
                if size >= most_bytes:
                    break
            # Half-read, it would hold the write-ahead log.
            cursor.close()
            return found

        return self._read(sql, values, take)

    def _read(
        self,
        sql: str,
        values: Values | Mapping[str, Any],
        take: Callable[[sqlite3.Cursor], list[Any]],
    ) -> list[Any]:
        for _ in range(LOOKS - 1):
            try:
                return self._take(sql, values, take)
            except sqlite3.Error as error:
                # SQLite says the same of a page that did not read just then: so it is read again.
                if trouble_of(error, self.path.parent) is not Trouble.CORRUPT:
                    raise StoreError(self.path, f"can't be read: {error}") from error
        generation = self._generation
        try:
            return self._take(sql, values, take)
        except sqlite3.Error as error:
            # A thread may still be reading a database that was replaced a moment ago.
            trouble = trouble_of(error, self.path.parent)
            if trouble is Trouble.CORRUPT and generation == self._generation:
                self._damaged(str(error))
            raise StoreError(self.path, f"can't be read: {error}") from error

    def _take(
        self,
        sql: str,
        values: Values | Mapping[str, Any],
        take: Callable[[sqlite3.Cursor], list[Any]],
    ) -> list[Any]:
        return take(self._connection(self._generation).execute(sql, values))

    def row(self, sql: str, values: Values | Mapping[str, Any] = ()) -> Any | None:
        """The first row of a query, or None.

        Raises:
            StoreError: the database can't be read.
        """
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    def renew(self) -> None:
        """Another file has taken the database's place: every thread opens it anew."""
        with self._lock:
            self._generation += 1

    def close(self) -> None:
        """Closes all connections; no thread may be reading."""
        with self._lock:
            self._generation += 1
            connections, self._open = self._open, []
        for connection in connections:
            connection.close()

    def _connection(self, generation: int) -> sqlite3.Connection:
        held: tuple[int, sqlite3.Connection] | None = getattr(self._local, "held", None)
        if held is not None:
            if held[0] == generation:
                return held[1]
            self._drop(held[1])
        connection = connect_for_reading(self.path)
        with self._lock:
            self._open.append(connection)
        self._local.held = (generation, connection)
        return connection

    def _drop(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if connection in self._open:
                self._open.remove(connection)
        connection.close()
