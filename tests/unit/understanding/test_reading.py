"""Templates, readers and the model, in this order, on every clause once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from lamplighter.errors import ModelError
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.names import collect
from lamplighter.understanding.reading import Reading
from lamplighter.understanding.rule_parser import Situation

SITUATION = Situation(collect(0, (), (), ()), None, "en", lambda _intent: True)
A, B = Parse((Intent("A"),)), Parse((Intent("B"),))


class Known:
    """Knows exactly these clauses, and counts how often it is asked."""

    def __init__(self, known: Mapping[str, Parse]) -> None:
        self.known = known
        self.asked: list[str] = []

    def parse(self, text: str, _situation: Situation) -> Parse | None:
        self.asked.append(text)
        return self.known.get(text)

    def read(self, text: str, situation: Situation) -> Parse | None:
        return self.parse(text, situation)


class Model:
    """Knows everything, or fails."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails

    async def parse(self, _text: str, _situation: Situation) -> Parse | None:
        if self.fails:
            raise ModelError("model", "is ill")
        return Parse((Intent("M"),), "model")


def test_templates_come_first_and_are_asked_once() -> None:
    rules, reader = Known({"one": A}), Known({"one": B})
    reading = Reading(rules, (reader,), None)
    assert reading.read("one", SITUATION) == A
    assert reading.by_rules("one", SITUATION) == A
    assert rules.asked == ["one"]


CERTAIN = Parse((Intent("B"),), confidence=0.95)


def test_a_certain_reader_comes_before_the_templates() -> None:
    rules, reader = Known({"one": A}), Known({"one": CERTAIN})
    assert Reading(rules, (reader,), None, reader).read("one", SITUATION) == CERTAIN
    assert rules.asked == []


@pytest.mark.parametrize(
    ("text", "parse"),
    [
        ("one", replace(CERTAIN, confidence=0.9)),
        ("one", replace(CERTAIN, sure=False)),
        ("one", Parse((Intent("B", {"kind": "fan"}),), confidence=0.95)),
        ("leave the lamp on", CERTAIN),
        ("the hall is too bright", CERTAIN),
        ("I'm cold, close the window", CERTAIN),
    ],
)
def test_the_templates_come_before_a_reader_that_may_be_mistaken(text: str, parse: Parse) -> None:
    reader = Known({text: parse})
    assert Reading(Known({text: A}), (reader,), None, reader).read(text, SITUATION) == A


def test_a_sure_reading_wins_over_an_unsure_one() -> None:
    unsure = Parse((Intent("A"),), sure=False)
    reading = Reading(Known({"one": unsure}), (Known({"one": B}),), None)
    assert reading.read("one", SITUATION) == B


def test_a_command_and_a_question_are_read_by_themselves() -> None:
    reader = Known({"turn off the lamp": A, "what is the temperature": B})
    found = Reading(None, (reader,), None).read(
        "turn off the lamp and what is the temperature", SITUATION
    )
    assert found is not None
    assert [intent.name for intent in found.intents] == ["A", "B"]


def test_a_sentence_of_which_a_part_is_unknown_is_unknown() -> None:
    reader = Known({"turn off the lamp": A})
    reading = Reading(None, (reader,), None)
    assert reading.read("turn off the lamp and what is the meaning of life", SITUATION) is None


async def test_the_model_is_not_asked_about_times_and_may_fail() -> None:
    reading = Reading(None, (), Model())
    assert await reading.by_model("turn on the lamp", SITUATION) is not None
    assert await reading.by_model("turn on the lamp at nine", SITUATION) is None
    broken = Reading(None, (), Model(fails=True))
    assert await broken.by_model("turn on the lamp", SITUATION) is None
