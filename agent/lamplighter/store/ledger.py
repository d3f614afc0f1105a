"""The ledger of losses: whatever was dropped, expired or refused is accounted for here.

Lines add up by lane, topic, reason and UTC day. When there are too many topics, the oldest lines
are added up under the topic ``*``: topics are forgotten then, never counts.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from lamplighter.store.readers import Readers

_DAY = 86400.0
ANY_TOPIC = "*"


@dataclass(frozen=True, slots=True)
class Loss:
    """A line of the ledger.

    Attributes:
        lane: a lane's label, or ``inbox``, ``dead_letters``, ``states``, ``history``.
        topic: the topic, entity or series it was about; ``*`` stands for several.
        reason: why, such as ``expired``.
        count: how many.
        bytes: of their payloads.
        first: UTC seconds of the first of them.
        last: UTC seconds of the last of them.
    """

    lane: str
    topic: str
    reason: str
    count: int
    bytes: int
    first: float
    last: float


class Ledger:
    """Keeps the lines.

    Args:
        readers: for reading.
        keep: lines to be kept apart by topic.
    """

    def __init__(self, readers: Readers, *, keep: int) -> None:
        self._readers = readers
        self._keep = keep

    def insert(self, connection: sqlite3.Connection, loss: Loss) -> None:
        """Adds a loss, within a transaction of the writer's: the one in which it happens."""
        topic = loss.topic.encode("utf-8", "backslashreplace").decode()
        connection.execute(
            "INSERT INTO ledger (lane, topic, reason, day, count, bytes, first, last)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (lane, topic, reason, day) DO UPDATE SET"
            " count = count + excluded.count, bytes = bytes + excluded.bytes,"
            " first = min(first, excluded.first), last = max(last, excluded.last)",
            (
                loss.lane,
                topic,
                loss.reason,
                int(loss.last // _DAY),
                loss.count,
                loss.bytes,
                loss.first,
                loss.last,
            ),
        )

    def losses(self, since: float = 0.0, limit: int = 1000) -> list[Loss]:
        """Lines whose last loss is not before ``since`` (UTC seconds), newest first."""
        rows = self._readers.rows(
            "SELECT lane, topic, reason, count, bytes, first, last FROM ledger"
            " WHERE last >= ? ORDER BY last DESC LIMIT ?",
            (since, limit),
        )
        return [Loss(*row) for row in rows]

    def totals(self) -> dict[str, dict[str, int]]:
        """All that was ever lost: by lane, by reason."""
        totals: dict[str, dict[str, int]] = {}
        for lane, reason, count in self._readers.rows(
            "SELECT lane, reason, sum(count) FROM ledger GROUP BY lane, reason"
        ):
            totals.setdefault(lane, {})[reason] = count
        return totals

    def trim(self, connection: sqlite3.Connection) -> None:
        """Adds the oldest lines up where there are too many."""
        (count,) = connection.execute("SELECT count(*) FROM ledger").fetchone()
        if count <= self._keep:
            return
        old = connection.execute(
            "DELETE FROM ledger WHERE rowid IN (SELECT rowid FROM ledger WHERE topic <> ?"
            " ORDER BY last LIMIT ?) RETURNING lane, reason, count, bytes, first, last",
            (ANY_TOPIC, count - self._keep // 2),
        ).fetchall()
        for lane, reason, number, size, first, last in old:
            self.insert(connection, Loss(lane, ANY_TOPIC, reason, number, size, first, last))
