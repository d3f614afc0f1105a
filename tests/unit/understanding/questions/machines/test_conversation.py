"""Questions about machines through the whole of understanding, as somebody asks them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.unit.understanding.questions.conftest import Asker, Clock

from lamplighter.understanding.context import Context
from lamplighter.understanding.interpretation import Answer, Ask, Clarify, Interpretation, Operate
from lamplighter.understanding.understanding import Understanding


@pytest.fixture
async def understanding(plant: Asker) -> AsyncIterator[Understanding]:
    """The house with the plant, without a model."""
    found = Understanding(
        plant.catalogue,
        None,
        clock=Clock(),
        past=plant.questions.past,
        plant=plant.questions.plant,
    )
    await found.start()
    yield found
    found.stop()


def _speech(found: Interpretation) -> str:
    assert isinstance(found.result, Answer)
    return found.result.speech


async def test_an_answer_and_one_that_goes_on_from_it(understanding: Understanding) -> None:
    first = await understanding.interpret(Ask("why did pump 3 stop?"))
    assert "bearing wear" in _speech(first)
    context = Context("why did pump 3 stop?", first.intents)
    for text, fact in (("What should I check?", "Check the bearing"), ("since when?", "13:20")):
        second = await understanding.interpret(Ask(text, context=context))
        assert fact in _speech(second)
    alone = await understanding.interpret(Ask("since when?"))
    assert not isinstance(alone.result, Answer)


@pytest.mark.parametrize("answer", ["Feed pump 3", "pump 3", "the second one"])
async def test_which_of_two_pumps_is_asked_and_answered(
    understanding: Understanding, answer: str
) -> None:
    asked = await understanding.interpret(Ask("why did the pump stop?"))
    assert isinstance(asked.result, Clarify)
    assert asked.result.pending is not None
    found = await understanding.resume(asked.result.pending, Ask(answer))
    assert "bearing wear" in _speech(found)


async def test_the_same_question_later_is_answered_anew(understanding: Understanding) -> None:
    texts = [await understanding.interpret(Ask("which machines are in alarm?")) for _ in range(2)]
    assert [found.via for found in texts] == ["rules", "cache"]
    assert _speech(texts[0]) == _speech(texts[1])


async def test_a_command_about_alarms_stays_one(understanding: Understanding) -> None:
    found = await understanding.interpret(Ask("acknowledge the alarms of pump 3"))
    assert isinstance(found.result, Operate)


async def test_what_the_home_does_is_not_taken(understanding: Understanding) -> None:
    found = await understanding.interpret(Ask("is the kitchen ceiling light on?"))
    assert "on at 40 %" in _speech(found)
