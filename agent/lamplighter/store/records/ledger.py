"""The ledger of losses: whatever does not arrive as it was is accounted for here.

Lines add up by link, lane, topic, reason and UTC day, in the transaction in which the loss
happens. When there are too many topics, the oldest lines are added up under the topic ``*``:
topics are forgotten then, never counts.
"""

from __future__ import annotations

import enum
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from lamplighter.store.files.readers import Readers
from lamplighter.store.writing.pulse import Pulse
from lamplighter.store.writing.riders import Riding
from lamplighter.store.writing.storable import storable

_DAY = 86400.0
_DELAY = 0.5
_LONGEST_DETAIL = 300
ANY_TOPIC = "*"


class Reason(enum.StrEnum):
    """Why something is in the ledger; there are no others."""

    EXPIRED = "expired"
    """It was too old to be sent: by its own expiry, or by its lane's ``max_age``."""

    EVICTED = "evicted"
    """It was given up to make room, the oldest first."""

    COALESCED = "coalesced"
    """A newer message of its topic took its place."""

    THINNED = "thinned"
    """It goes out only as a part of a row that sums several up: counted, but not lost."""

    FULL = "full"
    """Its lane had no room for it; whoever wanted it sent was told."""

    REFUSED = "refused"
    """The broker refused it for good."""

    UNCERTAIN = "uncertain"
    """It must not be sent twice, and may have been sent."""

    UNSENDABLE = "unsendable"
    """It can't be made into a message for the other side."""

    UNSTORABLE = "unstorable"
    """The database can't hold a value of it."""

    UNREADABLE = "unreadable"
    """It was stored, and does not read any more."""

    TOO_MANY = "too many"
    """There were more than are kept."""

    GAP = "gap"
    """A broker forgot the session: what it had for us meanwhile is gone. Nobody knows the count."""

    DAMAGED = "damaged"
    """The database was damaged: what did not read is gone. Nobody knows the count."""

    OTHER = "other"
    """Something else; the detail says what."""


_KINDS = frozenset(each.value for each in Reason)


