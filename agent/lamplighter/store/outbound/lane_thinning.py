"""Thinning a lane: readings of a topic within an interval become one row that sums them up.

A lane is gone through in order, some rows at a time. The row of a topic that came just before a
slice is taken in again, so that sums grow over the slices and nothing has to be remembered::

    rows of the slice ──by topic──> runs within one interval ──> the last row says it for all
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from lamplighter.store.outbound.lane_bounds import ROW_BYTES
from lamplighter.store.outbound.lane_rows import LaneWork, delete
from lamplighter.store.outbound.thinning import Summary, merge, payload_of, summary_of
from lamplighter.store.records.ledger import Reason

WIDTHS = (10.0, 60.0, 600.0, 3600.0, 6 * 3600.0, 86400.0)
"""Seconds of the intervals, in which a lane is thinned one after the other."""

_SLICE_BYTES = 1 << 20
_COLUMNS = (
    "id, topic, created, merged, payload, qos, retain, rule,"
    " once OR command IS NOT NULL OR response_topic IS NOT NULL OR correlation IS NOT NULL"
)
_SLICE = (
    f"SELECT {_COLUMNS} FROM outbox WHERE link = ? AND lane = ? AND id > ?"  # noqa: S608 - constants
    " ORDER BY id LIMIT ?"
)
_BEFORE = (
    f"SELECT {_COLUMNS} FROM outbox INDEXED BY outbox_topic"  # noqa: S608 - constants
    " WHERE topic = ? AND link = ? AND lane = ? AND id < ? ORDER BY id DESC LIMIT 1"
)


class _Reading(NamedTuple):
    id: int
    topic: str
    created: float
    merged: int
    payload: bytes
    qos: int
    retain: int
    rule: str | None
    is_single: int

    @property
    def space(self) -> int:
        return len(self.payload) + len(self.topic) + ROW_BYTES

    def summary(self) -> Summary | None:
        return summary_of(self.payload, self.created, merged=self.merged)


def thin(work: LaneWork, *, width: float, after: int, limit: int) -> tuple[int, int]:
    """Thins some rows of a lane.

    What is no reading is coalesced to the last of the interval.

    Args:
        work: the lane.
        width: seconds of the interval.
        after: the row to begin behind.
        limit: how many rows are looked at, at most.

    Returns:
        The last row that was looked at, and how many there were.
    """
    rows = _slice(work, after, limit)
    by_topic: dict[str, list[_Reading]] = {}
    for row in rows:
        by_topic.setdefault(row.topic, []).append(row)
    gone: list[int] = []
    for topic, own in by_topic.items():
        place = (topic, work.link, work.lane, own[0].id)
        before = work.connection.execute(_BEFORE, place).fetchone()
        if before is not None:
            own.insert(0, _reading(work, before))
        for run in _runs(own, width, work.apart):
            gone += _thin_run(work, run)
    delete(work.connection, gone)
    return (rows[-1].id if rows else after), len(rows)


def _slice(work: LaneWork, after: int, limit: int) -> list[_Reading]:
    """Some rows, fewer where they are large."""
    rows: list[_Reading] = []
    size = 0
    cursor = work.connection.execute(_SLICE, (work.link, work.lane, after, limit))
    for values in cursor:
        rows.append(_reading(work, values))
        size += len(rows[-1].payload)
        if size > _SLICE_BYTES:
            break
    cursor.close()
    return rows


def _reading(work: LaneWork, values: Sequence[Any]) -> _Reading:
    """The row with its payload as it was put in; one that does not open is left as it is."""
    row = _Reading(*values)
    payload = work.tally.payloads.read(row.topic, row.payload)
    if payload is None:
        return row._replace(is_single=1)
    return row._replace(payload=payload)


def _runs(
    rows: Iterable[_Reading], width: float, apart: Collection[int]
) -> Iterator[list[_Reading]]:
    """Neighbours of one interval that may become one row, two at least."""

    def key(row: _Reading) -> tuple[object, ...]:
        if row.is_single or row.id in apart:
            return (row.id,)
        return row.created // width, row.qos, row.retain, row.rule

    for _, run in groupby(rows, key):
        found = list(run)
        if len(found) > 1:
            yield found


def _thin_run(work: LaneWork, run: Sequence[_Reading]) -> list[int]:
    """Has the last of some rows stand for all; returns the ids of the others, to be deleted."""
    gone: list[int] = []
    read = [(row, row.summary()) for row in run]
    for is_reading, group in groupby(read, lambda each: each[1] is not None):
        part = list(group)
        rows = [row for row, _ in part]
        if len(rows) == 1:
            continue
        if is_reading:
            summaries = [summary for _, summary in part if summary is not None]
            if not _sum_up(work, rows, merge(summaries)):
                continue
        else:
            for row in rows[:-1]:
                _note(work, row, Reason.COALESCED)
        gone += [row.id for row in rows[:-1]]
    return gone


def _sum_up(work: LaneWork, rows: Sequence[_Reading], summary: Summary) -> bool:
    """Writes a sum into the last row; False where that would save nothing."""
    payload = payload_of(summary)
    last = rows[-1]
    if len(payload) + len(last.topic) + ROW_BYTES >= sum(row.space for row in rows):
        return False
    for row in rows:
        if row.merged == 1:
            _note(work, row, Reason.THINNED)
    work.connection.execute(
        "UPDATE outbox SET payload = ?, merged = ? WHERE id = ?",
        (
            work.tally.payloads.seal(last.topic, payload),
            sum(row.merged for row in rows),
            last.id,
        ),
    )
    return True


def _note(work: LaneWork, row: _Reading, reason: str) -> None:
    work.tally.add(
        work.link,
        work.lane,
        row.topic,
        reason,
        count=row.merged,
        size=len(row.payload),
        first=row.created,
        last=row.created,
    )
