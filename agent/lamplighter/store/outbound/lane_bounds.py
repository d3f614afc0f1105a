"""How much may wait in a lane, and how much of that is used."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.settings import Lanes

ROW_BYTES = 160
"""What a row takes on disk beside payload and topic, its places in the indices included."""


class Count(NamedTuple):
    """What waits in a lane of a link; ``bytes`` of payloads and topics."""

    rows: int
    bytes: int

    @property
    def space(self) -> int:
        """Bytes on disk, about."""
        return self.bytes + self.rows * ROW_BYTES

    def plus(self, other: Count) -> Count:
        """Both together."""
        return Count(self.rows + other.rows, self.bytes + other.bytes)


NOTHING = Count(0, 0)


@dataclass(frozen=True, slots=True)
class Bound:
    """What may wait in a lane of each link.

    Attributes:
        max_bytes: of payloads, topics, and :data:`ROW_BYTES` for each row.
        max_rows: messages; infinity: as many as there is space for.
        max_age: seconds; infinity: as old as it gets.
        when_full: ``refuse``, ``coalesce``, ``thin`` or ``drop``.
    """

    max_bytes: float
    max_rows: float = math.inf
    max_age: float = math.inf
    when_full: str = "drop"

    def used(self, count: Count) -> float:
        """The part of the bound that is used; above 1 where it is exceeded."""
        return max(count.space / max(self.max_bytes, 1), count.rows / self.max_rows)

    def holds(self, count: Count, share: float = 1.0) -> bool:
        """True where so much is within a share of the bound."""
        return count.space <= self.max_bytes * share and count.rows <= self.max_rows * share


def bounds_of(lanes: Lanes, max_bytes: int) -> Mapping[Lane, Bound]:
    """The bounds that the settings mean in a store of ``max_bytes``."""
    return {lane: _bound(lanes, lane, max_bytes) for lane in Lane}


def count_of(connection: sqlite3.Connection, link: str, lane: int) -> Count:
    """What waits in a lane of a link now."""
    row = connection.execute(
        "SELECT rows, bytes FROM lane_counts WHERE link = ? AND lane = ?", (link, lane)
    ).fetchone()
    return Count(*row) if row else NOTHING


def counts(connection: sqlite3.Connection) -> dict[tuple[str, Lane], Count]:
    """What waits now, by link and lane."""
    return {
        (link, Lane(lane)): Count(rows, size)
        for link, lane, rows, size in connection.execute(
            "SELECT link, lane, rows, bytes FROM lane_counts"
        ).fetchall()
    }


def _bound(lanes: Lanes, lane: Lane, max_bytes: int) -> Bound:
    given = getattr(lanes, lane.label)
    return Bound(
        max_bytes=given.share * max_bytes if given.max_bytes is None else given.max_bytes,
        max_rows=math.inf if given.max_rows is None else given.max_rows,
        max_age=math.inf if given.max_age is None else given.max_age,
        when_full=given.when_full,
    )
