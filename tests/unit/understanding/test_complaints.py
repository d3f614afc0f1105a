"""Complaints: what is wished for, where, and when it is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.complaints import ComplaintReader
from lamplighter.understanding.interpretation import Act, Ask
from lamplighter.understanding.names import collect
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.templates import Templates
from lamplighter.understanding.understanding import Understanding


@pytest.fixture
def situation(catalogue: Catalogue) -> Situation:
    names = collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)
    return Situation(names, "Kitchen", "en", lambda _intent: True, state_of=catalogue.state)


@pytest.mark.parametrize(
    ("text", "intent", "kind"),
    [
        ("it's pitch black in the bedroom", "HassTurnOn", "light"),
        ("I'm freezing in the bedroom", "HomeChangeTemperature", "thermostat"),
        ("it's like an oven in here", "HomeChangeTemperature", "thermostat"),
        ("the bedroom stinks", "HassTurnOn", "fan"),
        ("my toes are numb in the bedroom", "HomeChangeTemperature", "thermostat"),
        ("it's nowhere near warm enough in here", "HomeChangeTemperature", "thermostat"),
        ("we could do with more light in the bedroom", "HassTurnOn", "light"),
        ("the sun is blinding me in here", "HassTurnOff", "blind"),
        ("the air in here is so thick you could slice it", "HassTurnOn", "fan"),
    ],
)
def test_a_complaint_is_a_wish(text: str, intent: str, kind: str, situation: Situation) -> None:
    parse = ComplaintReader().read(text, situation)
    assert parse is not None
    assert parse.sure
    assert parse.intents[0].name == intent
    assert parse.intents[0].slots["kind"] == kind


@pytest.mark.parametrize("text", ["the flowers look thirsty in here", "the lawn needs water"])
def test_water_is_never_let_run_without_a_question(text: str, situation: Situation) -> None:
    parse = ComplaintReader().read(text, situation)
    assert parse is not None
    assert not parse.sure


def test_words_that_do_not_belong_to_it_are_asked_about(situation: Situation) -> None:
    parse = ComplaintReader().read("the wardrobe stinks in the bedroom", situation)
    assert parse is not None
    assert not parse.sure


@pytest.mark.parametrize(
    "text",
    [
        "it is freezing in alaska",
        "was it dark in the bedroom",
        "is it too dark in the bedroom",
        "my soup is too cold",
        "it could be worse in the bedroom",
        "you could do with a holiday",
        "it was pitch black in the bedroom",
        "this movie is too dark",
        "it isn't dark in the bedroom",
    ],
)
def test_what_is_none(text: str, situation: Situation) -> None:
    assert ComplaintReader().read(text, situation) is None


async def test_it_is_done_where_it_is_said(
    catalogue: Catalogue, templates: Callable[[str], Templates]
) -> None:
    understanding = Understanding(catalogue, None, clock=lambda: 1.8e9, templates=templates)
    await understanding.start()
    result = (await understanding.interpret(Ask("it's pitch black in the bedroom"))).result
    assert isinstance(result, Act)
    assert {step.service for step in result.steps} == {"turn_on"}
    understanding.stop()


@given(st.text(max_size=60))
def test_it_never_fails(text: str) -> None:
    situation = Situation(collect(0, (), (), ()), None, "en", lambda _intent: False)
    assert ComplaintReader().read(text, situation) is None
