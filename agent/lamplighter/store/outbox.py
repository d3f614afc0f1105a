"""The outbox: what is to leave is on disk until the broker has it, or accounted for.

Rows go out by lane, and within a lane as they came. The order of a topic is kept always: a row
that is put in before its elders of the same topic pulls them into its lane.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from lamplighter.plugin import Publication
from lamplighter.store.lanes import Lane
from lamplighter.store.ledger import Ledger, Loss
from lamplighter.store.outbox_rows import COLUMNS, OutboxRow, row_of, values_of
from lamplighter.store.readers import Readers
from lamplighter.store.riders import Riding, removals
from lamplighter.store.writer import Writer

BROKER = "broker"
_SENT_DELAY = 0.05
_ATTEMPT_DELAY = 1.0


@dataclass(frozen=True, slots=True)
class LaneDepth:
    """What waits in a lane.

    Attributes:
        lane: which.
        rows: how many.
        bytes: of their payloads.
        oldest: UTC seconds when the oldest was put in.
    """

    lane: Lane
    rows: int
    bytes: int
    oldest: float


class Outbox:
    """Takes publications from any thread.

    Args:
        writer: commits them.
        readers: for reading.
        ledger: told of what expires or is dropped.
        on_rows: called on the writer's thread when new rows are on disk; must not raise.
        clock: UTC seconds.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        readers: Readers,
        ledger: Ledger,
        on_rows: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self.removals = removals("outbox", writer.pulse, _SENT_DELAY, self._forget)
        self.attempts: Riding[int] = Riding(writer.pulse, _ATTEMPT_DELAY, _count_attempts)
        self._writer = writer
        self._readers = readers
        self._ledger = ledger
        self._on_rows = on_rows
        self._clock = clock
        self._new = False
        self._lock = threading.Lock()
        self._sent: set[int] = set()

    def insert(
        self,
        connection: sqlite3.Connection,
        publication: Publication,
        lane: Lane,
        *,
        command: str | None = None,
        link: str = BROKER,
    ) -> int:
        """Puts a publication in, within a work of the writer's; returns its row's id.

        Args:
            connection: the work's.
            publication: what is to be published.
            lane: how urgent it is.
            command: key of the command that it carries out.
            link: which broker it is for.
        """
        # The plus signs keep SQLite from the index on link and lane, which would read the lanes.
        connection.execute(
            "UPDATE outbox SET lane = ? WHERE topic = ? AND +lane > ? AND +link = ?",
            (lane, publication.topic, lane, link),
        )
        cursor = connection.execute(
            "INSERT INTO outbox (link, lane, topic, payload, qos, retain, created, expires_at,"
            " response_topic, correlation, command) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (link, lane, *values_of(publication, self._clock()), command),
        )
        self._new = True
        return int(cursor.lastrowid or 0)

    def put(
        self,
        publication: Publication,
        lane: Lane,
        *,
        command: str | None = None,
        link: str = BROKER,
    ) -> Future[int]:
        """Puts a publication in; the future has its row's id when it is on disk.

        Arguments as for :meth:`insert`.
        """
        return self._writer.submit(
            lambda connection: self.insert(
                connection, publication, lane, command=command, link=link
            )
        )

    def due(
        self, limit: int, *, now: float, in_flight: Collection[int] = (), link: str = BROKER
    ) -> list[OutboxRow]:
        """The rows that are to leave next, in order.

        Args:
            limit: the most to be returned.
            now: UTC seconds; what has expired is left out.
            in_flight: ids of rows that are on their way already.
            link: for which broker.
        """
        # Taken before the query: what was deleted before this is not in the query's rows any more.
        with self._lock:
            apart = self._sent.union(in_flight)
        rows = self._readers.rows(
            f"SELECT {COLUMNS} FROM outbox"  # noqa: S608 - a constant
            " WHERE link = ? AND (expires_at IS NULL OR expires_at > ?)"
            " ORDER BY lane, id LIMIT ?",
            (link, now, limit + len(apart)),
        )
        return [row_of(row) for row in rows if row[0] not in apart][:limit]

    def sent(self, ids: Iterable[int], *, at_once: bool = False) -> None:
        """Rows that the broker has: not due any more, deleted with a commit of the next 50 ms.

        Args:
            ids: of the rows.
            at_once: True to be deleted with the next commit: until then, a crash sends them again.
        """
        gone = list(ids)
        with self._lock:
            self._sent.update(gone)
        self.removals.add(gone, at_once=at_once)

    def tried(self, ids: Iterable[int]) -> None:
        """Rows whose publishing failed: counted in ``attempts``, and they stay due."""
        self.attempts.add(ids)

    def drop(self, ids: Collection[int], reason: str) -> Future[list[OutboxRow]]:
        """Gives rows up that the broker will never take; recorded in the ledger."""

        def work(connection: sqlite3.Connection) -> list[OutboxRow]:
            rows: list[OutboxRow] = []
            for number in ids:
                sql = f"SELECT {COLUMNS} FROM outbox WHERE id = ?"  # noqa: S608 - a constant
                rows.extend(map(row_of, connection.execute(sql, (number,))))
            return self._lose(connection, rows, reason, self._clock())

        return self._writer.submit(work)

    def expire(self, now: float, in_flight: Collection[int] = ()) -> Future[list[OutboxRow]]:
        """Removes what has expired and has not left; recorded in the ledger.

        Args:
            now: UTC seconds.
            in_flight: ids of rows that are on their way already: they are not expired.
        """
        with self._lock:
            apart = self._sent.union(in_flight)

        def work(connection: sqlite3.Connection) -> list[OutboxRow]:
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM outbox WHERE expires_at <= ?",  # noqa: S608 - a constant
                (now,),
            ).fetchall()
            late = [row_of(row) for row in rows if row[0] not in apart]
            return self._lose(connection, late, "expired", now)

        return self._writer.submit(work)

    def evict(self, connection: sqlite3.Connection, lane: Lane, rows: int, now: float) -> int:
        """Gives the oldest rows of a lane up, to make room; returns how many."""
        found = connection.execute(
            f"SELECT {COLUMNS} FROM outbox WHERE lane = ? ORDER BY id LIMIT ?",  # noqa: S608 - a constant
            (lane, rows),
        ).fetchall()
        return len(self._lose(connection, [row_of(row) for row in found], "evicted", now))

    def depth(self) -> list[LaneDepth]:
        """What waits, by lane; empty lanes left out."""
        rows = self._readers.rows(
            "SELECT lane, count(*), sum(length(payload)), min(created) FROM outbox"
            " GROUP BY lane ORDER BY lane"
        )
        return [LaneDepth(Lane(lane), count, size, oldest) for lane, count, size, oldest in rows]

    def rows(self, after: int = 0, limit: int = 1000) -> list[OutboxRow]:
        """Rows as they came, for people to look at, from the one after ``after``."""
        found = self._readers.rows(
            f"SELECT {COLUMNS} FROM outbox WHERE id > ? ORDER BY id LIMIT ?",  # noqa: S608 - a constant
            (after, limit),
        )
        return [row_of(row) for row in found]

    def notify(self) -> None:
        """Tells of new rows; the writer calls it after a commit."""
        if self._new:
            self._new = False
            self._on_rows()

    def _lose(
        self, connection: sqlite3.Connection, rows: list[OutboxRow], reason: str, now: float
    ) -> list[OutboxRow]:
        for row in rows:
            publication = row.publication
            size = len(publication.payload)
            loss = Loss(row.lane.label, publication.topic, reason, 1, size, now, now)
            self._ledger.insert(connection, loss)
            connection.execute("DELETE FROM outbox WHERE id = ?", (row.id,))
        return rows

    def _forget(self, ids: Sequence[int]) -> None:
        with self._lock:
            self._sent.difference_update(ids)


def _count_attempts(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    connection.executemany(
        "UPDATE outbox SET attempts = attempts + 1 WHERE id = ?", [(row,) for row in ids]
    )
