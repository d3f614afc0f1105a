"""Rows that ride on the writer's commits: added by any thread, never an fsync of their own."""

from __future__ import annotations

import math
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from lamplighter.store.files.database import Values
from lamplighter.store.writing.pulse import Pulse

Row = TypeVar("Row")

UNSTORABLE = (
    UnicodeEncodeError,
    OverflowError,
    sqlite3.ProgrammingError,
    sqlite3.IntegrityError,
    sqlite3.DataError,
)
"""What SQLite raises for a value that it can't hold: a lone surrogate, a number of 65 bits."""


class Rider(Protocol):
    """Something with rows of its own that the writer takes along."""

    def deadline(self) -> float:
        """Monotonic time by which its rows want to be committed; infinity: it has none."""

    def write(self, connection: sqlite3.Connection) -> None:
        """Puts its rows into the open transaction; called again with the next after a rollback.

        Raises:
            sqlite3.Error: the storage failed.
        """

    def settle(self, *, committed: bool) -> None:
        """The transaction was committed, or rolled back: then the rows must be kept."""


class Riding(Generic[Row]):
    """A queue of rows that is written with the next commit, at the latest after ``delay``.

    Where commits are to be few, it may be as long as the writer's pace allows.

    Args:
        pulse: wakes the writer.
        delay: seconds that a row may wait for a commit made for something else.
        flush: writes rows into the open transaction.
        committed: told, on the writer's thread, which rows are on disk now.
    """

    def __init__(
        self,
        pulse: Pulse,
        delay: float,
        flush: Callable[[sqlite3.Connection, Sequence[Row]], None],
        committed: Callable[[Sequence[Row]], None] | None = None,
    ) -> None:
        self._pulse = pulse
        self._delay = delay
        self._flush = flush
        self._committed = committed
        self._queue: deque[Row] = deque()
        self._batch: list[Row] = []
        self._due = math.inf

    def __len__(self) -> int:
        return len(self._queue) + len(self._batch)

    def add(self, rows: Iterable[Row], *, at_once: bool = False) -> None:
        """Takes rows, from any thread; ``at_once`` makes the next commit theirs."""
        self._queue.extend(rows)
        delay = 0.0 if at_once else max(self._delay, self._pulse.pace.longest())
        due = self._pulse.now() + delay
        if due < self._due:
            self._due = due
            self._pulse.wake()

    def deadline(self) -> float:
        """When the oldest row wants to be on disk."""
        return -math.inf if self._batch else self._due

    def write(self, connection: sqlite3.Connection) -> None:
        """Writes what has come in until now."""
        # Reset before the queue is emptied: a row added meanwhile is either taken now or sets it.
        self._due = math.inf
        while self._queue:
            self._batch.append(self._queue.popleft())
        if self._batch:
            self._flush(connection, self._batch)

    def settle(self, *, committed: bool) -> None:
        """Forgets the rows that were committed."""
        if committed and self._batch:
            batch, self._batch = self._batch, []
            if self._committed is not None:
                self._committed(batch)


def removals(
    table: str,
    pulse: Pulse,
    delay: float,
    committed: Callable[[Sequence[int]], None] | None = None,
) -> Riding[int]:
    """Rows of a table to be deleted, by id; ``committed`` is told which are gone."""

    def flush(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
        connection.executemany(
            f"DELETE FROM {table} WHERE id BETWEEN ? AND ?",  # noqa: S608 - names a table of ours
            ranges(ids),
        )

    return Riding(pulse, delay, flush, committed)


def ranges(ids: Iterable[int]) -> list[tuple[int, int]]:
    """The given numbers as ranges, both ends included: mostly one, as rows go in order."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(ids)):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def write_rows(
    connection: sqlite3.Connection, sql: str, rows: Sequence[Values]
) -> list[tuple[int, str]]:
    """Executes ``sql`` for each row; rows that can't be stored are left out.

    One row must not hold up all others for ever. ``sql`` must be repeatable (OR REPLACE).

    Returns:
        Position and reason of each row that was left out.
    """
    try:
        connection.executemany(sql, rows)
    except UNSTORABLE:
        return _one_by_one(connection, sql, rows)
    return []


def _one_by_one(
    connection: sqlite3.Connection, sql: str, rows: Sequence[Values]
) -> list[tuple[int, str]]:
    refused: list[tuple[int, str]] = []
    for position, row in enumerate(rows):
        try:
            connection.execute(sql, row)
        except UNSTORABLE as error:
            refused.append((position, str(error)))
    return refused
