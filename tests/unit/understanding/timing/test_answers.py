from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from lamplighter.understanding.timing.answers import completed

NOW = datetime(2026, 11, 20, 15, 10, tzinfo=ZoneInfo("Europe/Zurich"))


@pytest.mark.parametrize(
    ("said", "answer", "whole"),
    [
        ("turn the fan on in a bit", "in ten minutes", "turn the fan on in ten minutes"),
        ("turn the fan on in a bit", "ten minutes", "turn the fan on in ten minutes"),
        ("turn the fan on later", "eight", "turn the fan on at eight"),
        ("later turn the fan on", "at 8 pm please", "at 8 pm turn the fan on"),
        ("turn on the fan for a while", "ten minutes", "turn on the fan for ten minutes"),
        ("turn on the fan for a while", "until nine", "turn on the fan until nine"),
        ("turn on the lamp on monday", "at six", "turn on the lamp on monday at six"),
        ("every day turn on the lamp", "7:30", "every day 7:30 turn on the lamp"),
        ("turn on the fan and later the lamp", "at 9", "turn on the fan and at 9 the lamp"),
        ("turn on the lamp at 20", "the time", "turn on the lamp at 20:00"),
        ("turn on the lamp at 20", "20 percent", "turn on the lamp to 20 percent"),
        ("turn on the lamp at 20", "a value", "turn on the lamp to 20"),
    ],
)
def test_the_answer_is_put_where_it_belongs(said: str, answer: str, whole: str) -> None:
    assert completed(said, answer, NOW) == whole


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("turn the fan on later", "turn off the lamp"),
        ("turn the fan on later", "soon"),
        ("turn the fan on later", "never mind"),
        ("turn the fan on", "at eight"),
        ("turn the lamp on at seven and at eight", "at nine"),
        ("turn on the fan for a while", "the kitchen"),
    ],
)
def test_what_is_no_answer(said: str, answer: str) -> None:
    assert completed(said, answer, NOW) is None
