"""From the pieces of a time to when that is.

A time of day whose half of the day was not said is read so: without a day, as the next such time
("at seven", said at noon, is seven in the evening); with another day or as a habit, six to twelve
are in the morning and one to five in the afternoon. A part of the day ("in the evening") decides
in every case. A part of the day alone stands for the hour in ``PART_TIMES``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from lamplighter.understanding.timing.clocks import Clock
from lamplighter.understanding.timing.pieces import (
    RARELY,
    WHEN,
    Days,
    Every,
    In,
    Lasting,
    OnDay,
    Part,
    PartName,
    Sun,
    Unclear,
    Value,
)
from lamplighter.understanding.timing.when import (
    Delay,
    Interval,
    Moment,
    Recurring,
    SunEvent,
    SunMoment,
    Until,
    When,
)

PART_TIMES: Final[dict[PartName, time]] = {
    "morning": time(8),
    "afternoon": time(15),
    "evening": time(19),
    "tonight": time(20),
    "night": time(22),
}
"""The time of day that a part of the day stands for, where no other is said."""

AT_WHAT_TIME: Final = "At what time?"
_OVER: Final = "That time is already over. When exactly?"
TWO_TIMES: Final = "I can plan for one time only. When exactly?"
_TOO_OFTEN: Final = "I can repeat things once a minute at most. How often?"
_NOON: Final = 12
_MIDNIGHT: Final = 24
_EARLIEST_MORNING: Final = 6
_WEEK_S: Final = 7 * 86400
_LEAST_INTERVAL_S: Final = 60
_ABOUT: Final[dict[SunEvent, time]] = {
    "sunrise": time(7),
    "dawn": time(6),
    "noon": time(12),
    "sunset": time(18),
    "dusk": time(19),
}
"""Roughly when the sun's events are: only to tell which half of the day a later time is in."""


class _Unclear(Exception):  # noqa: N818 - ends a reading; it never leaves this module
    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


@dataclass(frozen=True, slots=True)
class _Parts:
    """The pieces of one time, sorted."""

    delay: In | None = None
    clock: Clock | None = None
    day: OnDay | None = None
    part: Part | None = None
    sun: Sun | None = None
    days: Days | None = None
    every: Every | None = None


_FIELDS: Final[dict[type[Value], str]] = {
    In: "delay",
    Clock: "clock",
    OnDay: "day",
    Part: "part",
    Sun: "sun",
    Days: "days",
    Every: "every",
}


def start_of(pieces: Iterable[Value], now: datetime) -> tuple[When | None, str]:
    """When the pieces are, or what to ask."""
    try:
        parts = _sorted(pieces)
        return None if parts == _Parts() else _start(parts, now), ""
    except _Unclear as unclear:
        return None, unclear.question


def end_of(
    lasting: Lasting | None, pieces: Iterable[Value], start: When | None, now: datetime
) -> tuple[Until | None, str]:
    """When it ends, after what starts at ``start``, or what to ask."""
    try:
        parts = _sorted(pieces)
        if lasting is None:
            return None if parts == _Parts() else _end(parts, _base(start, now)), ""
        if parts != _Parts():
            return None, TWO_TIMES
        return Delay(float(lasting.length.seconds or 0)), ""
    except _Unclear as unclear:
        return None, unclear.question


def _sorted(pieces: Iterable[Value]) -> _Parts:
    found: dict[str, Any] = {}
    for value in pieces:
        if isinstance(value, Unclear):
            raise _Unclear(value.question)
        field = _FIELDS.get(type(value))
        if field is None or found.get(field, value) != value:
            raise _Unclear(TWO_TIMES)
        found[field] = value
    return _Parts(**found)


def _start(parts: _Parts, now: datetime) -> When:
    if parts.every is not None:
        return _interval(parts, parts.every)
    if parts.days is not None:
        return _recurring(parts, parts.days)
    if parts.delay is not None and not parts.delay.length.days:
        if parts != _Parts(delay=parts.delay):
            raise _Unclear(TWO_TIMES)
        return Delay(float(parts.delay.length.seconds or 0))
    if parts.delay is not None:
        return _after_days(parts, parts.delay.length.days, now)
    return _once(parts, now, default=None)


def _end(parts: _Parts, base: datetime) -> Until:
    """A day alone ends in its morning."""
    if parts.every is not None or parts.days is not None or parts.delay is not None:
        raise _Unclear(WHEN)
    return _once(parts, base, default=PART_TIMES["morning"])


def _interval(parts: _Parts, every: Every) -> When:
    if every.seconds == _WEEK_S and parts.day is not None and parts.day.named:
        days = Days(frozenset({parts.day.day.weekday()}))
        return _recurring(replace(parts, every=None, day=None), days)
    if every.seconds == _WEEK_S and parts.days is not None:
        return _recurring(replace(parts, every=None), parts.days)
    if parts != _Parts(every=every):
        raise _Unclear(RARELY)
    if every.seconds < _LEAST_INTERVAL_S:
        raise _Unclear(_TOO_OFTEN)
    return Interval(every.seconds)


