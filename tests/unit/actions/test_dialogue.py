"""Open questions: one for each user or area, for a while."""

import pytest

from lamplighter.actions.dialogue import (
    Dialogue,
    OpenQuestion,
    echoes_yes,
    leans_no,
    says_no,
    says_yes,
    yes_and,
)
from lamplighter.understanding.interpretation import Answer, Ask, Interpretation

NOTHING = Interpretation(Answer(""), "rules")


def question(until: float) -> OpenQuestion:
    return OpenQuestion(until, NOTHING)


def test_a_question_waits_for_the_same_user_and_is_taken_once() -> None:
    dialogue = Dialogue(lambda: 0.0)
    asked = question(10.0)
    dialogue.ask_back(Ask("x", user="sam"), asked)
    assert dialogue.take(Ask("yes", user="kim")) is None
    assert dialogue.take(Ask("yes", area="Kitchen")) is None
    assert dialogue.take(Ask("yes", user="sam", area="Hall")) is asked
    assert dialogue.take(Ask("yes", user="sam")) is None


def test_a_question_expires() -> None:
    now = 0.0
    dialogue = Dialogue(lambda: now)
    dialogue.ask_back(Ask("x"), question(10.0))
    now = 10.1
    assert dialogue.take(Ask("yes")) is None


def test_the_number_of_open_questions_is_bounded() -> None:
    dialogue = Dialogue(lambda: 0.0, most=2)
    for user in "abc":
        dialogue.ask_back(Ask("x", user=user), question(1.0))
    assert dialogue.take(Ask("x", user="a")) is None
    assert dialogue.take(Ask("x", user="c")) is not None


@pytest.mark.parametrize(
    "text", ["yes", "Yes.", "Yes please!", "ok, do it", "sure", "go ahead", "是的"]
)
def test_a_plain_yes(text: str) -> None:
    assert says_yes(text)
    assert not says_no(text)


@pytest.mark.parametrize(
    "text", ["no", "No, thanks.", "cancel", "don't", "don\u2019t", "never mind"]
)
def test_a_plain_no(text: str) -> None:
    assert says_no(text)
    assert not says_yes(text)


@pytest.mark.parametrize(
    "text", ["yes and open the garage", "turn on the light", "", "note", "okra"]
)
def test_anything_else_is_neither(text: str) -> None:
    assert not says_yes(text)
    assert not says_no(text)


@pytest.mark.parametrize("text", ["no wait, cancel", "Nah, leave it locked", "not yet", "don't!"])
def test_a_no_in_many_words(text: str) -> None:
    assert leans_no(text)


@pytest.mark.parametrize("text", ["turn off the lamp", "now", "notes on", ""])
def test_what_does_not_lean_to_no(text: str) -> None:
    assert not leans_no(text)


def test_a_question_can_be_looked_at_without_being_answered() -> None:
    now = 0.0
    dialogue = Dialogue(lambda: now)
    asked = question(10.0)
    dialogue.ask_back(Ask("x", user="sam"), asked)
    assert dialogue.peek(Ask("y", user="sam")) is asked
    assert dialogue.take(Ask("y", user="sam")) is asked
    assert dialogue.peek(Ask("y", user="sam")) is None
    dialogue.ask_back(Ask("x"), asked)
    now = 10.1
    assert dialogue.peek(Ask("x")) is None


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("yes please, and the fan too", "and the fan too"),
        ("ok, and lock the door", "and lock the door"),
        ("yes also the hall", "also the hall"),
        ("yes", ""),
        ("yes, but only the hall", ""),
        ("no, and the fan", ""),
        ("turn on the light and the fan", ""),
    ],
)
def test_what_is_added_to_a_yes(text: str, added: str) -> None:
    assert yes_and(text) == added


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("yes, unlock the front door", True),
        ("yes unlock it please", True),
        ("ok do it, unlock it now", True),
        ("yes, unlock the back door", False),
        ("yes, but not the front door", False),
        ("no, unlock it", False),
        ("unlock the front door", False),
    ],
)
def test_a_yes_in_the_words_of_the_question(text: str, *, echo: bool) -> None:
    assert echoes_yes(text, ("unlock the Front door",)) is echo
