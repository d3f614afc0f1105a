"""Questions back to commands that tell too little of the device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.asking_back import open_choice, which
from lamplighter.understanding.interpretation import Act, Ask, Clarify, Later
from lamplighter.understanding.names import collect
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.templates import Templates
from lamplighter.understanding.understanding import Understanding


@pytest.fixture
def situation(catalogue: Catalogue) -> Situation:
    names = collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)
    return Situation(names, None, "en", lambda _intent: False)


@pytest.mark.parametrize("text", ["turn it down a little", "set it to 21", "turn that thing off"])
def test_what_is_meant_is_asked(text: str, situation: Situation) -> None:
    asked = which(text, situation)
    assert asked is not None
    assert asked.pending is not None
    assert asked.pending.candidates == ()


@pytest.mark.parametrize(
    "text",
    [
        "is it on",
        "don't turn it off",
        "what a day it was",
        "play some jazz",
        "if it rains turn it off",
        "book a table for two",
        "it's a pity, turn the world off",
    ],
)
def test_nothing_is_asked_of_what_is_no_command(text: str, situation: Situation) -> None:
    assert which(text, situation) is None


@pytest.mark.parametrize(
    ("text", "answer", "acting"),
    [
        ("either open the blind or the bedroom lamp off", "", ()),
        ("turn on the hall light or the bedside lamp", "the bedside lamp", ("light.bedside",)),
        ("turn off one of the lights", "the hall light", ("light.hall",)),
        ("kill that yoke over in the corner", "the hall light", ("light.hall",)),
    ],
)
async def test_a_choice_is_asked_back_and_the_answer_takes_its_place(
    text: str,
    answer: str,
    acting: tuple[str, ...],
    catalogue: Catalogue,
    templates: Callable[[str], Templates],
) -> None:
    understanding = Understanding(catalogue, None, clock=lambda: 1.8e9, templates=templates)
    await understanding.start()
    asked = (await understanding.interpret(Ask(text))).result
    assert not isinstance(asked, Act)
    if answer:
        assert isinstance(asked, Clarify)
        assert asked.pending is not None
        found = (await understanding.resume(asked.pending, Ask(answer))).result
        assert isinstance(found, Act)
        assert tuple(step.entity_id for step in found.steps) == acting
    understanding.stop()


@pytest.mark.parametrize("text", ["turn left at the lights", "put the lamp on the shopping list"])
def test_nothing_is_asked_where_a_word_is_strange(text: str, situation: Situation) -> None:
    assert which(text, situation) is None


def test_the_room_is_no_hall(situation: Situation) -> None:
    text = "turn on the lamp in the room"
    asked = open_choice(text, replace(situation, area="Hall"))
    assert asked is not None
    assert "Hall" not in asked.options
    assert open_choice(text, replace(situation, area="Bedroom")) is None


async def test_the_answer_completes_the_command(
    catalogue: Catalogue, templates: Callable[[str], Templates]
) -> None:
    understanding = Understanding(catalogue, None, clock=lambda: 1.8e9, templates=templates)
    await understanding.start()
    asked = (await understanding.interpret(Ask("turn it off"))).result
    assert isinstance(asked, Clarify)
    assert asked.pending is not None
    answer = await understanding.resume(asked.pending, Ask("the hall light"))
    assert isinstance(answer.result, Act)
    assert not isinstance(answer.result, Later)
    assert answer.result.steps[0].service == "turn_off"
    understanding.stop()
