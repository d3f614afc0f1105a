"""What the writer carries: works with their futures, passengers, and what it says of itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

from lamplighter.store.writing.riders import Rider


class Caretaker(Protocol):
    """What the writer asks for when the storage fails; called on the writer's thread."""

    def replace(self, reason: str) -> sqlite3.Connection:
        """Puts the damaged database aside and opens a new one with everything that reads.

        Raises:
            StoreError: that is not possible now.
        """

    def log_room(self, connection: sqlite3.Connection) -> int:
        """Bytes by which the write-ahead log may still grow."""

    def empty_log(self, connection: sqlite3.Connection) -> None:
        """Copies the write-ahead log home and empties it, as far as nothing keeps it from that.

        Raises:
            sqlite3.Error: the storage failed.
        """

    def make_room(self, connection: sqlite3.Connection) -> None:
        """Frees space in the database or on the disk; outside of a transaction.

        Raises:
            sqlite3.Error: not even that could be written.
        """

    def farewell(self, connection: sqlite3.Connection) -> None:
        """Writes what is to be written last, before the connection is closed.

        Raises:
            sqlite3.Error: it can't be written.
        """


@dataclass(frozen=True, slots=True)
class Passengers:
    """What the writer takes along.

    Attributes:
        removals: riders that only delete. Written first: whatever was handed over before a row
            was marked as done is then in the same commit as its deletion, or in an earlier one.
        riders: the other riders.
        listeners: called after each commit that had works in it; they must not raise.
    """

    removals: tuple[Rider, ...] = ()
    riders: tuple[Rider, ...] = ()
    listeners: tuple[Callable[[], None], ...] = ()

    def all(self) -> tuple[Rider, ...]:
        """All riders in the order in which they are written."""
        return self.removals + self.riders


@dataclass(frozen=True, slots=True)
class WriterHealth:
    """How the writer is.

    Attributes:
        alive: False before the start, after the stop, and where the thread broke.
        works: works that wait.
        commits: commits since the start.
        last_commit_ms: how long the last one took, rows and fsync.
        full_since: UTC seconds since when there is no room, or None.
        failing: why nothing can be written now, or "".
        log_held: True where there is no room because something reads for long: what was written
            since it began can't be copied home.
    """

    alive: bool
    works: int
    commits: int
    last_commit_ms: float
    full_since: float | None
    failing: str
    log_held: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """The result of a work that raised."""

    error: Exception


@dataclass(slots=True)
class Job:
    """A work and its future.

    Attributes:
        run: the work.
        future: who waits for it.
        number: of those that the pulse gives out.
        aside: to be run between transactions.
        tried: it met a damaged database before.
    """

    run: Callable[[sqlite3.Connection], Any]
    future: Future[Any]
    number: int
    aside: bool = False
    tried: bool = False

    def resolve(self, result: Any) -> None:
        """Hands the result over, or the error of a work that failed."""
        if isinstance(result, Failed):
            self.future.set_exception(result.error)
        else:
            self.future.set_result(result)
