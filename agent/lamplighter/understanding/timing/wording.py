"""Times in words: "tomorrow at 7:30", "every weekday at 6:00", "at sunset (16:12)"."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from lamplighter.config import Location
from lamplighter.errors import NoSuchTimeError
from lamplighter.understanding.time_expressions import spoken_length
from lamplighter.understanding.timing.resolving import next_time
from lamplighter.understanding.timing.when import (
    EVERY_DAY,
    Delay,
    Interval,
    Moment,
    Recurring,
    SunEvent,
    SunMoment,
    Until,
    When,
)

_WEEK: Final = 7
_GROUPS: Final = {EVERY_DAY: "every day", frozenset(range(5)): "every weekday"}
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def spoken(when: When, now: datetime, location: Location | None = None) -> str:
    """When something happens.

    Args:
        when: what was understood.
        now: the time of now in the home's time zone.
        location: where the home is: then a time of the sun is told by the clock as well.
    """
    match when:
        case Delay(seconds):
            return f"in {spoken_length(seconds) or '0 seconds'}"
        case Interval(seconds):
            return f"every {spoken_length(seconds).removeprefix('1 ')}"
        case Moment(day, at):
            return f"{spoken_day(day, now.date())} at {_clock(at)}"
        case SunMoment(_, event, offset):
            day, exact = _sun_day(when, now, location)
            named = "" if day == now.date() else f"{spoken_day(day, now.date())} "
            return f"{named}{_of_sun(event, offset)}{exact}"
        case Recurring(days, at, event, offset):
            if at is not None:
                return f"{_spoken_days(days)} at {_clock(at)}"
            return f"{_spoken_days(days)} {_of_sun(event or 'noon', offset)}"


def lasting(until: Until, now: datetime, location: Location | None = None) -> str:
    """How long something lasts: "for 30 minutes", "until 22:00"; arguments as of ``spoken``."""
    match until:
        case Delay(seconds):
            return f"for {spoken_length(seconds) or '0 seconds'}"
        case Moment(day, at):
            named = "" if day == now.date() else f"{spoken_day(day, now.date())} at "
            return f"until {named}{_clock(at)}"
        case SunMoment():
            return f"until {spoken(until, now, location).removeprefix('at ')}"


def spoken_day(day: date, today: date) -> str:
    """A day: "today", "tomorrow", "on Friday", "on 24 December"."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return "tomorrow" if ahead else "today"
    if 0 < ahead < _WEEK:
        return f"on {_DAYS[day.weekday()]}"
    year = "" if day.year == today.year else f" {day.year}"
    return f"on {day.day} {day:%B}{year}"


def _sun_day(when: SunMoment, now: datetime, location: Location | None) -> tuple[date, str]:
    """The day of the sun's next such event, and its time by the clock where that is known."""
    if location is None:
        return when.day, ""
    try:
        found = next_time(when, now, location).astimezone(now.tzinfo)
    except NoSuchTimeError:
        return when.day, ""
    return found.date(), f" ({_clock(found.time())})"


def _of_sun(event: SunEvent, offset: float) -> str:
    if not offset:
        return f"at {event}"
    return f"{spoken_length(abs(offset))} {'after' if offset > 0 else 'before'} {event}"


def _spoken_days(days: frozenset[int]) -> str:
    if days in _GROUPS:
        return _GROUPS[days]
    *first, last = (_DAYS[day] for day in sorted(days))
    return f"every {', '.join(first)} and {last}" if first else f"every {last}"


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"
