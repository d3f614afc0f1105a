"""Reads the whole database once after each start, in the background, looking for damage.

A start looks for a second at most. The rest is done here with a connection of its own, table by
table: SQLite's own check where it is quick or disturbs nobody, else all rows in slices with pauses
between them. Nothing holds a view of the database for long: the write-ahead log could not be
emptied meanwhile. Damage that is found has the database replaced while the daemon runs.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from lamplighter.store.files.database import Trouble, connect_for_reading, trouble_of
from lamplighter.store.files.place import Place

_QUICK_SECONDS = 1.0
_LOOK_EVERY = 0.05
_GROWTH_BYTES = 1 << 20
_SLICE_SECONDS = 0.02
_PAUSE_SECONDS = 0.06
_SLICE_ROWS = 2000
_STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Integrity:
    """What the check has found.

    Attributes:
        state: ``waiting``, ``checking``, ``sound``, ``damaged``, ``unfinished``.
        problem: what is damaged, or why it could not be finished.
        tables: tables that were checked.
        rows: rows read of those that are too large for SQLite's own check.
        seconds: how long it took.
    """

    state: str = "waiting"
    problem: str = ""
    tables: int = 0
    rows: int = 0
    seconds: float = 0.0


class IntegrityCheck:
    """Owns the thread and the connection.

    Args:
        place: the database.
        damaged: told, on this thread, of damage.
        monotonic: seconds of a clock that never steps.
        quick_seconds: the most that SQLite's own check of a table may take.
        pause_seconds: between slices.
    """

    def __init__(
        self,
        place: Place,
        damaged: Callable[[str], None],
        *,
        monotonic: Callable[[], float],
        quick_seconds: float = _QUICK_SECONDS,
        pause_seconds: float = _PAUSE_SECONDS,
    ) -> None:
        self._place = place
        self._damaged = damaged
        self._monotonic = monotonic
        self._quick_seconds = quick_seconds
        self._pause_seconds = pause_seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._found = Integrity()
        self._rows = 0

    def start(self) -> None:
        """Begins, with the database as it is now; again after it was replaced."""
        self.stop()
        self._stop.clear()
        self._found = Integrity("checking")
        self._thread = threading.Thread(target=self._run, name="store-check", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends it, finished or not."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
            self._thread = None

    def found(self) -> Integrity:
        """What was found until now, from any thread."""
        return self._found

    def _run(self) -> None:
        began = self._monotonic()
        tables = 0
        state, problem = "sound", ""
        self._rows = 0
        try:
            with closing(connect_for_reading(self._place.database)) as connection:
                for table in _tables(connection):
                    problem = self._check(connection, table)
                    if problem:
                        state = "unfinished" if problem == _STOPPED else "damaged"
                        break
                    tables += 1
        except sqlite3.Error as error:
            corrupt = trouble_of(error, self._place.folder) is Trouble.CORRUPT
            state, problem = ("damaged" if corrupt else "unfinished"), str(error)
        took = round(self._monotonic() - began, 3)
        self._found = Integrity(state, problem, tables, self._rows, took)
        # Where it was stopped, that may be because the database is another one by now.
        if state == "damaged" and not self._stop.is_set():
            self._damaged(problem)

    def _check(self, connection: sqlite3.Connection, table: str) -> str:
        """What is wrong with a table; "" where nothing is."""
        try:
            return self._quick_check(connection, table)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
        for rows in _slices(connection, table, self._monotonic):
            self._rows += rows
            if self._stop.wait(self._pause_seconds):
                return _STOPPED
        return ""

    def _quick_check(self, connection: sqlite3.Connection, table: str) -> str:
        done = threading.Event()
        watcher = threading.Thread(
            target=self._watch, args=(connection, done), name="store-check-watch", daemon=True
        )
        watcher.start()
        try:
            (found,) = connection.execute(f"PRAGMA quick_check('{table}')").fetchone()
        finally:
            done.set()
            watcher.join()
        if found == "interrupted":
            return _STOPPED if self._stop.is_set() else self._interrupted()
        return "" if found == "ok" else str(found).replace("\n", " ")

    def _interrupted(self) -> str:
        error = sqlite3.OperationalError("interrupted")
        error.sqlite_errorcode = sqlite3.SQLITE_INTERRUPT
        raise error

    def _watch(self, connection: sqlite3.Connection, done: threading.Event) -> None:
        """Interrupts a check that takes long, or that keeps the log from being emptied."""
        until = self._monotonic() + self._quick_seconds
        log = self._place.bytes_logged()
        while not done.wait(min(_LOOK_EVERY, self._quick_seconds)):
            grown = self._place.bytes_logged() - log > _GROWTH_BYTES
            if grown or self._stop.is_set() or self._monotonic() >= until:
                connection.interrupt()


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    )
    return [name for (name,) in rows]


def _slices(
    connection: sqlite3.Connection, table: str, monotonic: Callable[[], float]
) -> Iterator[int]:
    """Reads all rows of a table, with all that they hold; yields after each slice."""
    if table not in {"samples", "texts"}:
        sql = f"SELECT rowid, * FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT ?"  # noqa: S608 - ours
        yield from _read(connection, sql, (), monotonic)
        return
    sql = f"SELECT time, * FROM {table} WHERE series = ? AND time > ? ORDER BY time LIMIT ?"  # noqa: S608 - ours
    for series in connection.execute("SELECT id FROM series").fetchall():
        yield from _read(connection, sql, series, monotonic)


def _read(
    connection: sqlite3.Connection,
    sql: str,
    values: tuple[int, ...],
    monotonic: Callable[[], float],
) -> Iterator[int]:
    at: float = -(2**62)
    while True:
        until = monotonic() + _SLICE_SECONDS
        count = 0
        cursor = connection.execute(sql, (*values, at, _SLICE_ROWS))
        for row in cursor:
            at, count = row[0], count + 1
            if monotonic() >= until:
                break
        # Ends the view of the database that it had.
        cursor.close()
        if not count:
            return
        yield count
