"""Rows of a lane as its bounds see them, and giving them up with their lines in the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from lamplighter.store.encryption.sealing import Column
from lamplighter.store.files.database import Values
from lamplighter.store.outbound.lane_bounds import ROW_BYTES
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import NewRow, OutboxRow
from lamplighter.store.outbound.thinning import start_of
from lamplighter.store.records.ledger import Ledger, Loss
from lamplighter.store.writing.riders import ranges

# The payload only where it is a summary, which says when it begins.
_COLUMNS = (
    "id, topic, length(payload), created, merged, boot, uptime,"
    " once OR command IS NOT NULL OR response_topic IS NOT NULL OR correlation IS NOT NULL,"
    " CASE WHEN merged > 1 THEN payload END"
)
_FOLLOWING = (
    f"SELECT {_COLUMNS} FROM outbox"  # noqa: S608 - constants
    " WHERE link = ? AND lane = ? AND id > ? ORDER BY id LIMIT ?"
)
_ELDERS = (
    f"SELECT {_COLUMNS} FROM outbox INDEXED BY outbox_topic"  # noqa: S608 - constants
    " WHERE topic = ? AND link = ? AND lane = ? ORDER BY id LIMIT ?"
)


class LaneRow(NamedTuple):
    """A row that waits.

    Attributes:
        id: its own.
        topic: what it is about.
        size: bytes of its payload.
        start: UTC seconds when the first message that it stands for was put in.
        created: UTC seconds when the last of them was.
        merged: how many there are.
        boot: id of the boot in which it was put in.
        uptime: seconds from that boot until then.
        is_single: True where it is nobody else's to merge: a command, a question, a reply.
    """

    id: int
    topic: str
    size: int
    start: float
    created: float
    merged: int
    boot: str | None
    uptime: float | None
    is_single: bool

    @property
    def space(self) -> int:
        """Bytes on disk, about."""
        return self.size + len(self.topic) + ROW_BYTES


class Tally:
    """Losses of one transaction, added up so that a million rows cost a line for each topic.

    Args:
        at: UTC seconds of now.
        payloads: open payloads.
    """

    def __init__(self, at: float, payloads: Column) -> None:
        self._at = at
        self.payloads = payloads
        self._losses: dict[tuple[str, int, str, str], list[float]] = {}

    def add(
        self,
        link: str,
        lane: int,
        topic: str,
        reason: str,
        *,
        count: int,
        size: int,
        first: float,
        last: float,
    ) -> None:
        """Adds messages; see :class:`~lamplighter.store.records.ledger.Loss`."""
        line = self._losses.setdefault((link, lane, topic, reason), [0, 0, first, last])
        line[0] += count
        line[1] += size
        line[2] = min(line[2], first)
        line[3] = max(line[3], last)

    def add_row(self, link: str, lane: int, row: LaneRow, reason: str) -> None:
        """Adds all messages that a row stands for."""
        self.add(
            link,
            lane,
            row.topic,
            reason,
            count=row.merged,
            size=row.size,
            first=row.start,
            last=row.created,
        )

    def add_publication(self, row: OutboxRow, reason: str) -> None:
        """As :meth:`add_row`."""
        payload = row.publication.payload
        start = _start(self.payloads, row.publication.topic, payload) if row.merged > 1 else None
        self.add(
            row.link,
            row.lane,
            row.publication.topic,
            reason,
            count=row.merged,
            size=len(payload),
            first=min(start or row.created, row.created),
            last=row.created,
        )

    def write(self, connection: sqlite3.Connection, ledger: Ledger) -> None:
        """Puts the lines into the ledger, within the transaction."""
        ledger.insert_all(
            connection,
            [
                Loss(
                    Lane(lane).label,
                    topic,
                    reason,
                    int(count),
                    int(size),
                    first,
                    last,
                    link=link,
                    at=self._at,
                )
                for (link, lane, topic, reason), (count, size, first, last) in self._losses.items()
            ],
        )


@dataclass(frozen=True, slots=True)
class LaneWork:
    """What is being done to a lane of a link, in a transaction.

    Attributes:
        connection: the transaction's.
        link: whose.
        lane: which.
        apart: ids of rows that must stay as they are: they may be on their way.
        tally: notes what happens to messages.
    """

    connection: sqlite3.Connection
    link: str
    lane: int
    apart: Collection[int]
    tally: Tally

    def following(self, after: int, limit: int) -> list[LaneRow]:
        """Rows of the lane as they came, from the one behind ``after``."""
        return self._rows(_FOLLOWING, (self.link, self.lane, after, limit))

    def elders(self, topic: str, limit: int) -> list[LaneRow]:
        """The rows of a topic in the lane that came first."""
        return self._rows(_ELDERS, (topic, self.link, self.lane, limit))

    def give_up(self, rows: Iterable[LaneRow], reason: str) -> int:
        """Deletes rows and notes them; returns the bytes on disk that they took, about."""
        ids: list[int] = []
        freed = 0
        for row in rows:
            ids.append(row.id)
            freed += row.space
            self.tally.add_row(self.link, self.lane, row, reason)
        delete(self.connection, ids)
        return freed

    def drop_oldest(
        self,
        *,
        rows: float,
        space: float,
        most: int,
        reason: str,
        topic: str | None = None,
    ) -> tuple[int, int]:
        """Gives the oldest rows up.

        Args:
            rows: how many have to go, at least.
            space: how many bytes have to go, at least.
            most: the most rows to go.
            reason: for the ledger.
            topic: of which; None: of any.

        Returns:
            Rows and bytes that went.
        """
        limit = most + len(self.apart)
        found = self.following(0, limit) if topic is None else self.elders(topic, limit)
        gone: list[LaneRow] = []
        freed = 0
        for row in found:
            if len(gone) >= most or (len(gone) >= rows and freed >= space):
                break
            if row.id not in self.apart:
                gone.append(row)
                freed += row.space
        self.give_up(gone, reason)
        return len(gone), freed

    def _rows(self, sql: str, values: Values) -> list[LaneRow]:
        found = self.connection.execute(sql, values).fetchall()
        return [_row(each, self.tally.payloads) for each in found]


def _start(payloads: Column, topic: str, stored: bytes) -> float | None:
    payload = payloads.read(topic, stored)
    return None if payload is None else start_of(payload)


def _row(values: Sequence[Any], payloads: Column) -> LaneRow:
    number, topic, size, created, merged, boot, uptime, single, summary = values
    start = created
    if summary is not None:
        start = min(created, _start(payloads, topic, summary) or created)
    return LaneRow(number, topic, size, start, created, merged, boot, uptime, bool(single))


def refusal(row: NewRow, reason: str) -> Loss:
    """The loss of a row that is not put in."""
    label, size, created = Lane(row.lane).label, len(row.payload), row.created
    return Loss(label, row.topic, reason, 1, size, created, created, link=row.link)


def delete(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Deletes rows of the outbox."""
    connection.executemany("DELETE FROM outbox WHERE id BETWEEN ? AND ?", ranges(ids))
