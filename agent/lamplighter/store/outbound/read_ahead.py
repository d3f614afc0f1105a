"""Rows that leave next, read from the outbox before they are asked for.

A link is asked for rows as often as the broker answers. To look for the first rows every time
would read all that are on their way, or gone and not yet deleted, again and again; so each lane
is read on from where it was left. Whatever changes rows that wait says so first::

    pump ──due──> lanes of a link ──empty? ──> fetch on from the last row
                       ^
    writer ──alter──> nothing is due ──> COMMIT or ROLLBACK ──settle──> all read rows are forgotten
"""

from __future__ import annotations

import math
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.timekeeping.timekeeper import Stamp

_LOOK_AGAIN_S = 1.0
_MOST_PASSED = 1000


class Fetch(Protocol):
    """Reads rows of a link's lane that are in time, in order of their ids."""

    def __call__(self, link: str, lane: Lane, after: int, now: Stamp) -> list[OutboxRow]:
        """Some rows behind ``after``; none only where there are no more.

        Raises:
            StoreError: the database can't be read.
        """


@dataclass(slots=True)
class _Ahead:
    """What was read of a lane: ``rows`` are not handed out yet, ``after`` is the last one's id."""

    rows: deque[OutboxRow] = field(default_factory=deque)
    after: int = 0
    at_end: bool = False


@dataclass(slots=True)
class _Departures:
    """A link's lanes, the rows handed out that are not known to be gone, and topics passed over.

    Rows that were lent may be out, too, until the link says which are.
    """

    lanes: dict[Lane, _Ahead] = field(default_factory=lambda: {lane: _Ahead() for lane in Lane})
    out: set[int] = field(default_factory=set)
    lent: set[int] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)

    def rewind(self) -> None:
        """Begins at the first row again; what was handed out stays so."""
        self.lanes = {lane: _Ahead() for lane in Lane}
        self.passed.clear()

    def without(self, ids: Collection[int]) -> None:
        """Rows that were read and are deleted by now are not to be handed out any more."""
        for ahead in self.lanes.values():
            if any(row.id in ids for row in ahead.rows):
                ahead.rows = deque(row for row in ahead.rows if row.id not in ids)

    def look_again(self) -> None:
        """No lane is known to be at its end."""
        for ahead in self.lanes.values():
            ahead.at_end = False


