from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.interpretation import Later, Timer
from lamplighter.understanding.timing.timers import timer
from lamplighter.understanding.timing.when import Delay, Moment, Recurring, When

NOW = datetime(2026, 11, 20, 15, 10, tzinfo=ZoneInfo("Europe/Zurich"))


@pytest.mark.parametrize(
    ("text", "seconds", "name"),
    [
        ("set a pizza timer for ten minutes", 600, "pizza"),
        ("set a timer for ten minutes", 600, ""),
        ("set a ten minute pizza timer", 600, "pizza"),
        ("pizza timer ten minutes", 600, "pizza"),
        ("set another timer for 10 minutes", 600, ""),
        ("start a timer for an hour and a half called bread", 5400, "bread"),
        ("please set a timer for the eggs for 3 minutes", 180, "eggs"),
    ],
)
def test_starts(text: str, seconds: float, name: str) -> None:
    found = timer(text, NOW)
    assert isinstance(found, Later)
    assert (found.delay_s, found.name, found.text) == (seconds, name, "")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("how long is left", Timer("status")),
        ("how much time is left", Timer("status")),
        ("how long is left on the pizza timer", Timer("status", "pizza")),
        ("how long until the pizza timer is done", Timer("status", "pizza")),
        ("when does the egg timer go off", Timer("status", "egg")),
        ("add five minutes", Timer("increase", by_s=300)),
        ("five more minutes", Timer("increase", by_s=300)),
        ("give it another five minutes", Timer("increase", by_s=300)),
        ("add five minutes to the pizza timer", Timer("increase", "pizza", by_s=300)),
        ("make the timer 5 minutes longer", Timer("increase", by_s=300)),
        ("take two minutes off the pizza timer", Timer("decrease", "pizza", by_s=120)),
        ("pause the pizza timer", Timer("pause", "pizza")),
        ("resume the timer", Timer("resume")),
        ("stop the timer", Timer("cancel")),
        ("cancel the 10 minute timer", Timer("cancel", length_s=600)),
        ("cancel all timers", Timer("cancel_all")),
    ],
)
def test_operations(text: str, wanted: Timer) -> None:
    assert timer(text, NOW) == wanted


@pytest.mark.parametrize(
    ("text", "message", "when"),
    [
        ("remind me in ten minutes to check the oven", "check the oven", Delay(600)),
        (
            "remind me to call Anna at seven",
            "call Anna",
            Moment(date(2026, 11, 20), time(19)),
        ),
        ("remind me every day at 8 to take my pills", "take my pills", Recurring(at=time(8))),
    ],
)
def test_reminders(text: str, message: str, when: When) -> None:
    found = timer(text, NOW)
    assert isinstance(found, Later)
    assert (found.message, found.when, found.text) == (f"Reminder: {message}.", when, "")


@pytest.mark.parametrize(
    "text",
    [
        "remind me to call mum",
        "turn on the lamp for five minutes",
        "is the lamp on",
        "five minutes",
        "what timers are running",
        "turn the heating up five more degrees",
        "add milk to the shopping list",
        "open the blinds a bit more",
        "",
    ],
)
def test_what_is_about_something_else(text: str) -> None:
    assert timer(text, NOW) is None


WORDS = "set a pizza timer for ten minutes add five more remind me to at seven how long is left"


@given(st.lists(st.sampled_from(WORDS.split()), max_size=10).map(" ".join))
def test_no_sentence_is_too_strange(text: str) -> None:
    found = timer(text, NOW)
    assert found is None or isinstance(found, Later | Timer)


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    assert timer(f"{text} timer", NOW) is None or text
