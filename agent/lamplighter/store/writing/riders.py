"""Rows that ride on the writer's commits: added by any thread, never an fsync of their own."""

from __future__ import annotations

import math
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from lamplighter.store.files.database import Values
from lamplighter.store.writing.pulse import Pulse

Row = TypeVar("Row")

_ROW_BYTES = 200

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

    Where commits are to be few, it may be as long as the writer's pace allows. Where rows are many,
    or room is scarce, they go with several commits, in order: see :func:`load`.

    Args:
        pulse: wakes the writer.
        delay: seconds that a row may wait for a commit made for something else.
        flush: writes rows into the open transaction.
        committed: told, on the writer's thread, which rows are on disk now.
        size: bytes of a row, about.
    """

    def __init__(
        self,
        pulse: Pulse,
        delay: float,
        flush: Callable[[sqlite3.Connection, Sequence[Row]], None],
        committed: Callable[[Sequence[Row]], None] | None = None,
        size: Callable[[Row], int] = lambda _: _ROW_BYTES,
    ) -> None:
        self._pulse = pulse
        self._delay = delay
        self._flush = flush
        self._committed = committed
        self._size = size
        self._queue: deque[tuple[int, Row]] = deque()
        self._batch: list[tuple[int, Row]] = []
        self._due = math.inf

    def __len__(self) -> int:
        return len(self._queue) + len(self._batch)

    def add(self, rows: Iterable[Row], *, at_once: bool = False) -> None:
        """Takes rows, from any thread; ``at_once`` makes the next commit theirs."""
        self._queue.extend((self._pulse.number(), row) for row in rows)
        delay = 0.0 if at_once else max(self._delay, self._pulse.pace.longest())
        due = self._pulse.now() + delay
        if due < self._due:
            self._due = due
            self._pulse.wake()

    def deadline(self) -> float:
        """When the oldest row wants to be on disk."""
        return self._due

    def rest(self) -> None:
        """Has no deadline until the next row; :func:`load` calls it first."""
        self._due = math.inf

    def take(self, last: int, most: int) -> int:
        """Takes rows into the transaction that is next.

        Args:
            last: number of the last row that may go.
            most: bytes of them; one row may go always.

        Returns:
            The number up to which all have been taken.
        """
        size = 0
        while self._queue and self._queue[0][0] <= last:
            if self._batch and size >= most:
                return self._batch[-1][0]
            self._batch.append(self._queue.popleft())
            size += self._size(self._batch[-1][1])
        return last

    def leave(self, last: int) -> None:
        """Leaves rows that come after a number to a later transaction."""
        while self._batch and self._batch[-1][0] > last:
            self._queue.appendleft(self._batch.pop())
            self._due = -math.inf

    def hurry(self) -> None:
        """Has what is left go with the very next commit."""
        if self._queue:
            self._due = -math.inf

    def write(self, connection: sqlite3.Connection) -> None:
        """Writes what was taken."""
        if self._batch:
            self._flush(connection, [row for _, row in self._batch])

    def settle(self, *, committed: bool) -> None:
        """Forgets the rows that were committed."""
        if not committed:
            self.leave(-1)
        elif self._batch:
            batch, self._batch = self._batch, []
            if self._committed is not None:
                self._committed([row for _, row in batch])


@dataclass(frozen=True, slots=True)
class Load:
    """What was taken into a transaction.

    Attributes:
        last: number of the last thing that was handed over before.
        through: number of the last that was taken: all before it were.
    """

    last: int
    through: int


def load(riders: Iterable[Rider], pulse: Pulse) -> Load:
    """Has each queue take a portion of its rows, all up to the same moment.

    So whatever was handed over before a row, to any of them, is in its commit or an earlier one.
    """
    queues = [rider for rider in riders if isinstance(rider, Riding)]
    # Before the number is drawn: a row added meanwhile is either taken now or sets a deadline.
    for queue in queues:
        queue.rest()
    last = pulse.number()
    through = min((queue.take(last, pulse.portion.bytes) for queue in queues), default=last)
    for queue in queues:
        queue.leave(through)
        if through < last:
            queue.hurry()
    return Load(last, through)


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
