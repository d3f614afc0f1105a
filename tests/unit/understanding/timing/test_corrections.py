from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.timing.corrections import after, within

NOW = datetime(2026, 3, 10, 18, 20, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("turn the heater on at nine. no, make it eight", "turn the heater on at eight"),
        (
            "open the shutters tomorrow at six, actually seven",
            "open the shutters tomorrow at seven",
        ),
        ("run the fan for ten minutes, sorry, twenty minutes", "run the fan for twenty minutes"),
        ("boiler to 50 at nine, no, at ten", "boiler to 50 at ten"),
    ],
)
def test_the_time_that_was_meant_in_the_end_counts(text: str, expected: str) -> None:
    assert within(text, NOW) == expected


@pytest.mark.parametrize(
    "text",
    [
        "boiler to 20 at nine, no make it 21",
        "turn on the lamp, no wait, the fan",
        "turn the heater on at nine",
    ],
)
def test_what_may_be_put_right_otherwise_stays_as_it_is_said(text: str) -> None:
    assert within(text, NOW) == text


@pytest.mark.parametrize(
    ("said", "text", "expected"),
    [
        ("heater on at nine", "no wait, half past eight", "heater on at half past eight"),
        ("heater on tomorrow at nine", "make it eight", "heater on tomorrow at eight"),
        ("heater on at nine", "sorry, tomorrow at nine", "heater on tomorrow at nine"),
        ("heater on every day at nine", "no, at eight", "heater on every day at eight"),
        ("heater on in ten minutes", "actually make it twenty", "heater on in twenty minutes"),
        ("fan on for ten minutes", "no, half an hour", "fan on for half an hour"),
    ],
)
def test_what_was_planned_is_planned_for_another_time(said: str, text: str, expected: str) -> None:
    assert after(said, text, NOW) == expected


@pytest.mark.parametrize("text", ["no, the other one", "at eight", "make it brighter", "no"])
def test_what_says_no_other_time_puts_none_right(text: str) -> None:
    assert after("heater on at nine", text, NOW) is None


@given(st.text(max_size=60), st.text(max_size=40))
def test_nothing_that_is_said_breaks_it(said: str, text: str) -> None:
    after(said, text, NOW)
    within(f"{said} {text}", NOW)
