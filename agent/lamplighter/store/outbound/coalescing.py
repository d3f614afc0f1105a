"""Leaving the newest message of each topic, where older ones of it still wait."""

from __future__ import annotations

from lamplighter.store.outbound.lane_rows import LaneWork
from lamplighter.store.records.ledger import Reason

_NEWEST = (
    "SELECT max(id) FROM outbox INDEXED BY outbox_topic WHERE topic = ? AND link = ? AND lane = ?"
)
_MOST_OF_A_TOPIC = 500


def coalesce(work: LaneWork, *, after: int, limit: int) -> tuple[int, int]:
    """Gives up those of some rows of a lane that have a newer one of their topic in it.

    Args:
        work: the lane.
        after: the row to begin behind.
        limit: how many rows are looked at.

    Returns:
        The last row that was looked at, and how many there were.
    """
    rows = work.following(after, limit)
    newest = {
        topic: work.connection.execute(_NEWEST, (topic, work.link, work.lane)).fetchone()[0]
        for topic in {row.topic for row in rows}
    }
    work.give_up(
        (
            row
            for row in rows
            if row.id < newest[row.topic] and row.id not in work.apart and not row.is_single
        ),
        Reason.COALESCED,
    )
    return (rows[-1].id if rows else after), len(rows)


def make_way(work: LaneWork, topic: str) -> None:
    """Gives up what waits of a topic in a lane, as a newer message of it is about to be put in."""
    work.give_up(
        (
            row
            for row in work.elders(topic, _MOST_OF_A_TOPIC)
            if row.id not in work.apart and not row.is_single
        ),
        Reason.COALESCED,
    )
