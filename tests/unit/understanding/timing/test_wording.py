from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from lamplighter.config import Location
from lamplighter.understanding.timing.when import (
    Delay,
    Interval,
    Moment,
    Recurring,
    SunMoment,
    Until,
    When,
)
from lamplighter.understanding.timing.wording import lasting, spoken

NOW = datetime(2026, 11, 20, 15, 10, tzinfo=ZoneInfo("Europe/Zurich"))
HOME = Location(47.37, 8.54)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (Delay(600), "in 10 minutes"),
        (Delay(5400), "in 1 hour and 30 minutes"),
        (Interval(3600), "every hour"),
        (Interval(7200), "every 2 hours"),
        (Moment(date(2026, 11, 20), time(19)), "today at 19:00"),
        (Moment(date(2026, 11, 21), time(7, 30)), "tomorrow at 7:30"),
        (Moment(date(2026, 11, 24), time(0, 5)), "on Tuesday at 0:05"),
        (Moment(date(2026, 12, 24), time(17)), "on 24 December at 17:00"),
        (Moment(date(2027, 1, 2), time(17)), "on 2 January 2027 at 17:00"),
        (SunMoment(date(2026, 11, 20), "sunset"), "at sunset (16:44)"),
        (SunMoment(date(2026, 11, 20), "sunset", -1200), "20 minutes before sunset (16:24)"),
        (SunMoment(date(2026, 11, 20), "sunrise"), "tomorrow at sunrise (7:39)"),
        (Recurring(at=time(6)), "every day at 6:00"),
        (Recurring(frozenset(range(5)), time(6)), "every weekday at 6:00"),
        (Recurring(frozenset({5, 6}), time(9)), "every Saturday and Sunday at 9:00"),
        (Recurring(frozenset({0, 2, 4}), time(9)), "every Monday, Wednesday and Friday at 9:00"),
        (Recurring(frozenset({4}), event="dusk"), "every Friday at dusk"),
        (Recurring(event="sunset", offset_s=1800), "every day 30 minutes after sunset"),
    ],
)
def test_when(when: When, said: str) -> None:
    assert spoken(when, NOW, HOME) == said


def test_the_sun_without_a_location() -> None:
    assert spoken(SunMoment(date(2026, 11, 21), "sunset"), NOW) == "tomorrow at sunset"


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (Delay(1800), "for 30 minutes"),
        (Moment(date(2026, 11, 20), time(22)), "until 22:00"),
        (Moment(date(2026, 11, 21), time(8)), "until tomorrow at 8:00"),
        (SunMoment(date(2026, 11, 20), "sunset"), "until sunset (16:44)"),
    ],
)
def test_until(until: Until, said: str) -> None:
    assert lasting(until, NOW, HOME) == said
