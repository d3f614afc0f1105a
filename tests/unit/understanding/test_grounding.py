from __future__ import annotations

from collections.abc import Callable

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Reading
from lamplighter.understanding.grounding import Grounder, delayed
from lamplighter.understanding.intents import HELP, START_TIMER, Intent, Parse
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Ask,
    Clarify,
    Later,
    NotUnderstood,
    Result,
)
from lamplighter.understanding.names import collect
from lamplighter.understanding.questions import Questions
from lamplighter.understanding.resolver import Resolver

Grounding = Callable[..., Result]


@pytest.fixture
def grounder(catalogue: Catalogue) -> Grounder:
    names = collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)
    return Grounder(
        Resolver(names),
        Questions(catalogue.state),
        state_of=catalogue.state,
        clock=lambda: 1_700_000_000.0,
    )


def ground(grounder: Grounder, *intents: Intent, sure: bool = True) -> Result:
    return grounder.ground(Parse(intents, sure=sure), Ask("text")).result


def off(**slots: object) -> Intent:
    return Intent("HassTurnOff", slots)


def test_one_device_becomes_one_step(grounder: Grounder) -> None:
    result = ground(grounder, off(name="hall light"))
    assert isinstance(result, Act)
    assert result.speech == "Turned off the Hall light."


def test_several_actions_are_told_in_one_sentence(grounder: Grounder) -> None:
    lock = Intent("HassTurnOn", {"name": "front door"})
    result = ground(grounder, off(kind="light", area="Kitchen"), lock)
    assert isinstance(result, Act)
    assert result.speech == (
        "Turned off the Kitchen ceiling light and the Kitchen counter light, "
        "and locked the Front door."
    )


def test_the_same_step_is_taken_once(grounder: Grounder) -> None:
    result = ground(grounder, off(name="hall light"), off(name="entrance lamp"))
    assert isinstance(result, Act)
    assert len(result.steps) == 1


def test_what_is_left_out_is_not_touched(grounder: Grounder) -> None:
    intent = Intent("HassTurnOff", {"kind": "light"}, many=True, without=frozenset({"light.hall"}))
    result = ground(grounder, intent)
    assert isinstance(result, Act)
    assert len(result.steps) == 4
    assert "light.hall" not in {step.entity_id for step in result.steps}


def test_a_part_that_can_not_be_done_stops_the_rest(grounder: Grounder) -> None:
    result = ground(grounder, off(name="hall light"), off(kind="light", area="Garage"))
    assert result == NotUnderstood(
        "no light in the Garage can", "I know of no light in the Garage. So I did nothing."
    )


def test_several_of_which_none_can_now(grounder: Grounder, catalogue: Catalogue) -> None:
    for dimmable in ("light.ceiling", "light.reading", "light.bedside"):
        catalogue.read(dimmable, Reading("off"), 2.0)
    dim = Intent("HomeChangeBrightness", {"kind": "light", "brightness_step": -20})
    result = ground(grounder, dim)
    assert isinstance(result, NotUnderstood)
    assert "none of the 3 can do that now" in result.speech


def test_what_has_to_be_known_first_is_said(grounder: Grounder) -> None:
    dim = Intent("HomeChangeBrightness", {"name": "bedside lamp", "brightness_step": -20})
    result = ground(grounder, dim)
    assert isinstance(result, NotUnderstood)
    assert "I don't know how bright the Bedside lamp is" in result.speech


def test_a_reading_that_is_not_sure_asks_first(grounder: Grounder) -> None:
    result = ground(grounder, off(name="hall light"), sure=False)
    assert isinstance(result, Clarify)
    assert result.question == "Do you mean: turn off the Hall light?"


def test_one_open_choice_asks_and_keeps_the_rest(grounder: Grounder) -> None:
    result = ground(grounder, off(kind="light"), off(name="ceiling fan"))
    assert isinstance(result, Clarify)
    assert result.pending is not None
    chosen = result.pending.candidates[0].result
    assert isinstance(chosen, Act)
    assert [step.entity_id for step in chosen.steps][-1] == "fan.ceiling"


def test_help_shows_what_can_be_said_here(grounder: Grounder) -> None:
    result = ground(grounder, Intent(HELP))
    assert isinstance(result, Answer)
    assert "Kitchen ceiling light" in result.speech


def test_a_timer_needs_a_length(grounder: Grounder) -> None:
    assert isinstance(ground(grounder, Intent(START_TIMER)), NotUnderstood)
    timer = ground(grounder, Intent(START_TIMER, {"minutes": 5, "name": "egg"}))
    assert isinstance(timer, Later)
    assert (timer.delay_s, timer.name) == (300.0, "egg")


def test_only_what_would_be_done_now_can_be_delayed() -> None:
    wait = Intent(START_TIMER, {"minutes": 1})
    act = Act((), "Done.")
    later = delayed(act, wait, "turn it off")
    assert isinstance(later, Later)
    assert later.delay_s == 60.0
    assert delayed(Answer("Yes."), wait, "is it on") == Answer("Yes.")
    asked = delayed(Clarify("Which?", ("A",)), wait, "turn it off")
    assert isinstance(asked, Clarify)
    assert asked.pending is None
