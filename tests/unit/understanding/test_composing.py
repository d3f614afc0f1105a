"""What is done now, later or for a while, as one result."""

from __future__ import annotations

from datetime import UTC, datetime, time

from lamplighter.understanding.composing import Moment, timed, together
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Candidate,
    Clarify,
    Later,
    NotUnderstood,
    Pending,
    Step,
)
from lamplighter.understanding.outline import Piece
from lamplighter.understanding.timing.when import Delay, SunMoment
from lamplighter.understanding.timing.when import Moment as TimeOfDay

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
HERE = Moment(NOW, None)
ON = Act((Step("light.a", "turn_on"),), "Turned on A.")
INTENTS = (Intent("HassTurnOn", {"name": "a"}),)


def test_what_has_no_time_is_done_now() -> None:
    assert timed(ON, Piece("turn on a"), INTENTS, HERE) == ON


def test_a_time_makes_it_later_and_keeps_what_was_understood() -> None:
    piece = Piece("Turn on a", when=TimeOfDay(NOW.date(), time(19)), until=Delay(600))
    later = timed(ON, piece, INTENTS, HERE)
    assert isinstance(later, Later)
    assert later.delay_s == 3600
    assert later.intents == INTENTS
    assert later.until == Delay(600)
    assert later.speech == "Today at 19:00: turn on a, for 10 minutes."


def test_the_sun_needs_a_place() -> None:
    piece = Piece("turn on a", when=SunMoment(NOW.date(), "sunset"))
    found = timed(ON, piece, INTENTS, HERE)
    assert isinstance(found, NotUnderstood)
    assert "home.location" in found.speech


def test_a_question_back_keeps_the_time_of_every_candidate() -> None:
    pending = Pending("turn on it", (Candidate(("A",), ON),))
    piece = Piece("turn on it", when=Delay(60))
    found = timed(Clarify("Which one?", ("A",), pending), piece, INTENTS, HERE)
    assert isinstance(found, Clarify)
    assert found.pending is not None
    later = found.pending.candidates[0].result
    assert isinstance(later, Later)
    assert later.intents[0].slots["ids"] == ("light.a",)


def test_now_and_later_go_together() -> None:
    later = Later(60, "turn off a", "In a minute: turn off a.")
    both = together([ON, later, Answer("It is 20 degrees.")])
    assert isinstance(both, Act)
    assert both.then == (later,)
    assert both.speech == "Turned on A. In a minute: turn off a. It is 20 degrees."


def test_several_later_ones_are_one_chain() -> None:
    first, second = Later(60, "a", "First."), Later(120, "b", "Second.")
    both = together([first, second])
    assert isinstance(both, Later)
    assert both.then == (second,)


def test_what_is_not_understood_of_one_stands_for_all() -> None:
    missing = NotUnderstood("no", "I know of no b.")
    assert together([ON, missing]) is missing
