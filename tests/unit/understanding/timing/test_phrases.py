from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.timing.phrases import extract
from lamplighter.understanding.timing.when import (
    Delay,
    Interval,
    Moment,
    Recurring,
    SunMoment,
    Until,
    When,
)

NOW = datetime(2026, 11, 20, 15, 10, 30, tzinfo=ZoneInfo("Europe/Zurich"))
"""A Friday."""
TODAY = date(2026, 11, 20)
TOMORROW = date(2026, 11, 21)
WORKING = frozenset(range(5))


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("in ten minutes", Delay(600)),
        ("in 90 seconds", Delay(90)),
        ("after half an hour", Delay(1800)),
        ("in an hour and a half", Delay(5400)),
        ("in a couple of minutes", Delay(120)),
        ("in ten mins", Delay(600)),
        ("in two hours and 15 minutes", Delay(8100)),
        ("in 1 hour 5 minutes 30 seconds", Delay(3930)),
        ("in half an hour's time", Delay(1800)),
        ("in 10 minutes' time", Delay(600)),
        ("ten minutes from now", Delay(600)),
        ("at 7", Moment(TODAY, time(19))),
        ("at 3", Moment(TOMORROW, time(3))),
        ("at 7:30", Moment(TODAY, time(19, 30))),
        ("at 7.30", Moment(TODAY, time(19, 30))),
        ("at 07:30", Moment(TOMORROW, time(7, 30))),
        ("at half past seven", Moment(TODAY, time(19, 30))),
        ("at quarter to eight", Moment(TODAY, time(19, 45))),
        ("at ten past six", Moment(TODAY, time(18, 10))),
        ("at seven thirty", Moment(TODAY, time(19, 30))),
        ("at 7 pm", Moment(TODAY, time(19))),
        ("at 7 a.m.", Moment(TOMORROW, time(7))),
        ("at 19:30", Moment(TODAY, time(19, 30))),
        ("at noon", Moment(TOMORROW, time(12))),
        ("at midnight", Moment(TOMORROW, time(0))),
        ("at seven in the evening", Moment(TODAY, time(19))),
        ("6 o'clock tomorrow morning", Moment(TOMORROW, time(6))),
        ("tonight at ten", Moment(TODAY, time(22))),
        ("at two tonight", Moment(TOMORROW, time(2))),
        ("this evening", Moment(TODAY, time(19))),
        ("tomorrow morning", Moment(TOMORROW, time(8))),
        ("tomorrow at three", Moment(TOMORROW, time(15))),
        ("on friday at six", Moment(TODAY, time(18))),
        ("on friday at 9 am", Moment(date(2026, 11, 27), time(9))),
        ("next monday at 8", Moment(date(2026, 11, 23), time(8))),
        ("on the 24th at 5 pm", Moment(date(2026, 11, 24), time(17))),
        ("on the 3rd at noon", Moment(date(2026, 12, 3), time(12))),
        ("on december 24th at noon", Moment(date(2026, 12, 24), time(12))),
        ("in three days", Moment(date(2026, 11, 23), time(15, 10, 30))),
        ("in three days at six", Moment(date(2026, 11, 23), time(6))),
        ("at sunset", SunMoment(TODAY, "sunset")),
        ("tomorrow at dawn", SunMoment(TOMORROW, "dawn")),
        ("twenty minutes before sunset", SunMoment(TODAY, "sunset", -1200)),
        ("an hour after the sun comes up", SunMoment(TODAY, "sunrise", 3600)),
        ("when the sun goes down", SunMoment(TODAY, "sunset")),
        ("after dark", SunMoment(TODAY, "dusk")),
        ("every day at six", Recurring(at=time(6))),
        ("daily at 9 pm", Recurring(at=time(21))),
        ("every weekday at six", Recurring(WORKING, time(6))),
        ("every weekday morning at six", Recurring(WORKING, time(6))),
        ("on weekdays at 6:45", Recurring(WORKING, time(6, 45))),
        ("monday to friday at 7", Recurring(WORKING, time(7))),
        ("mon-fri at 7", Recurring(WORKING, time(7))),
        ("on saturday mornings at nine", Recurring(frozenset({5}), time(9))),
        ("wait ten minutes then", Delay(600)),
        ("after 8 pm", Moment(TODAY, time(20))),
        ("half an hour before seven", Moment(TODAY, time(18, 30))),
        ("ten minutes before 7", Moment(TODAY, time(18, 50))),
        ("by six thirty tomorrow morning", Moment(TOMORROW, time(6, 30))),
        ("at weekends at ten", Recurring(frozenset({5, 6}), time(10))),
        ("every monday and thursday at 8", Recurring(frozenset({0, 3}), time(8))),
        ("on tuesdays at noon", Recurring(frozenset({1}), time(12))),
        ("every day except sunday at 7", Recurring(frozenset(range(6)), time(7))),
        ("nightly at eleven", Recurring(at=time(23))),
        ("every night at two", Recurring(at=time(2))),
        ("every friday at midnight", Recurring(frozenset({5}), time(0))),
        ("each morning at sunrise", Recurring(event="sunrise")),
        ("every sunset", Recurring(event="sunset")),
        ("every two hours", Interval(7200)),
        ("every 15 minutes", Interval(900)),
        ("hourly", Interval(3600)),
    ],
)
@pytest.mark.parametrize("clause", ["{} turn off the lamp", "turn off the lamp {}"])
def test_when(clause: str, said: str, when: When) -> None:
    timed = extract(clause.format(said), NOW)
    assert (timed.rest, timed.when, timed.until, timed.unclear) == (
        "turn off the lamp",
        when,
        None,
        "",
    )


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("for ten minutes", Delay(600)),
        ("for half an hour", Delay(1800)),
        ("for the next hour", Delay(3600)),
        ("for an hour and a half", Delay(5400)),
        ("until ten", Moment(TODAY, time(22))),
        ("till 7", Moment(TODAY, time(19))),
        ("until tomorrow morning", Moment(TOMORROW, time(8))),
        ("until 6 o'clock tomorrow", Moment(TOMORROW, time(6))),
        ("until friday at noon", Moment(date(2026, 11, 27), time(12))),
        ("until sunset", SunMoment(TODAY, "sunset")),
        ("overnight", Moment(TOMORROW, time(8))),
        ("for the rest of the evening", Moment(TOMORROW, time(0))),
    ],
)
def test_until(said: str, until: Until) -> None:
    timed = extract(f"keep the fan on {said}", NOW)
    assert (timed.rest, timed.when, timed.until) == ("keep the fan on", None, until)


