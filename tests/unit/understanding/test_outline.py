"""Sentences in pieces: which time belongs to which clause."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.outline import pieces, segments
from lamplighter.understanding.timing.when import Delay, Moment, Recurring

NOW = datetime(2026, 11, 25, 18, 20, tzinfo=UTC)
SAID = (
    "turn off the lamp and close blinds , in ten minutes at eight then until tomorrow for an hour "
    "is it open what ; every day . it"
)
WORDS = SAID.split()


def test_a_sentence_without_a_time_is_one_piece() -> None:
    (piece,) = pieces("turn on the hall light and the fan", NOW)
    assert piece.text == "turn on the hall light and the fan"
    assert not piece.timed


def test_a_time_at_the_start_holds_for_all_that_follows() -> None:
    (piece,) = pieces("in five minutes turn off the spots and turn the desk lamp on", NOW)
    assert piece.when == Delay(300)
    assert piece.text == "turn off the spots and turn the desk lamp on"


def test_a_time_at_the_end_holds_for_what_stands_before_it() -> None:
    (piece,) = pieces("turn off the lamp and close the blind at ten", NOW)
    assert piece.when == Moment(NOW.date(), time(22))
    assert piece.text == "turn off the lamp and close the blind"


@pytest.mark.parametrize(
    "text",
    [
        "turn on the fan and turn it off at ten",
        "turn on the fan, then turn the lamp off at ten",
        "turn on the fan now and the lamp off at ten",
    ],
)
def test_a_clause_that_goes_on_from_another_keeps_its_time_to_itself(text: str) -> None:
    first, second = pieces(text, NOW)
    assert first.when is None
    assert second.when == Moment(NOW.date(), time(22))


def test_every_clause_of_a_list_has_its_own_time() -> None:
    found = pieces("kettle off now, washer off at eight, alarm to night at eleven", NOW)
    assert [piece.when for piece in found] == [
        None,
        Moment(NOW.date(), time(20)),
        Moment(NOW.date(), time(23)),
    ]


def test_a_time_torn_by_a_comma_is_one_time() -> None:
    (piece,) = pieces("tomorrow, at eight, open the blinds", NOW)
    assert isinstance(piece.when, Moment)
    assert piece.when.at == time(8)


def test_a_recurrence_is_a_time() -> None:
    (piece,) = pieces("every weekday at 7am put the heating to 20", NOW)
    assert isinstance(piece.when, Recurring)
    assert piece.text == "put the heating to 20"


def test_questions_and_commands_are_parted() -> None:
    assert segments("set the heating to 21 and tell me how warm it is") == [
        "set the heating to 21",
        "tell me how warm it is",
    ]
    assert len(segments("turn off the lamp and close the blind")) == 1


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14))
def test_no_clause_is_lost(words: list[str]) -> None:
    text = " ".join(words)
    said = " ".join(piece.text for piece in pieces(text, NOW))
    for word in ("lamp", "blinds"):
        assert (word in text.split()) <= (word in said.replace(",", " ").split())
