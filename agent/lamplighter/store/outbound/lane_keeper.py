"""Keeps the lanes within their bounds: never exceeded, and worked on long before.

From 80 % of a bound the lane's policy works in the background, a slice with each commit, until
70 % are reached. Where that was not enough, room is made in the transaction that needs it::

    put ──> admit ──fits──> in            80 % ──> slice ── commit ── pause ── slice …  ──> 70 %
              └──does not──> drop the oldest, or refuse
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from lamplighter.errors import LaneFullError
from lamplighter.store.encryption.sealing import Column, Seals
from lamplighter.store.outbound import coalescing
from lamplighter.store.outbound.lane_bounds import (
    NOTHING,
    Bound,
    Count,
    count_of,
    counts,
)
from lamplighter.store.outbound.lane_rows import LaneRow, LaneWork, Tally
from lamplighter.store.outbound.lane_thinning import WIDTHS, thin
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import PULL, NewRow
from lamplighter.store.records.ledger import Ledger, Reason
from lamplighter.store.writing.pulse import Pulse
from lamplighter.timekeeping.timekeeper import Stamp

_HIGH = 0.8
_LOW = 0.7
_PRESSING = 0.95
# What carries out a command leaves room to say that the next one can't be.
_COMMANDS_SHARE = 0.9
_LOOK_EVERY = 1.0
_SLICE_S = 0.008
_FEWEST, _FIRST, _MOST = 64, 256, 4096
_PAUSE = 0.02
_CHUNK = 500
_SPARE_SHARE = 0.01
_GROWTH = 0.05

Key = tuple[str, Lane]
"""A link and a lane."""


@dataclass(slots=True)
class _Progress:
    """How far the policy has come in a lane.

    Attributes:
        pressed: it is at work.
        level: which of the widths it thins by.
        after: the last row that it looked at.
        exhausted: it has gone through everything; rows that were there then.
    """

    pressed: bool = False
    level: int = 0
    after: int = 0
    exhausted: int | None = None


class LaneKeeper:
    """Applies bounds, on the writer's thread; a rider of the writer.

    Args:
        bounds: of each lane of each link; a lane that is not in it has none.
        ledger: told of every message that does not leave as it came.
        pulse: the writer's.
        stamp: the time.
        alter: to be called before waiting rows are changed; returns ids of rows that must stay
            as they are.
        payloads: open and seal payloads; None: they are stored plain.
    """

    def __init__(
        self,
        bounds: Mapping[Lane, Bound],
        *,
        ledger: Ledger,
        pulse: Pulse,
        stamp: Callable[[], Stamp],
        alter: Callable[[], Collection[int]],
        payloads: Column | None = None,
    ) -> None:
        self._payloads = payloads or Seals().column("outbox.payload")
        self.bounds = bounds
        self._ledger = ledger
        self._pulse = pulse
        self._stamp = stamp
        self._alter = alter
        self._progress: dict[Key, _Progress] = {}
        self._before: dict[Key, tuple[int, int, int | None]] = {}
        self._due = -math.inf
        self._look_at = -math.inf
        self._rows = _FIRST
        self._may_slice = True

    def admit(self, connection: sqlite3.Connection, row: NewRow) -> None:
        """Sees that there is room for a row, before it is put in, in the same transaction.

        Raises:
            LaneFullError: there is none, and none is to be made.
        """
        share = 1.0 if row.command is None else _COMMANDS_SHARE
        need = Count(1, len(row.payload) + len(row.topic))
        if not self._make_room(connection, (row.link, row.lane), need, share, row.topic):
            bound = self.bounds[Lane(row.lane)]
            raise LaneFullError(Lane(row.lane).label, row.link, _said(bound))

    def admit_all(self, connection: sqlite3.Connection, rows: Sequence[NewRow]) -> bool:
        """As :meth:`admit` for many at once; False: they are to be tried one by one."""
        needs: dict[tuple[str, int], Count] = {}
        for row in rows:
            key = row.link, row.lane
            need = Count(1, len(row.payload) + len(row.topic))
            needs[key] = needs.get(key, NOTHING).plus(need)
        return all(self._make_room(connection, key, need) for key, need in needs.items())

    def pull(self, connection: sqlite3.Connection, lane: int, topic: str, link: str) -> None:
        """Has rows of a topic that wait in lower lanes follow into this one.

        Where it has no room for them they are given up: nothing in it goes for them.
        """
        below = connection.execute(
            "SELECT count(*), coalesce(sum(length(payload) + length(topic)), 0) FROM outbox"
            " INDEXED BY outbox_topic WHERE topic = ? AND link = ? AND lane > ?",
            (topic, link, lane),
        ).fetchone()
        if not below[0]:
            return
        self._alter()
        bound = self.bounds.get(Lane(lane))
        if bound is not None and not bound.holds(
            count_of(connection, link, lane).plus(Count(*below))
        ):
            for lower in range(lane + 1, len(Lane)):
                work = self._begin(connection, link, lower)
                work.drop_oldest(
                    rows=below[0], space=0, most=below[0], reason=Reason.EVICTED, topic=topic
                )
                work.tally.write(connection, self._ledger)
        connection.execute(PULL, (lane, topic, link))

    def evict(self, connection: sqlite3.Connection, lane: Lane, rows: int) -> int:
        """Gives up the oldest rows of a lane of each link, to make room; returns how many."""
        gone = 0
        for (link, its), count in counts(connection).items():
            if its is lane and count.rows:
                work = self._begin(connection, link, lane)
                gone += work.drop_oldest(rows=rows, space=0, most=rows, reason=Reason.EVICTED)[0]
                work.tally.write(connection, self._ledger)
        return gone

    def deadline(self) -> float:
        """When the next slice wants to be done; infinity: there is nothing to do."""
        return self._due

    def write(self, connection: sqlite3.Connection) -> None:
        """Does a slice of what is to be done, if it is time."""
        now = self._pulse.now()
        if now < self._due and now < self._look_at:
            return
        self._before = {
            key: (each.level, each.after, each.exhausted) for key, each in self._progress.items()
        }
        due = math.inf
        if now >= self._look_at:
            self._look_at = now + _LOOK_EVERY
            for key, count in counts(connection).items():
                self._look(key, count)
            if self._expire(connection):
                self._look_at = due = self._pulse.now() + _PAUSE
        # The least urgent lane first; one slice each time.
        pressed = [key for key, each in self._progress.items() if each.pressed]
        for link, lane in sorted(pressed, key=lambda key: -key[1]):
            pause = self._work(connection, link, lane, now)
            if pause is not None:
                due = min(due, now + pause)
                break
        self._due = due

    def settle(self, *, committed: bool) -> None:
        """After a rollback, the slice is to be done again."""
        if not committed:
            for key, before in self._before.items():
                progress = self._progress.setdefault(key, _Progress())
                progress.level, progress.after, progress.exhausted = before
            self._look_at = -math.inf
        self._before = {}
        self._may_slice = True

    def _make_room(
        self,
        connection: sqlite3.Connection,
        key: tuple[str, int],
        need: Count,
        share: float = 1.0,
        topic: str | None = None,
    ) -> bool:
        """True where there is room for so much, made if it had to be."""
        link, lane = key
        bound = self.bounds.get(Lane(lane))
        if bound is None:
            return True
        after = count_of(connection, link, lane).plus(need)
        if bound.used(after) >= _HIGH:
            self._look((link, Lane(lane)), after)
        if bound.holds(after, share):
            return True
        if bound.when_full == "refuse" or not bound.holds(need, share):
            return False
        work = self._begin(connection, link, lane)
        if bound.when_full == "coalesce" and topic is not None:
            coalescing.make_way(work, topic)
        progress = self._progress.get((link, Lane(lane)))
        if progress is not None and progress.exhausted is None and self._may_slice:
            # It came faster than the policy could work in the background.
            self._may_slice = False
            self._slice(work, bound, progress)
        made = _drop_excess(work, bound, need)
        work.tally.write(connection, self._ledger)
        return made

    def _look(self, key: Key, count: Count) -> None:
        """Begins or ends the work on a lane."""
        bound = self.bounds.get(key[1])
        if bound is None:
            return
        used = bound.used(count)
        progress = self._progress.get(key)
        if progress is None:
            if used < _HIGH:
                return
            progress = self._progress[key] = _Progress()
        if used < _LOW:
            # The backlog has left: what comes next begins with the finest interval again.
            del self._progress[key]
            return
        if progress.exhausted is not None and used <= 1:
            grown = count.rows - progress.exhausted
            progress.pressed = grown > _GROWTH * progress.exhausted
            if not progress.pressed:
                return
            progress.exhausted = None
        if used >= _HIGH and not progress.pressed:
            progress.pressed = bound.when_full in {"coalesce", "thin"} or used > 1
            if progress.pressed:
                self._due = -math.inf

    def _work(
        self, connection: sqlite3.Connection, link: str, lane: Lane, now: float
    ) -> float | None:
        """Does a slice on a lane; returns seconds from ``now`` to the next, None: all was done."""
        bound = self.bounds[lane]
        used = bound.used(count_of(connection, link, lane))
        progress = self._progress[link, lane]
        if used < _LOW:
            progress.pressed = False
            return None
        work = self._begin(connection, link, lane)
        if bound.when_full in {"drop", "refuse"} or progress.exhausted is not None:
            _drop_excess(work, bound, NOTHING, self._rows)
            progress.pressed = not bound.holds(count_of(connection, link, lane))
        else:
            self._slice(work, bound, progress)
        work.tally.write(connection, self._ledger)
        took = self._pulse.now() - now
        self._pace(took)
        return took if used >= _PRESSING else 2 * took + _PAUSE

    def _slice(self, work: LaneWork, bound: Bound, progress: _Progress) -> None:
        if bound.when_full in {"drop", "refuse"}:
            return
        thins = bound.when_full == "thin"
        if thins:
            width = WIDTHS[progress.level]
            last, seen = thin(work, width=width, after=progress.after, limit=self._rows)
        else:
            last, seen = coalescing.coalesce(work, after=progress.after, limit=self._rows)
        progress.after = last
        if seen:
            return
        progress.after = 0
        if thins and progress.level + 1 < len(WIDTHS):
            progress.level += 1
        else:
            count = count_of(work.connection, work.link, work.lane)
            progress.exhausted = count.rows
            progress.level = 0
            progress.pressed = not bound.holds(count)

    def _expire(self, connection: sqlite3.Connection) -> bool:
        """Gives up what is too old for its lane; True where there may be more."""
        more = False
        for (link, lane), count in counts(connection).items():
            bound = self.bounds.get(lane)
            if bound is None or bound.max_age == math.inf or not count.rows:
                continue
            now = self._stamp()
            work = LaneWork(connection, link, lane, (), self._tally())
            if not any(_is_older(row, now, bound) for row in work.following(0, 1)):
                continue
            work = self._begin(connection, link, lane)
            gone: list[LaneRow] = []
            for row in work.following(0, _CHUNK + len(work.apart)):
                if len(gone) == _CHUNK or not _is_older(row, now, bound):
                    break
                if row.id not in work.apart:
                    gone.append(row)
            work.give_up(gone, Reason.EXPIRED)
            work.tally.write(connection, self._ledger)
            more = more or len(gone) == _CHUNK
        return more

    def _pace(self, took: float) -> None:
        """Has slices take about as long as they may."""
        factor = min(2.0, max(0.25, _SLICE_S / max(took, 1e-6)))
        self._rows = int(min(_MOST, max(_FEWEST, self._rows * factor)))

    def _begin(self, connection: sqlite3.Connection, link: str, lane: int) -> LaneWork:
        return LaneWork(connection, link, lane, self._alter(), self._tally())

    def _tally(self) -> Tally:
        return Tally(self._stamp().wall, self._payloads)


def _spare(excess: float, bound: float) -> float:
    """What is over, and a share of the bound, where it has one."""
    return excess + _SPARE_SHARE * bound if excess > 0 else 0


def _said(bound: Bound) -> str:
    """A bound in words."""
    rows = "" if bound.max_rows == math.inf else f" or {bound.max_rows:.0f} messages"
    return f"{bound.max_bytes:.0f} bytes{rows}"


def _is_older(row: LaneRow, now: Stamp, bound: Bound) -> bool:
    """Whether a row is older than it may get; one whose age nobody can say is not."""
    if row.uptime is not None and row.boot == now.boot:
        return now.uptime - row.uptime > bound.max_age
    return now.trusted and now.wall - row.created > bound.max_age


def _drop_excess(work: LaneWork, bound: Bound, need: Count, most: int = _CHUNK) -> bool:
    """Drops the oldest rows of a lane, so that so much more is within its bound.

    Returns:
        True where it is now; or where as much went as is needed, of a lane far above a bound
        that was lowered: it must not get more, and gets less bit by bit.
    """
    after = count_of(work.connection, work.link, work.lane).plus(need)
    rows, space = after.rows - bound.max_rows, after.space - bound.max_bytes
    if rows <= 0 and space <= 0:
        return True
    # A little more than is needed, or every single row would make room for itself.
    gone, freed = work.drop_oldest(
        rows=_spare(rows, bound.max_rows),
        space=_spare(space, bound.max_bytes),
        most=max(most, 2 * need.rows),
        reason=Reason.EVICTED,
    )
    enough = gone >= rows and freed >= space
    return enough or bool(need.rows and gone >= need.rows and freed >= need.space)
