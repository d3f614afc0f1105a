"""The schedule's entries, by the home's clock: what waits, and what is put in or taken out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Protocol

from lamplighter.actions.due import Due, due_of
from lamplighter.catalogue.entity import Entity, State
from lamplighter.config import Home
from lamplighter.store.records.schedule import Schedule, Scheduled
from lamplighter.timekeeping.timekeeper import Stamp
from lamplighter.understanding.timing.resolving import instant, next_time
from lamplighter.understanding.timing.when import Delay, Interval, Moment, Recurring, When

_PAUSED_S: Final = 10 * 365 * 86400.0
"""A paused timer is due so far ahead: it never is, and what trims the schedule leaves it alone."""
_SET_BACK_S: Final = 3600.0


class House(Protocol):
    """What the schedule sees of the home; the catalogue is it."""

    home: Home

    def get(self, entity_id: str) -> Entity | None:
        """The entity, or None."""
        ...

    def state(self, entity_id: str) -> State:
        """What is known of it."""
        ...


@dataclass(frozen=True, slots=True)
class Entries:
    """Reads and writes the schedule.

    Attributes:
        schedule: where it is kept.
        house: the home.
        stamp: the time by both clocks.
        zone: the home's time zone by its configured name.
        grace: seconds for which something overdue still counts as in time.
    """

    schedule: Schedule
    house: House
    stamp: Callable[[], Stamp]
    zone: Callable[[str | None], tzinfo]
    grace: float

    def now(self) -> datetime:
        """The home's local time."""
        return self.local(self.stamp().wall)

    def local(self, wall: float) -> datetime:
        """UTC seconds as the home's local time."""
        return datetime.fromtimestamp(wall, self.zone(self.house.home.time_zone))

    def waiting(self) -> list[Due]:
        """Everything that waits, soonest first."""
        now = self.stamp()
        return [due_of(item, now) for item in self.schedule.waiting()]

    def due(self, now: Stamp) -> list[Due]:
        """Everything that is due."""
        return [due_of(item, now) for item in self.schedule.due(now)]

    def insert(self, connection: sqlite3.Connection, due: Due, seconds: float) -> None:
        """Puts in what is due after so many seconds; only delays count by uptime."""
        self.schedule.insert(connection, self.item(due, seconds))

    def item(self, due: Due, seconds: float) -> Scheduled:
        """The row of what is due after so many seconds."""
        now = self.stamp()
        if due.left is not None:
            seconds = _PAUSED_S
        counts = isinstance(due.when, Delay | Interval) and due.left is None
        return Scheduled(
            now.wall + seconds,
            due.kind,
            due.text,
            due.kept(),
            now.wall,
            boot=now.boot if counts else None,
            uptime=now.uptime + seconds if counts else None,
        )

    def cancel(self, connection: sqlite3.Connection, found: Iterable[Due]) -> None:
        """Takes things out that wait."""
        for due in found:
            self.schedule.cancel(connection, due.id)

    def delay(self, when: When) -> float:
        """Seconds until then; none where it was moments ago, while somebody said yes.

        Raises:
            NoSuchTimeError: the sun has no such time, or nobody knows where the home is.
        """
        now = self.now()
        if isinstance(when, Moment):
            late = (now - instant(when.day, when.at, _zone_of(now))).total_seconds()
            if 0 <= late < self.grace:
                return 0.0
        return (next_time(when, now, self.house.home.location) - now).total_seconds()

    def next_delay(self, due: Due) -> float:
        """Seconds until what recurs is due the next time, after it was due.

        Raises:
            NoSuchTimeError: as of :meth:`delay`.
        """
        if isinstance(due.when, Interval):
            # In step with the first time, whatever was missed.
            return due.when.seconds - max(0.0, due.late) % due.when.seconds
        return self.from_last(due.when, due.at)

    def from_last(self, when: When, last: float | None) -> float:
        """Seconds until the next such time that is after the last one, too.

        A clock that was a little fast, and is set back, must not make it happen twice.

        Raises:
            NoSuchTimeError: as of :meth:`delay`.
        """
        now = self.now()
        ahead = (last or 0.0) - now.timestamp()
        after = now + timedelta(seconds=ahead) if 0 < ahead < _SET_BACK_S else now
        return (next_time(when, after, self.house.home.location) - now).total_seconds()

    def moved(self, waiting: Iterable[Due], *, overdue_s: float) -> dict[int, float]:
        """When habits are due by the clock as it is now, by id; those alone that change.

        What is overdue is left as it is, unless it is for longer than ``overdue_s``.
        """
        now = self.stamp().wall
        found = {}
        for due in waiting:
            ahead = due.at - now
            if isinstance(due.when, Recurring) and (ahead > 0 or -ahead > overdue_s):
                at = now + self.from_last(due.when, due.last)
                if abs(at - due.at) > 1.0:
                    found[due.id] = at
        return found


def _zone_of(now: datetime) -> tzinfo:
    zone = now.tzinfo
    assert zone is not None
    return zone
