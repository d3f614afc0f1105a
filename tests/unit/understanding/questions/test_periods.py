"""Stretches of the past in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.questions.periods import resolved, spoken_time, taken_from

ZONE = ZoneInfo("Europe/Zurich")
NOW = datetime(2026, 11, 18, 14, 30, tzinfo=ZONE).timestamp()  # a Wednesday


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("was the light on at ten", "18 10:00", "18 10:00"),
        ("was it on at ten last night", "17 22:00", "17 22:00"),
        ("was it on yesterday at 8", "17 08:00", "17 08:00"),
        ("was it open last night", "17 20:00", "18 08:00"),
        ("highest today", "18 00:00", "18 14:30"),
        ("lowest yesterday", "17 00:00", "18 00:00"),
        ("in the last hour", "18 13:30", "18 14:30"),
        ("since noon", "18 12:00", "18 14:30"),
        ("on monday", "16 00:00", "17 00:00"),
        ("this week", "16 00:00", "18 14:30"),
        ("last week", "09 00:00", "16 00:00"),
        ("last friday night", "13 20:00", "14 08:00"),
        ("half past nine yesterday morning", "17 05:00", "17 12:00"),
        ("at half past nine yesterday morning", "17 09:30", "17 09:30"),
        ("three hours ago", "18 11:30", "18 11:30"),
        ("this morning", "18 05:00", "18 12:00"),
        ("tonight", "17 20:00", "18 08:00"),
        ("at 8 pm", "17 20:00", "17 20:00"),
        ("between 2 and 3", "18 02:00", "18 03:00"),
        ("at half nine", "18 09:30", "18 09:30"),
        ("before breakfast", "18 00:00", "18 08:00"),
        ("today outside before breakfast", "18 00:00", "18 08:00"),
        ("after one o'clock", "18 13:00", "18 14:30"),
        ("yesterday after 3 pm", "17 15:00", "18 00:00"),
    ],
)
def test_periods(text: str, start: str, end: str) -> None:
    _, words = taken_from(text)
    period = resolved(words, NOW, ZONE)
    assert period is not None
    ends = (period.start, period.end)
    shown = [datetime.fromtimestamp(each, ZONE).strftime("%d %H:%M") for each in ends]
    assert shown == [start, end]


@pytest.mark.parametrize("text", ["set the lamp to 40 %", "at home", "the last time", "how long"])
def test_what_is_no_time(text: str) -> None:
    assert taken_from(text) == (text, "")


def test_days_keep_their_length_when_the_clock_is_set() -> None:
    # On 25 October 2026 clocks went back an hour.
    now = datetime(2026, 10, 25, 12, tzinfo=ZONE).timestamp()
    period = resolved("yesterday at 12", now, ZONE)
    assert period is not None
    assert now - period.start == 25 * 3600


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (datetime(2026, 11, 18, 8, 12, tzinfo=ZONE), "today at 8:12"),
        (datetime(2026, 11, 17, 22, 3, tzinfo=ZONE), "yesterday at 22:03"),
        (datetime(2026, 11, 14, 7, 0, tzinfo=ZONE), "on Saturday at 7:00"),
        (datetime(2026, 5, 3, 7, 0, tzinfo=ZONE), "on 3 May at 7:00"),
        (datetime(2025, 5, 3, 7, 0, tzinfo=ZONE), "on 3 May 2025 at 7:00"),
    ],
)
def test_times_are_said_in_the_homes_zone(when: datetime, said: str) -> None:
    assert spoken_time(when.timestamp(), NOW, ZONE) == said


_WORDS = st.sampled_from(
    [
        "at",
        "on",
        "in",
        "since",
        "last",
        "this",
        "the",
        "past",
        "between",
        "and",
        "8",
        "ten",
        "noon",
        "25:99",
        "monday",
        "night",
        "yesterday",
        "ago",
        "hours",
        "3",
        "half",
        "quarter",
        "to",
        "week",
        "all",
        "day",
        "pm",
        "99999999",
    ]
)


@given(st.lists(_WORDS, max_size=8))
def test_reading_never_raises_and_never_reaches_the_future(words: list[str]) -> None:
    text = " ".join(words)
    rest, said = taken_from(text)
    assert len(rest) <= len(text)
    period = resolved(said, NOW, ZONE) if said else None
    assert period is None or period.start <= period.end <= NOW
