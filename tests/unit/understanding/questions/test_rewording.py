"""Questions in other orders and words; two in one sentence; what only looks like a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.questions.rewording import (
    MAX_REWORDINGS,
    rewordings,
    untagged,
)

if TYPE_CHECKING:
    from tests.unit.understanding.questions.conftest import Asker


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("It is locked, the front door?", "is the front door locked"),
        ("Is it shut, the kitchen window?", "is the kitchen window shut"),
        ("The bedroom window, is it open?", "is the bedroom window open"),
        ("oh no did I leave the iron on this time", "did i leave the iron on"),
        ("did the children leave any lights on", "did we leave any lights on"),
        ("is the hall light on, we are leaving", "is the hall light on"),
        ("is the back door done up", "is the back door locked"),
        ("is rover asleep in his house", "is rover docked"),
        ("anything i should check before bed?", "is the house secure"),
        ("am i right that the front door is locked", "is the front door locked"),
        ("any lights on, i have to go", "any lights on"),
        ("what shows the hall light", "what is the hall light"),
        ("is the hall light on or is it off", "is the hall light on"),
        ("temperature outside at noon?", "what was the temperature outside at noon"),
        ("did it freeze last night", "did it get below 0 celsius last night"),
    ],
)
def test_other_words_and_orders_ask_the_same(house: Asker, text: str, like: str) -> None:
    said = house(like)
    assert said is not None
    assert house(text) == said


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("Is the fan running, and how fast?", "is the fan running", "how fast is the fan"),
        (
            "is the hall light on? and is the iron on?",
            "is the hall light on",
            "is the iron on",
        ),
    ],
)
def test_two_questions_are_both_answered(house: Asker, text: str, first: str, second: str) -> None:
    assert house(text) == f"{house(first)} {house(second)}"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("the front door is locked, right?", "is the front door locked?"),
        ("The fan's off, isn't it", "is the fan off?"),
        ("you didn't leave the iron on, did you", "did you leave the iron on?"),
        ("turn off the fan, right?", "turn off the fan, right?"),
        ("turn off the fan, will you?", "turn off the fan, will you?"),
        ("what is on, then?", "what is on, then?"),
    ],
)
def test_a_statement_with_a_question_at_its_end_is_a_question(text: str, question: str) -> None:
    assert untagged(text) == question


@pytest.mark.parametrize(
    "text",
    [
        "the humidity at forty",
        "is the front door locked? and turn the hall light off",
        "is the iron on? turn it off",
        "the hall light, it is too dark in here",
    ],
)
def test_a_wish_is_no_question(house: Asker, text: str) -> None:
    assert house(text) is None


@given(st.text(alphabet="abdehilnorstw ,.?'-", max_size=80))
def test_rewording_never_raises_and_ends(text: str) -> None:
    found = list(rewordings(text))
    assert len(found) <= MAX_REWORDINGS + 1
    assert len(set(found)) == len(found)