def _recurring(parts: _Parts, days: Days) -> Recurring:
    if parts.delay is not None or parts.day is not None:
        raise _Unclear(TWO_TIMES)
    if parts.sun is not None:
        return Recurring(days.days, event=parts.sun.event, offset_s=parts.sun.offset_s)
    part = parts.part.name if parts.part else days.part
    if parts.clock is not None:
        at, later = _of_day(parts.clock, part)
    elif part is not None:
        at, later = PART_TIMES[part], 0
    else:
        raise _Unclear(AT_WHAT_TIME)
    shifted = frozenset((day + later) % 7 for day in days.days)
    return Recurring(shifted, at)


def _after_days(parts: _Parts, days: int, now: datetime) -> When:
    """So many days from now, at the time said or at the time of now."""
    day = now.date() + timedelta(days=days)
    if parts.clock is None and parts.part is None and parts.sun is None:
        return Moment(day, now.time().replace(microsecond=0))
    return _once(replace(parts, delay=None, day=OnDay(day)), now, default=None)


def _once(parts: _Parts, now: datetime, *, default: time | None) -> Moment | SunMoment:
    day = parts.day.day if parts.day is not None else None
    if day is None and parts.part is not None and parts.part.today:
        day = now.date()
    if parts.sun is not None:
        if parts.clock is not None:
            raise _Unclear(TWO_TIMES)
        return SunMoment(day or now.date(), parts.sun.event, parts.sun.offset_s)
    if parts.clock is not None:
        return _clocked(parts, parts.clock, day, now)
    if parts.part is not None:
        return _coming(day, PART_TIMES[parts.part.name], 0, parts, now)
    if default is None or day is None:
        raise _Unclear(AT_WHAT_TIME)
    return Moment(day, default)


def _clocked(parts: _Parts, clock: Clock, day: date | None, now: datetime) -> Moment:
    part = parts.part.name if parts.part is not None else None
    settled = clock.known or part is not None or (day is not None and day != now.date())
    if settled:
        at, later = _of_day(clock, part)
        return _coming(day, at, later, parts, now)
    halves = sorted(time(clock.hour % _NOON + half, clock.minute) for half in (0, _NOON))
    for at in halves:
        if datetime.combine(now.date(), at, now.tzinfo) > now:
            return Moment(now.date(), at)
    if day is None:
        return Moment(now.date() + timedelta(days=1), halves[0])
    return _coming(day, _of_day(clock, None)[0], 0, parts, now)


def _coming(day: date | None, at: time, later: int, parts: _Parts, now: datetime) -> Moment:
    """The time of day on its day, where that is not over; the next such one without a day."""
    first = (day or now.date()) + timedelta(days=later)
    if datetime.combine(first, at, now.tzinfo) > now:
        if day is None and later:
            return _earlier(first, at, now)
        return Moment(first, at)
    if day is None:
        return Moment(first + timedelta(days=1), at)
    if parts.day is not None and parts.day.named:
        return Moment(first + timedelta(days=7), at)
    raise _Unclear(_OVER)


def _earlier(day: date, at: time, now: datetime) -> Moment:
    """Two at night, said at one at night, is in an hour."""
    before = day - timedelta(days=1)
    return Moment(before if datetime.combine(before, at, now.tzinfo) > now else day, at)


def _of_day(clock: Clock, part: PartName | None) -> tuple[time, int]:
    """The time of day, and how many days later it is than the day said: 1 after midnight."""
    if clock.hour == _MIDNIGHT:
        return time(0, clock.minute), 1
    at_night = part in ("night", "tonight")
    if clock.known or clock.hour > _NOON or (clock.hour == 0 and part is None):
        hour = clock.hour
    elif part is None:
        hour = clock.hour + (_NOON if clock.hour < _EARLIEST_MORNING else 0)
    elif part == "morning" or (at_night and clock.hour % _NOON < _EARLIEST_MORNING):
        hour = clock.hour % _NOON
    else:
        hour = clock.hour % _NOON + _NOON
    return time(hour, clock.minute), int(at_night and hour < _EARLIEST_MORNING)


def _base(start: When | None, now: datetime) -> datetime:
    """About when it starts, for the end that comes after it."""
    match start:
        case Delay(seconds):
            return now + timedelta(seconds=seconds)
        case Moment(day, at):
            return datetime.combine(day, at, now.tzinfo)
        case SunMoment(day, event, offset):
            return datetime.combine(day, _ABOUT[event], now.tzinfo) + timedelta(seconds=offset)
        case Recurring(_, at, event, offset):
            about = at or _ABOUT[event or "noon"]
            first = datetime.combine(now.date(), about, now.tzinfo)
            return first + timedelta(seconds=offset)
        case _:
            return now
