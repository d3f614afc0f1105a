"""How things were: answered from a real store, in the home's time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.understanding.questions.conftest import Asker


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "when was the front door last opened",
            "The Front door contact was last opened today at 9:05.",
        ),
        (
            "who opened the front door",
            ("I don't know who; the Front door contact was last opened today at 9:05."),
        ),
        ("when did the garage last open", "The Garage door was last opened yesterday at 18:00."),
        (
            "how long has the fan been on",
            ("The Ceiling fan has been on for 2 hours and 30 minutes, since today at 12:00."),
        ),
        (
            "how long was the fan on today",
            ("The Ceiling fan was on for 4 hours and 30 minutes today."),
        ),
        (
            "how often was the front door opened today",
            ("The Front door contact was opened twice today, the last time today at 9:05."),
        ),
        ("did anyone open the garage today", "No: the Garage door was not open today."),
        (
            "did someone open the garage yesterday",
            ("Yes, the Garage door was opened yesterday at 18:00, for 5 minutes."),
        ),
        (
            "was the front door locked last night",
            ("Yes, the Front door was locked all the time last night."),
        ),
        ("was the hall light on at ten", "Yes, the Hall light was on at 10:00 today."),
        (
            "was the hall light on yesterday at noon",
            ("No, the Hall light was off at 12:00 yesterday."),
        ),
        (
            "was the hall light on on monday at 9",
            (
                "I don't know what the Hall light was at 09:00 on"
                " Monday (I only know since yesterday at 8:00)."
            ),
        ),
        (
            "when did the washer last run",
            ("The Washer state was last running today at 14:00, and is on now."),
        ),
        (
            "did anyone go into the garage today",
            ("Yes, the Garage motion was triggered today at 13:00, for 1 minute."),
        ),
        (
            "how long did the bedroom thermostat heat today",
            (
                "The Bedroom thermostat was heating for"
                " 1 hour and 30 minutes today (I only"
                " know since today at 5:00)."
            ),
        ),
        ("when was the sauna last on", "I don't know: I know of no sauna here."),
        ("when was the iron last on", "I don't know: nothing is kept of Iron for that time."),
        (
            "since when is the window open",
            (
                "The Bedroom window has been open for at least 1 hour: I"
                " first heard of it today at 13:30."
            ),
        ),
        (
            "how long has the iron been on",
            ("Iron is not on now: it is off, since today at 13:30 at the latest."),
        ),
    ],
)
def test_states(house: Asker, text: str, said: str) -> None:
    assert house(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "what was the highest pressure today",
            ("The highest value of Barometer today was 1015 hPa, today at 6:00."),
        ),
        (
            "lowest outside temperature last night",
            ("The lowest value of the Outside temperature last night was -2 °C, today at 4:00."),
        ),
        (
            "how cold did it get last night",
            ("The lowest value of the Outside temperature last night was -2 °C, today at 4:00."),
        ),
        (
            "did it get below zero last night",
            (
                "Yes, the lowest value of the Outside temperature last"
                " night was -2 °C, today at 4:00."
            ),
        ),
        (
            "what was the temperature outside at midnight",
            ("The Outside temperature was 2 °C at 00:00 today."),
        ),
        (
            "how warm was the bedroom at noon",
            ("The Bedroom thermostat was at 19.5 °C at 12:00 today."),
        ),
        ("how much energy did the washer use today", "The Washer energy: 2.5 kWh today."),
        (
            "is the pressure rising",
            ("No, Barometer is steady: 1013 hPa now, 1013.4 hPa 3 hours ago."),
        ),
        (
            "average humidity this week",
            ("I don't know: nothing is kept of the Bathroom humidity this week."),
        ),
        # 1002, 1005, 1009, 1015, 1014 for two hours each, and 1013.4 for four and a half.
        ("what was the average pressure today", "The mean of Barometer today is 1010.4 hPa."),
    ],
)
def test_values(house: Asker, text: str, said: str) -> None:
    assert house(text) == said


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (
            "why did pump 3 stop?",
            (
                "I can't say; the last report on Pump 3, today at"
                " 13:51: Bearing vibration high. “It rose to 4.9 mm/s”"
            ),
        ),
        (
            "is pump 3 ok?",
            (
                "Pump 3 has 1 active alarm: bearing vibration high (warning, 4.9 mm/s,"
                " since today at 13:50)."
            ),
        ),
        ("any alarms?", "1 alarm now: Pump 3: bearing vibration high"),
        ("what alarms did we have tonight?", "1 alarm episode last night: Pump 1: flow low"),
        ("what's the vibration of pump 3", "The bearing vibration of Pump 3 is 4.9 mm/s."),
        (
            "is pump 1 running",
            ("I don't know whether Pump 1 is running; Pump 1 has no active alarm."),
        ),
        (
            "what's wrong with pump 1",
            ("Pump 1 has no active alarm"),
        ),
    ],
)
def test_machines(house: Asker, text: str, part: str) -> None:
    said = house(text)
    assert said is not None
    assert said.startswith(part)


def test_grounding_never_asks_the_history(house: Asker) -> None:
    class Refusing:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(name)

    assert house.questions.past is not None
    object.__setattr__(house.questions.past, "recollection", Refusing())
    assert house.read("when was the front door last opened") is not None
    assert house.read("what was the highest pressure today") is not None