@pytest.mark.parametrize(
    ("text", "rest", "when", "until"),
    [
        (
            "turn on the fan for half an hour at 7:30",
            "turn on the fan",
            Moment(TODAY, time(19, 30)),
            Delay(1800),
        ),
        (
            "from ten to eleven tonight turn on the lamp",
            "turn on the lamp",
            Moment(TODAY, time(22)),
            Moment(TODAY, time(23)),
        ),
        (
            "turn on the porch light from sunset until midnight",
            "turn on the porch light",
            SunMoment(TODAY, "sunset"),
            Moment(TOMORROW, time(0)),
        ),
        (
            "turn on the lamp between 8 and 10",
            "turn on the lamp",
            Moment(TODAY, time(20)),
            Moment(TODAY, time(22)),
        ),
        (
            "at seven set the heating to 21 until nine",
            "set the heating to 21",
            Moment(TODAY, time(19)),
            Moment(TODAY, time(21)),
        ),
        (
            "water the lawn for 20 minutes every morning at 5:30",
            "water the lawn",
            Recurring(at=time(5, 30)),
            Delay(1200),
        ),
    ],
)
def test_start_and_end(text: str, rest: str, when: When, until: Until) -> None:
    timed = extract(text, NOW)
    assert (timed.rest, timed.when, timed.until) == (rest, when, until)


@pytest.mark.parametrize(
    ("text", "rest", "when"),
    [
        ("set the heating to 21 at 7", "set the heating to 21", Moment(TODAY, time(19))),
        ("dim to 20 at ten", "dim to 20", Moment(TODAY, time(22))),
        ("set the lamp to blue at ten", "set the lamp to blue", Moment(TODAY, time(22))),
        ("set the lights at 40 at ten", "set the lights at 40", Moment(TODAY, time(22))),
        ("set the fan at 3 at ten", "set the fan at 3", Moment(TODAY, time(22))),
        ("turn off the heating at 22", "turn off the heating", Moment(TODAY, time(22))),
        ("turn on hue lamp 2 at 9", "turn on hue lamp 2", Moment(TODAY, time(21))),
        ("put the lights on at ten", "put the lights on", Moment(TODAY, time(22))),
        ("turn the lamp on tomorrow morning", "turn the lamp on", Moment(TOMORROW, time(8))),
        ("turn on the lamp on friday at six", "turn on the lamp", Moment(TODAY, time(18))),
        ("switch the lamp on weekdays at six", "switch the lamp on", Recurring(WORKING, time(6))),
    ],
)
def test_a_time_beside_a_value(text: str, rest: str, when: When) -> None:
    timed = extract(text, NOW)
    assert (timed.rest, timed.when) == (rest, when)


