from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.config import Location
from lamplighter.errors import NoSuchTimeError
from lamplighter.understanding.timing.resolving import (
    delay_until,
    end_time,
    instant,
    next_time,
    sun_time,
)
from lamplighter.understanding.timing.when import (
    Delay,
    Interval,
    Moment,
    Recurring,
    SunMoment,
    When,
)

ZURICH = ZoneInfo("Europe/Zurich")
DENVER = ZoneInfo("America/Denver")
HOME = Location(47.37, 8.54, 400)
TROMSO = Location(69.65, 18.96)
NOW = datetime(2026, 11, 20, 15, 10, tzinfo=ZURICH)


def local(*parts: int, zone: ZoneInfo = ZURICH) -> datetime:
    return datetime(*parts, tzinfo=zone)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("when", "found"),
    [
        (Delay(90), local(2026, 11, 20, 15, 11, 30)),
        (Interval(7200), local(2026, 11, 20, 17, 10)),
        (Moment(date(2026, 11, 21), time(7, 30)), local(2026, 11, 21, 7, 30)),
        (Moment(date(2026, 11, 20), time(15, 10)), local(2026, 11, 21, 15, 10)),
        (Recurring(at=time(6)), local(2026, 11, 21, 6)),
        (Recurring(at=time(16)), local(2026, 11, 20, 16)),
        (Recurring(frozenset({4}), time(15)), local(2026, 11, 27, 15)),
        (Recurring(frozenset(range(5)), time(6)), local(2026, 11, 23, 6)),
    ],
)
def test_the_next_such_time(when: When, found: datetime) -> None:
    assert next_time(when, NOW, None) == found


def test_the_sun() -> None:
    sunset = next_time(SunMoment(NOW.date(), "sunset"), NOW, HOME)
    assert timedelta() < sunset - local(2026, 11, 20, 16, 30) < timedelta(minutes=30)
    before = next_time(SunMoment(NOW.date(), "sunset", -1200), NOW, HOME)
    assert sunset - before == timedelta(minutes=20)
    late = sunset.astimezone(ZURICH) + timedelta(seconds=1)
    tomorrow = next_time(SunMoment(NOW.date(), "sunset"), late, HOME)
    assert tomorrow.astimezone(ZURICH).date() == date(2026, 11, 21)
    monday = next_time(Recurring(frozenset({0}), event="sunrise"), NOW, HOME)
    assert monday.astimezone(ZURICH).date() == date(2026, 11, 23)


def test_the_sun_needs_to_know_where_the_home_is() -> None:
    with pytest.raises(NoSuchTimeError, match=r"home\.location"):
        next_time(SunMoment(NOW.date(), "sunset"), NOW, None)
    with pytest.raises(NoSuchTimeError, match=r"home\.location"):
        next_time(Recurring(event="sunset"), NOW, None)


def test_a_day_on_which_the_sun_does_not_rise() -> None:
    winter = datetime(2026, 12, 20, 12, tzinfo=ZoneInfo("Europe/Oslo"))
    with pytest.raises(NoSuchTimeError, match="none on 20 December"):
        next_time(SunMoment(winter.date(), "sunrise"), winter, TROMSO)
    # What recurs goes on with the first day on which it does.
    found = next_time(Recurring(event="sunrise"), winter, TROMSO)
    assert date(2027, 1, 5) < found.date() < date(2027, 1, 25)


def test_a_time_that_a_day_leaves_out_is_the_moment_after() -> None:
    assert instant(date(2026, 3, 29), time(2, 30), ZURICH) == local(2026, 3, 29, 3)
    assert instant(date(2026, 3, 8), time(2, 30), DENVER) == local(2026, 3, 8, 3, zone=DENVER)


def test_a_time_that_comes_twice_is_the_first() -> None:
    assert instant(date(2026, 10, 25), time(2, 30), ZURICH) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert instant(date(2026, 11, 1), time(1, 30), DENVER) == datetime(
        2026, 11, 1, 7, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("zone", [ZURICH, DENVER])
def test_every_day_at_seven_is_at_seven_in_summer_and_in_winter(zone: ZoneInfo) -> None:
    now = datetime(2026, 1, 1, 12, tzinfo=zone)
    seen = []
    for _ in range(365):
        now = next_time(Recurring(at=time(7)), now, None).astimezone(zone)
        seen.append(now)
    assert {each.time() for each in seen} == {time(7)}
    assert len({each.date() for each in seen}) == 365
    assert len({each.utcoffset() for each in seen}) == 2


def test_the_end_comes_after_the_start() -> None:
    start = local(2026, 11, 20, 22)
    assert end_time(Delay(1800), start, None) == local(2026, 11, 20, 22, 30)
    assert end_time(Moment(date(2026, 11, 20), time(23)), start, None) == local(2026, 11, 20, 23)
    assert end_time(Moment(date(2026, 11, 20), time(9)), start, None) == local(2026, 11, 21, 9)
    # Of a habit, the time of day counts and not the day on which it was said.
    again = end_time(Moment(date(2026, 12, 24), time(23)), start, None, again=True)
    assert again == local(2026, 11, 20, 23)
    dusk = end_time(SunMoment(date(2020, 1, 1), "dusk"), start, HOME, again=True)
    assert dusk.astimezone(ZURICH).date() == date(2026, 11, 21)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001 - made local below
TIMES = st.times().map(lambda at: at.replace(microsecond=0))
DAYS = st.frozensets(st.integers(0, 6), min_size=1)
WHENS = st.one_of(
    st.builds(Delay, st.floats(1, 1e6)),
    st.builds(Moment, st.dates(date(2024, 1, 1), date(2030, 1, 1)), TIMES),
    st.builds(Recurring, DAYS, TIMES),
    st.builds(
        Recurring,
        DAYS,
        st.none(),
        st.sampled_from(["sunrise", "sunset", "dawn", "dusk"]),
        st.floats(-7200, 7200),
    ),
)


@given(WHENS, MOMENTS, st.sampled_from([ZURICH, DENVER]))
def test_it_is_always_after_now(when: When, moment: datetime, zone: ZoneInfo) -> None:
    now = moment.replace(tzinfo=zone)
    assert next_time(when, now, HOME) > now
    assert delay_until(when, now, HOME) > 0


@given(DAYS, TIMES, MOMENTS, st.sampled_from([ZURICH, DENVER]))
def test_a_habit_keeps_to_its_days(
    days: frozenset[int], at: time, moment: datetime, zone: ZoneInfo
) -> None:
    found = next_time(Recurring(days, at), moment.replace(tzinfo=zone), None).astimezone(zone)
    assert found.weekday() in days
    # But where a change of the clock leaves that time out.
    assert found.time() == at or found.time() == time(3)


def test_the_sun_sets_every_day() -> None:
    for day in range(1, 29):
        found = sun_time("sunset", date(2026, 2, day), NOW, HOME).astimezone(ZURICH)
        assert found.date() == date(2026, 2, day)
