"""From what was said of a time to the instant that it is, in UTC.

A time of day that a change of the clock leaves out (half past two in the night in which three
follows upon two) is the first moment after; one that comes twice is the first of the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from astral import Observer
from astral import sun as astral_sun

from lamplighter.config import Location
from lamplighter.errors import NoSuchTimeError
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

_EVENTS: Final[Mapping[SunEvent, Callable[..., datetime]]] = {
    "sunrise": astral_sun.sunrise,
    "sunset": astral_sun.sunset,
    "dawn": astral_sun.dawn,
    "dusk": astral_sun.dusk,
    "noon": astral_sun.noon,
}
_DAY: Final = timedelta(days=1)
_LONGEST_SEARCH: Final = 370
_SECOND: Final = timedelta(seconds=1)


def next_time(when: When, now: datetime, location: Location | None) -> datetime:
    """The first such time after now, in UTC.

    Args:
        when: what was said.
        now: the time of now in the home's time zone.
        location: where the home is; the sun's times need it.

    Raises:
        NoSuchTimeError: the sun has no such event then, or the home's location is not known.
    """
    match when:
        case Delay(seconds) | Interval(seconds):
            return now.astimezone(UTC) + timedelta(seconds=seconds)
        case Moment(day, at):
            return _first_after(now, (instant(each, at, _zone(now)) for each in _days(day, now)))
        case SunMoment(day, event, offset):
            first = sun_time(event, day, now, location) + timedelta(seconds=offset)
            return first if first > now else _next_of_sun(when, now, location)
        case Recurring(days, None, event, offset):
            any_day = SunMoment(now.date(), event or "noon", offset)
            return _next_of_sun(any_day, now, location, days)
        case Recurring(days, at):
            coming = (each for each in _days(now.date(), now) if each.weekday() in days)
            return _first_after(now, (instant(each, at or time(), _zone(now)) for each in coming))


def delay_until(when: When, now: datetime, location: Location | None) -> float:
    """Seconds from now until then; arguments and errors as of :func:`next_time`."""
    return (next_time(when, now, location) - now).total_seconds()


def end_time(
    until: Until, start: datetime, location: Location | None, *, again: bool = False
) -> datetime:
    """When something ends that starts then, in UTC; always after the start.

    Args:
        until: what was said.
        start: when it starts, in the home's time zone.
        location: where the home is.
        again: True where it starts again and again: then only the time of day counts, not the
            day on which it was first said.

    Raises:
        NoSuchTimeError: as of :func:`next_time`.
    """
    if again and not isinstance(until, Delay):
        today = start.date()
        until = (
            Moment(today, until.at)
            if isinstance(until, Moment)
            else SunMoment(today, until.event, until.offset_s)
        )
    return next_time(until, start, location)


def instant(day: date, at: time, zone: tzinfo) -> datetime:
    """A time of one day in that zone, in UTC."""
    local = datetime.combine(day, at.replace(fold=0), zone)
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    before, after = local.replace(fold=1).astimezone(UTC), found
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def sun_time(event: SunEvent, day: date, now: datetime, location: Location | None) -> datetime:
    """When the sun's event is on that day, in UTC.

    Raises:
        NoSuchTimeError: there is none that day, or the home's location is not known.
    """
    if location is None:
        raise NoSuchTimeError(event, "I only know it once home.location is in the configuration")
    observer = Observer(location.latitude, location.longitude, location.elevation)
    try:
        found = _EVENTS[event](observer, date=day, tzinfo=_zone(now))
    except ValueError:
        named = f"{day.day} {day:%B}"
        raise NoSuchTimeError(event, f"there is none on {named} where you are") from None
    return found.astimezone(UTC)


def _next_of_sun(
    event: SunMoment, now: datetime, location: Location | None, days: frozenset[int] = EVERY_DAY
) -> datetime:
    """The first after now on one of the days; those without the event are left out."""
    missing = NoSuchTimeError(event.event, "there is none where you are")
    first = max(event.day, now.date())
    for ahead in range(-1, _LONGEST_SEARCH):
        day = first + ahead * _DAY
        if day.weekday() not in days:
            continue
        try:
            found = sun_time(event.event, day, now, location)
        except NoSuchTimeError as error:
            if location is None:
                raise
            missing = error if ahead == 0 else missing
            continue
        if found + timedelta(seconds=event.offset_s) > now:
            return found + timedelta(seconds=event.offset_s)
    raise missing


def _first_after(now: datetime, instants: Iterator[datetime]) -> datetime:
    return next(each for each in instants if each > now)


def _days(first: date, now: datetime) -> Iterator[date]:
    """The first day, and the days from today on; endless."""
    yield first
    day = max(first, now.date())
    while True:
        yield day
        day += _DAY


def _zone(now: datetime) -> tzinfo:
    return now.tzinfo or UTC