@pytest.mark.parametrize(
    "text",
    [
        "speed at 3",
        "set the fan at 50 percent",
        "thermostat at 22",
        "set the thermostat at 22",
        "turn on the heating at 22",
        "set the blinds at 50",
        "put the lamp at 10 %",
        "raise the heating from 20 to 22",
        "turn off hue lamp 2",
        "set the lamp to 2700 kelvin",
        "turn on the night light",
        "activate the good morning scene",
        "turn on the sunset scene",
        "turn on the friday lamp",
        "turn on the first lamp",
        "can't see anything, turn on the light",
        "turn it up by 10",
        "set a pizza timer for ten minutes",
        "set the run time to 10 minutes",
        "give me ten minutes of light",
        "I'm cold today",
    ],
)
def test_what_is_no_time(text: str) -> None:
    timed = extract(text, NOW)
    assert (timed.rest, timed.when, timed.until, timed.unclear) == (text, None, None, "")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("turn off the lights later", "When exactly?"),
        ("turn off the lights soon", "When exactly?"),
        ("turn off the lights in a bit", "When exactly?"),
        ("turn off the lights in a while", "When exactly?"),
        ("turn off the lights in a few minutes", "When exactly?"),
        ("turn on the lamp for a while", "For how long?"),
        ("turn on the lamp tomorrow", "At what time?"),
        ("turn on the lamp before 8", "When exactly?"),
        ("turn on the lamp on sundays at 10 and 4", "When exactly?"),
        ("turn on the lamp for three days at eight", "I can repeat things"),
        ("turn on the lamp every day at 5 in december", "I can repeat things"),
        ("turn on the lamp until bedtime", "When exactly?"),
        ("turn on the light ten minutes", "In ten minutes, or for ten minutes?"),
        ("turn on the lamp every day", "At what time?"),
        ("turn off the lights in 10", "In 10 what?"),
        ("turn on the lamp today at 8 am", "That time is already over. When exactly?"),
        ("turn on the lamp at 20", "Do you mean at 20:00, or a value of 20?"),
        ("set the heating at 7", "Do you mean at 7:00, or a value of 7?"),
        ("turn on the lamp at seven or eight", "When exactly?"),
        ("turn on the lamp at 7 and at 9", "I can plan for one time only. When exactly?"),
        ("turn on the lamp every five seconds", "I can repeat things once a minute at most."),
    ],
)
def test_what_nobody_can_tell(text: str, question: str) -> None:
    timed = extract(text, NOW)
    assert timed.when is None
    assert timed.until is None
    assert timed.unclear.startswith(question)


PHRASES = [
    *("in", "ten", "minutes", "half", "an", "hour", "and", "a", "at", "7", "7:30", "pm", "every"),
    *("day", "monday", "weekday", "morning", "until", "sunset", "before", "after", "the", "24th"),
    *("december", "tomorrow", "tonight", "for", "from", "to", "turn", "off", "lamp", "2", "set"),
    *("next", "past", "quarter", "later", "o'clock", ",", "20", "%", "except", "on", "0", "24:00"),
    *("99999999999", "days", "weeks", "1.5", "oh", "couple", "of", "noon", "night", "dark"),
]


@given(st.lists(st.sampled_from(PHRASES), max_size=12).map(" ".join))
def test_every_word_is_in_the_rest_or_in_a_time(text: str) -> None:
    timed = extract(text, NOW)
    used = " ".join((timed.rest, *timed.said)).replace(",", " ").split()
    joined = [word for word in text.replace(",", " ").split() if word not in ("and", "then")]
    assert sorted(word for word in used if word != "and") == sorted(joined)


@given(st.text(max_size=80))
def test_no_text_is_too_strange(text: str) -> None:
    timed = extract(text, NOW)
    assert timed.said or timed.rest == text


@given(st.lists(st.sampled_from(PHRASES), max_size=12).map(" ".join))
def test_what_was_taken_out_stays_out(text: str) -> None:
    timed = extract(text, NOW)
    if timed.when is None and timed.until is None:
        assert not timed.said or timed.unclear
    if isinstance(timed.when, Moment):
        assert datetime.combine(timed.when.day, timed.when.at, NOW.tzinfo) > NOW


def test_degrees_before_an_end_are_no_time() -> None:
    kept = extract(
        "boiler at 21 until eleven", datetime(2026, 3, 10, 18, tzinfo=ZoneInfo("Europe/Berlin"))
    )
    assert kept.rest == "boiler at 21"
    off = extract(
        "boiler off at 21 until seven", datetime(2026, 3, 10, 18, tzinfo=ZoneInfo("Europe/Berlin"))
    )
    assert off.when is not None
