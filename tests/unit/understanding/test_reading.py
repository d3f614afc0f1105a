"""Templates, readers and the model, in this order, on every clause once."""

from __future__ import annotations

from collections.abc import Mapping

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
