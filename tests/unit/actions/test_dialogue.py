"""Open questions: one for each user or area, for a while."""

import pytest

from lamplighter.actions.dialogue import (
    Dialogue,
    OpenQuestion,
    leans_no,
    says_no,
    says_yes,
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