@dataclass(frozen=True, slots=True)
class Loss:
    """A line of the ledger.

    Attributes:
        lane: a lane's label, or ``inbox``, ``dead_letters``, ``states``, ``history``, ``store``.
        topic: the topic, entity or series it was about; ``*`` stands for several.
        reason: a :class:`Reason`; to be inserted, it may be followed by a colon and a detail.
        count: how many messages; 0 where nobody knows.
        bytes: of their payloads.
        first: UTC seconds when the first of the messages was put in.
        last: UTC seconds when the last of them was.
        link: which broker they were for, or came from; "" for neither.
        detail: more on the reason, of the last time.
        at: UTC seconds when it happened last; None to be inserted means ``last``.
        change: grows with every change of any line.
    """

    lane: str
    topic: str
    reason: str
    count: int
    bytes: int
    first: float
    last: float
    link: str = ""
    detail: str = ""
    at: float | None = None
    change: int = 0

    @property
    def day(self) -> int:
        """The UTC day that the line is about, in days since 1970: a part of its key."""
        return int((self.last if self.at is None else self.at) // _DAY)


_COLUMNS = "lane, topic, reason, count, bytes, first, last, link, detail, at, change"
_UPSERT = (
    f"INSERT INTO ledger ({_COLUMNS}, day)"  # noqa: S608 - a constant
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (link, lane, topic, reason, day) DO UPDATE SET"
    " count = count + excluded.count, bytes = bytes + excluded.bytes,"
    " first = min(first, excluded.first), last = max(last, excluded.last),"
    " at = max(at, excluded.at), change = excluded.change,"
    " detail = CASE WHEN excluded.detail = '' THEN detail ELSE excluded.detail END"
)


class Ledger:
    """Keeps the lines.

    Args:
        readers: for reading.
        keep: lines to be kept apart by topic.
        pulse: the writer's; None where nothing rides.

    Attributes:
        riding: a rider of the writer.
    """

    def __init__(self, readers: Readers, *, keep: int, pulse: Pulse | None = None) -> None:
        pulse = pulse or Pulse(time.monotonic)
        self.riding: Riding[Loss] = Riding(pulse, _DELAY, self.insert_all)
        self._readers = readers
        self._keep = keep

    def account(self, loss: Loss) -> None:
        """Adds a loss that happened elsewhere, from any thread; on disk within a second."""
        self.riding.add([loss])

    def insert(self, connection: sqlite3.Connection, loss: Loss) -> None:
        """Adds a loss, within a transaction of the writer's: the one in which it happens."""
        self.insert_all(connection, [loss])

    def insert_all(self, connection: sqlite3.Connection, losses: Iterable[Loss]) -> None:
        """Adds losses; as :meth:`insert`."""
        (change,) = connection.execute("SELECT coalesce(max(change), 0) FROM ledger").fetchone()
        connection.executemany(
            _UPSERT,
            (_values(loss, number) for number, loss in enumerate(losses, change + 1)),
        )

    def losses(self, since: float = 0.0, limit: int = 1000) -> list[Loss]:
        """Lines to which something came since then (UTC seconds), newest first."""
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM ledger WHERE at >= ?"  # noqa: S608 - a constant
            " ORDER BY at DESC, change DESC LIMIT ?",
            (since, limit),
        )
        return [Loss(*row) for row in rows]

    def changes(self, after: int, limit: int = 100) -> list[Loss]:
        """Lines that changed since, in order of their ``change``, each with all its counts.

        Args:
            after: ``change`` of the last line that was seen; 0 for all. A number that is not
                reached yet is of another database, lost since: it counts as 0.
            limit: the most to be returned.
        """
        rows = self._readers.rows(
            f"SELECT {_COLUMNS} FROM ledger WHERE change > CASE"  # noqa: S608 - a constant
            " WHEN ?1 > (SELECT coalesce(max(change), 0) FROM ledger) THEN 0 ELSE ?1 END"
            " ORDER BY change LIMIT ?2",
            (after, limit),
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

    def uncounted(self) -> dict[str, dict[str, int]]:
        """Losses of which nobody knows the count: by lane, by reason, how many lines there are.

        What happened several times in a day is one line.
        """
        found: dict[str, dict[str, int]] = {}
        for lane, reason, lines in self._readers.rows(
            "SELECT lane, reason, count(*) FROM ledger WHERE count = 0 GROUP BY lane, reason"
        ):
            found.setdefault(lane, {})[reason] = lines
        return found

    def trim(self, connection: sqlite3.Connection) -> None:
        """Adds the oldest lines up where there are too many."""
        (count,) = connection.execute("SELECT count(*) FROM ledger").fetchone()
        if count <= self._keep:
            return
        # The last change stays, so that its number is not given again.
        old = connection.execute(
            "DELETE FROM ledger WHERE rowid IN (SELECT rowid FROM ledger"  # noqa: S608 - a constant
            " WHERE topic <> ?"
            " AND change < (SELECT max(change) FROM ledger) ORDER BY at LIMIT ?)"
            f" RETURNING {_COLUMNS}",
            (ANY_TOPIC, count - self._keep // 2),
        ).fetchall()
        self.insert_all(connection, (replace(Loss(*row), topic=ANY_TOPIC) for row in old))


def _values(loss: Loss, change: int) -> tuple[str | float | None, ...]:
    kind, _, detail = loss.reason.partition(": ")
    if kind not in _KINDS:
        kind, detail = Reason.OTHER.value, loss.reason
    return (
        loss.lane,
        storable(loss.topic),
        kind,
        loss.count,
        loss.bytes,
        loss.first,
        loss.last,
        loss.link,
        storable(loss.detail or detail)[:_LONGEST_DETAIL],
        loss.last if loss.at is None else loss.at,
        change,
        loss.day,
    )
