"""What something scheduled means once it is due."""

from __future__ import annotations

from lamplighter.actions.due import Due
from lamplighter.actions.falling_due import meaning
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import (
    Act,
    Ask,
    Interpretation,
    NotUnderstood,
    Result,
    Step,
)
from lamplighter.understanding.timing.when import Delay

BY_INTENTS = Act((Step("light.a", "turn_on"),), "By intents.")
BY_WORDS = Act((Step("light.b", "turn_on"),), "By words.")
GONE = NotUnderstood("gone", "There is no such light.")
INTENTS = (Intent("HassTurnOn", {"ids": ("light.a",)}),)
ASK = Ask("turn it on")


class Understanding:
    """Grounds to one result, and reads words as another."""

    def __init__(self, grounded: Result) -> None:
        self.grounded = grounded

    async def interpret(self, ask: Ask) -> Interpretation:
        assert ask == ASK
        return Interpretation(BY_WORDS, "rules")

    async def ground(self, intents: tuple[Intent, ...], ask: Ask) -> Interpretation:
        assert (intents, ask) == (INTENTS, ASK)
        return Interpretation(self.grounded, "rules")


def due(**facts: object) -> Due:
    return Due(1, 0.0, 0.0, "turn it on", "", "", 0.0, {}, **facts)  # type: ignore[arg-type]  # facts


async def test_what_was_understood_then_is_done_now() -> None:
    found = await meaning(due(intents=INTENTS), ASK, Understanding(BY_INTENTS))
    assert found.result == BY_INTENTS


async def test_where_that_comes_to_nothing_the_words_are_read_anew() -> None:
    found = await meaning(due(intents=INTENTS), ASK, Understanding(GONE))
    assert found.result == BY_WORDS
    found = await meaning(due(), ASK, Understanding(BY_INTENTS))
    assert found.result == BY_WORDS


async def test_it_ends_as_it_was_said() -> None:
    found = await meaning(due(until=Delay(60.0)), ASK, Understanding(GONE))
    assert isinstance(found.result, Act)
    assert found.result.until == Delay(60.0)


async def test_the_steps_of_an_end_need_no_understanding() -> None:
    steps = (Step("light.a", "turn_off"),)
    found = await meaning(due(steps=steps, speech="Off."), ASK, Understanding(GONE))
    assert found.result == Act(steps, "Off.")


async def test_a_yes_is_none_for_another_device() -> None:
    planned = due(intents=INTENTS, confirmed=True, about=("light.a",))
    found = await meaning(planned, ASK, Understanding(GONE))
    assert found.result == GONE
    same = due(intents=INTENTS, confirmed=True, about=("light.a", "light.b"))
    found = await meaning(same, ASK, Understanding(GONE))
    assert found.result == BY_WORDS
