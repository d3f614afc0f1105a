from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from lamplighter.understanding.interpretation import Later, Timer
from lamplighter.understanding.timing.timers import timer
from lamplighter.understanding.timing.when import Moment, Recurring

NOW = datetime(2026, 3, 10, 17, 0, tzinfo=ZoneInfo("Europe/Berlin"))
KNOWN = {"fan", "kitchen", "heater"}


@pytest.mark.parametrize(
    ("text", "seconds", "name"),
    [
        ("8 minutes for the rice", 480.0, "rice"),
        ("an hour for my bread dough", 3600.0, "bread dough"),
        ("time me two minutes", 120.0, ""),
        ("count down 90 seconds", 90.0, ""),
        ("give me 25 minutes on the clock", 1500.0, ""),
        ("timer for 40 for the roast", 2400.0, "roast"),
    ],
)
def test_a_length_for_something_unknown_is_a_timer(text: str, seconds: float, name: str) -> None:
    found = timer(text, NOW, KNOWN)
    assert isinstance(found, Later)
    assert (found.delay_s, found.name) == (seconds, name)


@pytest.mark.parametrize(
    "text",
    ["ten minutes for the fan", "five minutes", "an hour for the kitchen heater", "20 for now"],
)
def test_a_length_for_a_thing_of_the_home_is_none(text: str) -> None:
    assert timer(text, NOW, KNOWN) is None


def test_how_long_something_takes_is_asked_of_its_timer() -> None:
    assert timer("how long for the rice", NOW, KNOWN) == Timer("status", name="rice")
    assert timer("when is the rice done", NOW, KNOWN) == Timer("status", name="rice")
    assert timer("when is the heater ready", NOW, KNOWN) is None


def test_people_are_woken_in_the_morning() -> None:
    found = timer("wake me up at 7", NOW, KNOWN)
    assert isinstance(found, Later)
    assert isinstance(found.when, Moment)
    assert (found.when.day.day, found.when.at.hour) == (11, 7)
    every = timer("wake us every weekday at half six", NOW, KNOWN)
    assert isinstance(every, Later)
    assert isinstance(every.when, Recurring)


def test_an_alarm_of_the_house_wakes_nobody() -> None:
    assert timer("set the alarm at night", NOW, KNOWN) is None
    assert timer("set an alarm for the night", NOW, KNOWN) is None


@pytest.mark.parametrize(
    "text", ["nudge me in 15 minutes to turn the meat", "tell me at six to put the bins out"]
)
def test_reminders_are_asked_for_in_many_words(text: str) -> None:
    found = timer(text, NOW, KNOWN)
    assert isinstance(found, Later)
    assert found.message.startswith("Reminder: ")
