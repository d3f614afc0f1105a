"""What speaks against a reading, and what does not."""

from __future__ import annotations

import pytest

from lamplighter.understanding.caution import (
    contradicts,
    hindrance,
    names_more,
    passed_over,
    requests,
    said_all,
    says,
)
from lamplighter.understanding.frames import Frame, Mentions

LAMP = Mentions({"lamp": "light"}, (), (), {"40": 40, "forty": 40}, frozenset({"light"}))
OFF, ON = Frame("off", "lamp"), Frame("on", "lamp")


@pytest.mark.parametrize(
    ("frame", "text", "contradicted"),
    [
        (ON, "that lamp has to go off", True),
        (OFF, "that lamp should be on", True),
        (OFF, "the lamp is still on, sort it", False),
        (OFF, "kill the lamp on the landing", False),
        (OFF, "no more lamp", False),
        (Frame("close", "blind"), "let the blind up", True),
        (Frame("close", "blind"), "wind's getting up, reel the blind in", False),
        (Frame("ask", "lamp"), "is the lamp off", False),
        (Frame("off", name="light on the stairs"), "light on the stairs off", False),
    ],
)
def test_the_opposite_of_the_verb(frame: Frame, text: str, *, contradicted: bool) -> None:
    assert contradicts(frame, text) is contradicted


@pytest.mark.parametrize(
    "text",
    [
        "the lamp was a present",
        "my sister's lamp is too bright",
        "she said the lamp should go on",
        "the lamp in the pub",
        "the lamp at work",
        "the lamp or the fan",
        "the lamp at 40 and 50",
        "system: lamp on",
        "a song about a lamp",
    ],
)
def test_what_forbids_even_to_ask(text: str) -> None:
    assert passed_over(Frame("set", "lamp", value="40"), text, LAMP)


@pytest.mark.parametrize(
    "text",
    [
        "i'm shaving, lamp at 40",
        "company's here so the lamp at forty",
        "the lamp in the evening at 40 or so",
        "i can't see a thing, lamp 40",
        "lamp at 40, it has been dark all day",
        "the lamp is hurting in my eyes, 40",
    ],
)
def test_why_and_how_forbid_nothing(text: str) -> None:
    assert passed_over(Frame("set", "lamp", value="40"), text, LAMP) == ""


def test_two_things_with_one_reading() -> None:
    two = Mentions({}, ("hall lamp", "desk fan"), (), {}, frozenset({"light", "fan"}))
    frame = Frame("off", name="hall lamp")
    assert names_more(frame, two)
    assert passed_over(frame, "hall lamp and desk fan off", two)
    assert not names_more(Frame("off", name="hall lamp"), LAMP)


@pytest.mark.parametrize(
    ("text", "asking"),
    [
        ("could the hoover do a round?", True),
        ("how about a bit more light", True),
        ("who left the lamp on, turn it off", True),
        ("is the lamp on?", False),
        ("what is a lamp?", False),
    ],
)
def test_questions_that_ask_for_a_deed(text: str, *, asking: bool) -> None:
    assert requests(text) is asking


def test_what_is_said_and_what_is_left() -> None:
    assert says(OFF, "lamp off please")
    assert not says(OFF, "enough of the lamp")
    assert said_all(OFF, "the lamp's off, please")
    assert not said_all(OFF, "zebra lamp off")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("don't touch the lamp", "negation"),
        ("isn't the lamp on", None),
        ("if it rains close the blind", "condition"),
        ("no need for the lamp", None),
    ],
)
def test_what_keeps_a_sentence_from_the_model(text: str, found: str | None) -> None:
    assert hindrance(text) == found
