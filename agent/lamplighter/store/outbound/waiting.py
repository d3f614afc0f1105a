"""What waits in the outbox, as it is read from any thread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.store.encryption.sealing import Column
from lamplighter.store.files.readers import Readers
from lamplighter.store.outbound import deadlines
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import COLUMNS, OutboxRow, opened, row_of
from lamplighter.timekeeping.timekeeper import Stamp

_READ_ROWS = 128
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class LaneDepth:
    """What waits in a lane of a link.

    Attributes:
        link: which broker it is for.
        lane: which.
        rows: how many.
        bytes: of their payloads and topics.
        oldest: UTC seconds when the oldest was put in.
    """

    link: str
    lane: Lane
    rows: int
    bytes: int
    oldest: float


class WaitingRows:
    """Reads rows, a few at a time, however large they are.

    Args:
        readers: for reading.
        payloads: opens payloads.
        unreadable: told the ids of rows that do not open: they are to be given up.
    """

    def __init__(
        self, readers: Readers, payloads: Column, unreadable: Callable[[Collection[int]], object]
    ) -> None:
        self._readers = readers
        self._payloads = payloads
        self._unreadable = unreadable

    def following(self, link: str, lane: Lane, after: int, now: Stamp) -> list[OutboxRow]:
        """Some rows of a lane behind ``after`` that are in time; none where there are no more."""
        while True:
            rows = self._readers.some(
                f"SELECT {COLUMNS} FROM outbox"  # noqa: S608 - constants
                " WHERE link = :link AND lane = :lane AND id > :after"
                f" AND {deadlines.IN_TIME} ORDER BY id LIMIT {_READ_ROWS}",
                {**deadlines.moment(now), "link": link, "lane": lane, "after": after},
                most_bytes=_READ_BYTES,
            )
            found = self._opened(rows)
            # None at all means that there are no more, so those that do not open are passed over.
            if found or not rows:
                return found
            after = rows[-1][0]

    def younger(
        self, after: int, limit: int, *, now: Stamp, link: str, gone: Collection[int]
    ) -> list[OutboxRow]:
        """Rows of a link as they came, from the one behind ``after``, but for the most urgent.

        Args:
            after: id of a row.
            limit: the most to be returned.
            now: the moment, to be in time for.
            link: for which broker.
            gone: ids of rows that are left out.
        """
        # The plus signs keep SQLite on the rows' own order.
        found = self._readers.some(
            f"SELECT {COLUMNS} FROM outbox"  # noqa: S608 - constants
            " WHERE id > :after AND +link = :link AND +lane > :lane"
            f" AND {deadlines.IN_TIME} ORDER BY id LIMIT :limit",
            {
                **deadlines.moment(now),
                "link": link,
                "lane": Lane.ALARMS,
                "after": after,
                "limit": limit,
            },
            most_bytes=_READ_BYTES,
        )
        rows = [
            deadlines.leaving(row, now)
            for row in self._opened(values for values in found if values[0] not in gone)
        ]
        return [row for row in rows if row is not None]

    def has_elders(self, row: OutboxRow, apart: Collection[int]) -> bool:
        """Whether rows of its topic wait that came before it, those of ``apart`` not counted."""
        found = self._readers.rows(
            "SELECT id FROM outbox WHERE topic = ? AND link = ? AND id < ? LIMIT ?",
            (row.publication.topic, row.link, row.id, len(apart) + 1),
        )
        return any(number not in apart for (number,) in found)

    def has(self, number: int) -> bool:
        """Whether a row with this id is there."""
        return self._readers.row("SELECT 1 FROM outbox WHERE id = ?", (number,)) is not None

    def last_id(self) -> int:
        """The highest id that any row ever had; 0 where there was none."""
        found = self._readers.row("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")
        return int(found[0]) if found else 0

    def depth(self) -> list[LaneDepth]:
        """What waits, by link and lane; empty lanes left out."""
        rows = self._readers.rows(
            "SELECT link, lane, rows, bytes, (SELECT created FROM outbox WHERE"
            " link = lane_counts.link AND lane = lane_counts.lane ORDER BY id LIMIT 1)"
            " FROM lane_counts WHERE rows > 0 ORDER BY link, lane"
        )
        return [LaneDepth(link, Lane(lane), *rest) for link, lane, *rest in rows]

    def as_they_came(self, after: int, limit: int) -> list[OutboxRow]:
        """Rows of all links, in time or not; those that do not open are left out."""
        found = self._readers.rows(
            f"SELECT {COLUMNS} FROM outbox WHERE id > ? ORDER BY id LIMIT ?",  # noqa: S608 - a constant
            (after, limit),
        )
        return [row for row in (opened(row_of(each), self._payloads) for each in found) if row]

    def _opened(self, rows: Iterable[Sequence[Any]]) -> list[OutboxRow]:
        """Rows as they were put in; those that do not open are given up."""
        found: list[OutboxRow] = []
        lost: list[int] = []
        for values in rows:
            row = opened(row_of(values), self._payloads)
            if row is None:
                lost.append(values[0])
            else:
                found.append(row)
        if lost:
            self._unreadable(lost)
        return found
