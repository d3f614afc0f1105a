"""Parts of the day are those of the home: its clock and its sun."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from lamplighter.config import Location
from lamplighter.orders.daylight import Daylight
from lamplighter.orders.order import Hours

ZURICH = Daylight(ZoneInfo("Europe/Zurich"), Location(47.4, 8.5))
TROMSO = Daylight(ZoneInfo("Europe/Oslo"), Location(69.6, 18.9))
DARK = Hours("sunset", "sunrise")
NIGHT = Hours(time(22), time(6))


def at(month: int, day: int, hour: int, minute: int = 0) -> float:
    """UTC seconds of a time in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("moment", "dark"),
    [
        (at(6, 21, 12), False),
        (at(6, 21, 19), False),
        (at(6, 21, 20), True),
        (at(6, 22, 2), True),
        (at(12, 21, 15), False),
        (at(12, 21, 17), True),
        (at(12, 22, 6), True),
    ],
)
def test_it_is_dark_by_the_sun(moment: float, *, dark: bool) -> None:
    assert ZURICH.within(DARK, moment) is dark
    assert ZURICH.within(Hours("sunrise", "sunset"), moment) is not dark


@pytest.mark.parametrize(
    ("zone", "latitude", "longitude", "dark_hours"),
    [
        ("America/Denver", 39.74, -104.99, {18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6}),
        ("Pacific/Auckland", -36.85, 174.76, {19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5}),
        ("Pacific/Honolulu", 21.3, -157.86, {18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5}),
    ],
)
def test_the_day_is_that_of_the_home_wherever_it_is(
    zone: str, latitude: float, longitude: float, dark_hours: set[int]
) -> None:
    home = Daylight(ZoneInfo(zone), Location(latitude, longitude))
    late = [
        datetime(2026, 10, 14, hour, 45, tzinfo=ZoneInfo(zone)).timestamp() for hour in range(24)
    ]
    found = {hour for hour, moment in enumerate(late) if home.within(DARK, moment)}
    assert found == dark_hours


def test_hours_go_by_the_clock_of_the_home_in_summer_and_winter() -> None:
    assert ZURICH.within(NIGHT, at(7, 1, 20))  # 22:00 in summer
    assert not ZURICH.within(NIGHT, at(1, 1, 20, 59))
    assert ZURICH.within(NIGHT, at(1, 1, 21))  # 22:00 in winter


def test_a_night_belongs_to_the_day_on_which_it_starts() -> None:
    weekend = Hours(time(22), time(6), frozenset((5, 6)))
    assert ZURICH.within(weekend, at(11, 23, 2))  # Monday at three: Sunday's night
    assert not ZURICH.within(weekend, at(11, 23, 22))
    assert not ZURICH.within(weekend, at(11, 21, 2))  # Saturday at three: Friday's


def test_sides_that_are_left_open() -> None:
    assert ZURICH.within(Hours(time(20), None), at(1, 1, 22, 30))
    assert not ZURICH.within(Hours(time(20), None), at(1, 1, 23, 30))  # half past midnight
    assert ZURICH.within(Hours(None, time(7)), at(1, 1, 5))
    assert ZURICH.within(Hours(days=frozenset((3,))), at(1, 1, 12))  # a Thursday


def test_where_the_sun_never_sets_it_is_never_dark_and_where_it_never_rises_always() -> None:
    assert not any(TROMSO.within(DARK, at(6, 21, hour)) for hour in range(24))
    assert all(TROMSO.within(DARK, at(12, 21, hour)) for hour in range(24))


def test_without_a_place_the_sun_keeps_usual_hours() -> None:
    nowhere = Daylight(UTC)
    assert nowhere.within(DARK, at(6, 21, 20))
    assert not nowhere.within(DARK, at(12, 21, 17))
