from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.timing.chains import (
    habit_in,
    leans,
    names_day,
    shifted,
    spoken_out,
    with_units,
)
from lamplighter.understanding.timing.when import (
    Delay,
    Interval,
    Moment,
    Recurring,
    SunMoment,
    When,
)

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (
            "turn on the fan at six and off at eight",
            "turn on the fan at six and turn it off at eight",
        ),
        ("lights off at ten, on again at six", "lights off at ten, turn it on again at six"),
        (
            "fan on in 5 minutes and then off in 10 minutes",
            "fan on in 5 minutes and then turn it off in 10 minutes",
        ),
        ("turn on the fan and off the lamp",) * 2,
        ("close the blinds at ten and off we go",) * 2,
        ("turn on the lamp at six and the fan at eight",) * 2,
    ],
)
def test_a_verb_that_is_left_out(text: str, whole: str) -> None:
    assert spoken_out(text) == whole


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("the fan for ten minutes and the lamp for five", "{} minutes"),
        ("the fan off in 5 min, the lamp in 10", "{} min"),
        ("the fan for ten minutes, heating to 21", "{}"),
        ("the fan in ten minutes and the lamp for five", "{}"),
        ("set the heating for 21", "{}"),
    ],
)
def test_a_unit_that_is_left_out(text: str, whole: str) -> None:
    assert with_units(text) == whole.format(text)


def test_the_words_of_a_habit() -> None:
    assert habit_in(("at six", "every weekday")) == "every weekday"
    assert habit_in(("on tuesdays and fridays",)) == "on tuesdays and fridays"
    assert not habit_in(("at six", "tomorrow"))
    assert names_day(("at six", "tomorrow"), DAY)
    assert names_day(("daily",), DAY)
    assert not names_day(("at six",), DAY)


def test_what_leans_on_the_time_before() -> None:
    assert leans("turn it off ten minutes later")
    assert leans("half an hour after that turn it off")
    assert not leans("turn it off in ten minutes")


@pytest.mark.parametrize(
    ("when", "seconds", "later"),
    [
        (Delay(60), 600, Delay(660)),
        (Moment(DAY, time(23, 50)), 1200, Moment(date(2026, 11, 21), time(0, 10))),
        (SunMoment(DAY, "sunset", -60), 600, SunMoment(DAY, "sunset", 540)),
        (Recurring(frozenset({6}), time(23, 50)), 1200, Recurring(frozenset({0}), time(0, 10))),
        (Recurring(event="dusk"), 600, Recurring(event="dusk", offset_s=600)),
        (Interval(3600), 600, Interval(3600)),
    ],
)
def test_a_while_after_a_time(when: When, seconds: float, later: When) -> None:
    assert shifted(when, seconds) == later


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    assert spoken_out(text)[:1] == text[:1]
    assert habit_in((text,)) in text
