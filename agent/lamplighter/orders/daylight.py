"""Whether a part of the day is now, by the home's clock and its sun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Protocol

from lamplighter.orders.order import Hours
from lamplighter.understanding.timing.when import SunEvent

if TYPE_CHECKING:
    from astral import Observer

USUAL: dict[SunEvent, time] = {
    "dawn": time(6, 30),
    "sunrise": time(7),
    "noon": time(12),
    "sunset": time(19),
    "dusk": time(19, 30),
}
"""When the sun is taken to rise and set where nobody knows where the home is."""


class Place(Protocol):
    """Where the home is; ``config.Location`` does."""

    @property
    def latitude(self) -> float:
        """Degrees, north is positive."""
        ...

    @property
    def longitude(self) -> float:
        """Degrees, east is positive."""
        ...


@dataclass(frozen=True, slots=True)
class Daylight:
    """The hours of the day in one home.

    Attributes:
        zone: the home's time zone; None takes the machine's.
        place: where the home is, or None: then the sun keeps usual hours.
    """

    zone: tzinfo | None = None
    place: Place | None = None

    def within(self, hours: Hours, now: float) -> bool:
        """Whether the part of the day is at these UTC seconds."""
        local = datetime.fromtimestamp(now, UTC).astimezone(self.zone)
        today = local.date()
        return any(
            day.weekday() in hours.days and self._spans(hours, day, local)
            for day in (today - timedelta(days=1), today)
        )

    def _spans(self, hours: Hours, day: date, local: datetime) -> bool:
        start = self._at(hours.start or time(), day, local)
        following = day + timedelta(days=1)
        if hours.end is None:
            end = self._at(time(), following, local)
        else:
            end = self._at(hours.end, day, local)
            if end <= start:
                end = self._at(hours.end, following, local)
        return start <= local < end

    def _at(self, point: time | SunEvent, day: date, local: datetime) -> datetime:
        if isinstance(point, time):
            return datetime.combine(day, point, local.tzinfo)
        if self.place is None:
            return datetime.combine(day, USUAL[point], local.tzinfo)
        return _sun(self.place, point, day, local.tzinfo)


def _sun(place: Place, event: SunEvent, day: date, zone: tzinfo | None) -> datetime:
    """The sun's event on a day of the home's calendar."""
    from astral import Observer, sun

    observer = Observer(place.latitude, place.longitude)
    # Without its zone the day would be the one in Greenwich.
    local = zone or UTC
    if event == "noon":
        return sun.noon(observer, day, tzinfo=local)
    try:
        found = getattr(sun, event)(observer, day, tzinfo=local)
    except ValueError:  # the sun does not rise, or does not set, on this day
        return _polar(observer, event, day, local)
    assert isinstance(found, datetime)
    return found


def _polar(observer: Observer, event: SunEvent, day: date, zone: tzinfo) -> datetime:
    """An hour that makes all of the day light, or all of it dark."""
    from astral import sun

    noon = sun.noon(observer, day, tzinfo=zone)
    if sun.elevation(observer, noon) < 0:
        return noon
    half = timedelta(hours=12) if event in ("sunset", "dusk") else timedelta(hours=-12)
    return noon + half
