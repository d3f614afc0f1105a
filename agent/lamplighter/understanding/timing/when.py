"""When something is to be done, as it was said: it is turned into UTC only where it is kept.

Times of day are the home's own and stay so over changes of the clock: "every day at seven" is at
seven in summer and in winter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

SunEvent = Literal["sunrise", "sunset", "dawn", "dusk", "noon"]

EVERY_DAY = frozenset(range(7))
"""Monday is 0, as in ``datetime.date.weekday``."""


@dataclass(frozen=True, slots=True)
class Delay:
    """So many seconds from now, whatever the clock of the wall says: "in ten minutes"."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Moment:
    """One time of one day in the home's time zone: "tomorrow at 7:30"."""

    day: date
    at: time


@dataclass(frozen=True, slots=True)
class SunMoment:
    """The sun's event on one day, and seconds after it (before it where negative)."""

    day: date
    event: SunEvent
    offset_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Recurring:
    """Every week on these days at a time of day, or at the sun's event with an offset.

    Attributes:
        days: weekdays, Monday is 0; never empty.
        at: the time of day, or None where ``event`` is given.
        event: the sun's event, or None where ``at`` is given.
        offset_s: seconds after the event, negative before.
    """

    days: frozenset[int] = EVERY_DAY
    at: time | None = None
    event: SunEvent | None = None
    offset_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """Again and again after so many seconds: "every two hours"."""

    seconds: float


When = Delay | Moment | SunMoment | Recurring | Interval
Until = Delay | Moment | SunMoment
"""The end of what is done for a while: "for half an hour" is a Delay, "until ten" a Moment."""