class ReadAhead:
    """Hands out rows in the order of lanes, and within a lane as they came; a rider of the writer.

    Args:
        fetch: reads rows.
        leaving: the row as it leaves at a moment, or None where it is too late for it.
        thawed: called on the writer's thread when rows may be due again after :meth:`alter`.
        monotonic: seconds that never step.
    """

    def __init__(
        self,
        *,
        fetch: Fetch,
        leaving: Callable[[OutboxRow, Stamp], OutboxRow | None],
        thawed: Callable[[], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._fetch = fetch
        self._leaving = leaving
        self._thawed = thawed
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._links: dict[str, _Departures] = {}
        self._gone: set[int] = set()
        self._frozen = False
        self._alterations = 0
        self._look_again_at = -math.inf

    def due(
        self,
        link: str,
        limit: int,
        now: Stamp,
        in_flight: Collection[int],
        held: Collection[str] = (),
    ) -> list[OutboxRow]:
        """The rows that are to leave next; none while waiting rows are being changed.

        Args:
            link: for which broker.
            limit: the most to be returned.
            now: the moment, to be in time for.
            in_flight: ids of rows that are on their way, or are not wanted now. What was handed
                out and is neither in here nor gone is due again.
            held: topics that wait: their rows are passed over. Where many were and there is more
                to look at, this returns, and ``thawed`` is called.

        Raises:
            StoreError: the database can't be read.
        """
        with self._lock:
            if self._frozen:
                return []
            departures = self._links.setdefault(link, _Departures())
            if not (departures.out.issubset(in_flight) and departures.passed.issubset(held)):
                departures.rewind()
            departures.out = set(in_flight)
            departures.lent.clear()
            found, looked = self._hand_out(departures, link, limit, now, held)
            if not found and looked and self._monotonic() >= self._look_again_at:
                # Another process may have put rows in.
                self._look_again_at = self._monotonic() + _LOOK_AGAIN_S
                departures.look_again()
                found, looked = self._hand_out(departures, link, limit, now, held)
        if not looked:
            self._thawed()
        return found

    def lend(
        self, link: str, read: Callable[[Collection[int]], list[OutboxRow]]
    ) -> list[OutboxRow]:
        """Rows that are read in another order; none while waiting rows are being changed.

        They stay as they are until the next :meth:`due` says which of them are on their way.

        Args:
            link: for which broker.
            read: reads them, without those whose ids it is given.

        Raises:
            StoreError: the database can't be read.
        """
        with self._lock:
            before, gone = self._alterations, set(self._gone)
            if self._frozen:
                return []
        rows = read(gone)
        with self._lock:
            if self._alterations != before:
                return []
            self._links.setdefault(link, _Departures()).lent.update(row.id for row in rows)
        return rows

    def grow(self, lanes: Iterable[tuple[str, int]]) -> None:
        """New rows are on disk, behind all others of these links and lanes."""
        with self._lock:
            for link, lane in lanes:
                if link in self._links:
                    self._links[link].lanes[Lane(lane)].at_end = False

    def gone(self) -> set[int]:
        """Ids of rows that are gone, and perhaps not deleted yet."""
        with self._lock:
            return set(self._gone)

    def leave(self, ids: Collection[int]) -> None:
        """Rows that are gone for good: not due any more, deleted soon."""
        with self._lock:
            self._gone.update(ids)
            for departures in self._links.values():
                departures.out.difference_update(ids)
                departures.lent.difference_update(ids)

    def forget(self, ids: Iterable[int]) -> None:
        """Rows that are deleted: they need not be known any more."""
        deleted = set(ids)
        with self._lock:
            self._gone -= deleted
            for departures in self._links.values():
                departures.without(deleted)

    def stay(self, ids: Collection[int]) -> None:
        """Rows that are not gone after all: due again."""
        with self._lock:
            self._gone.difference_update(ids)
            for departures in self._links.values():
                departures.rewind()

    def alter(self) -> set[int]:
        """Rows that wait are about to be changed or deleted, in the writer's open transaction.

        Until it ends no row is due. To be called before each such change, on the writer's thread.

        Returns:
            Ids of the rows that were handed out: they may be sent as they were.
        """
        with self._lock:
            self._frozen = True
            self._alterations += 1
            return self._known()

    def highest(self) -> int:
        """The highest id of the rows that are out, or gone and not known to be deleted; else 0."""
        with self._lock:
            return max(self._known(), default=0)

    def deadline(self) -> float:
        """At once after a change that was not in a transaction of the writer's own."""
        return -math.inf if self._frozen else math.inf

    def write(self, connection: sqlite3.Connection) -> None:
        """Has nothing to write."""

    def settle(self, *, committed: bool) -> None:  # noqa: ARG002 - either way it is read again
        """Whatever was changed is on disk now, or is not changed."""
        if not self._frozen:
            return
        with self._lock:
            for departures in self._links.values():
                departures.rewind()
            self._frozen = False
        self._thawed()

    def _known(self) -> set[int]:
        links = self._links.values()
        return self._gone.union(*(each.out | each.lent for each in links))

    def _hand_out(
        self,
        departures: _Departures,
        link: str,
        limit: int,
        now: Stamp,
        held: Collection[str],
    ) -> tuple[list[OutboxRow], bool]:
        """The rows, and False where so many were passed over that there may be more."""
        found: list[OutboxRow] = []
        passed = 0
        out, gone = departures.out, self._gone
        for lane, ahead in departures.lanes.items():
            while len(found) < limit and (ahead.rows or self._read_on(ahead, link, lane, now)):
                row = ahead.rows.popleft()
                if row.id in out or row.id in gone:
                    continue
                if row.publication.topic in held:
                    departures.passed.add(row.publication.topic)
                    passed += 1
                    if passed == _MOST_PASSED:
                        return found, False
                    continue
                leaving = self._leaving(row, now)
                if leaving is not None:
                    found.append(leaving)
                    # At once: where reading fails further on, it has to be found again.
                    out.add(row.id)
        return found, True

    def _read_on(self, ahead: _Ahead, link: str, lane: Lane, now: Stamp) -> bool:
        """Reads the next rows of a lane; False where there are none."""
        if not ahead.at_end:
            rows = self._fetch(link, lane, ahead.after, now)
            if rows:
                ahead.after = rows[-1].id
                ahead.rows.extend(rows)
            ahead.at_end = not rows
        return not ahead.at_end
