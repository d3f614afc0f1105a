"""Every intent that acts, on entities that can, that can't, and that it means nothing for."""

from __future__ import annotations

from typing import Any

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Choice, Entity, Number, Service, State
from lamplighter.catalogue.vocabulary import SERVICES
from lamplighter.understanding.handlers import HANDLERS, plan
from lamplighter.understanding.handlers.outcome import Cannot, fit
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step

SLOTS: dict[str, Any] = {
    "brightness": 50,
    "brightness_step": 20,
    "temperature_step": 1,
    "position_step": 20,
    "speed_step": 25,
    "humidity_step": 5,
    "number_step": 1,
    "tilt_position": 50,
    "extreme": "maximum",
    "level": 2,
    "temperature": 20,
    "percentage": 50,
    "position": 50,
    "number": 40,
    "option": "eco",
    "value": "text",
    "fan_mode": "low",
    "arm_mode": "arm_away",
}


def test_plans_are_services_of_the_vocabulary_and_of_the_entity(catalogue: Catalogue) -> None:
    planned = 0
    for name in HANDLERS:
        for entity in catalogue.entities():
            step = plan(Intent(name, SLOTS), entity, catalogue.state(entity.id))
            if isinstance(step, Step):
                planned += 1
                assert step.service in SERVICES[entity.domain]
                assert step.service in entity.services
    assert planned > 40


def test_every_actuating_domain_is_reached_by_some_intent(catalogue: Catalogue) -> None:
    reached = {
        entity.domain
        for name in HANDLERS
        for entity in catalogue.entities()
        if plan(Intent(name, SLOTS), entity, State()) is not None
    }
    assert reached >= {entity.domain for entity in catalogue.entities() if entity.services}


def test_an_unknown_intent_means_nothing(catalogue: Catalogue) -> None:
    lamp = catalogue.get("light.hall")
    assert lamp is not None
    assert plan(Intent("HassDance"), lamp, State()) is None


@pytest.mark.parametrize(("value", "fitted"), [(20.26, 20.5), (7, 7), (30, 30), (20.2, 20)])
def test_numbers_take_the_nearest_step(value: float, fitted: float) -> None:
    assert fit(Number(7, 30, 0.5), value) == fitted


def test_numbers_out_of_range_and_unknown_options_are_refused() -> None:
    assert isinstance(fit(Number(7, 30), 31), Cannot)
    assert isinstance(fit(Choice(("eco", "boost")), "party"), Cannot)
    assert fit(Choice(("heat_cool",)), "heat cool") == "heat_cool"


def test_climate_turns_on_into_the_mode_that_heats() -> None:
    modes = Service("set_hvac_mode", {"hvac_mode": Choice(("off", "cool", "heat"))})
    heater = Entity("climate.x", "x", "test", "climate", "X", {"set_hvac_mode": modes})
    step = plan(Intent("HassTurnOn"), heater, State("off"))
    assert step == Step("climate.x", "set_hvac_mode", {"hvac_mode": "heat"})


def test_a_fan_at_nothing_is_off(catalogue: Catalogue) -> None:
    fan = catalogue.get("fan.ceiling")
    assert fan is not None
    step = plan(Intent("HassFanSetSpeed", {"percentage": 0}), fan, State())
    assert step == Step("fan.ceiling", "turn_off")


@pytest.mark.parametrize(
    ("slots", "state", "brightness"),
    [
        ({"brightness_step": 20}, State("on", {"brightness_pct": 40}), 60),
        ({"brightness_step": 20, "amount": 0.5}, State("on", {"brightness_pct": 40}), 50),
        ({"brightness_step": 20, "amount": 2}, State("on", {"brightness_pct": 80}), 100),
        ({"brightness_step": -20, "by": 35}, State("on", {"brightness_pct": 40}), 5),
    ],
)
def test_brightness_changes_from_where_it_is(
    catalogue: Catalogue, slots: dict[str, Any], state: State, brightness: int
) -> None:
    lamp = catalogue.get("light.bedside")
    assert lamp is not None
    step = plan(Intent("HomeChangeBrightness", slots), lamp, state)
    assert step == Step("light.bedside", "turn_on", {"brightness_pct": brightness})


def test_a_light_that_is_off_gets_brighter_by_turning_on(catalogue: Catalogue) -> None:
    lamp = catalogue.get("light.counter")
    assert lamp is not None
    brighter = Intent("HomeChangeBrightness", {"brightness_step": 20})
    assert plan(brighter, lamp, State("off")) == Step("light.counter", "turn_on")
    outcome = plan(brighter, lamp, State("on"))
    assert isinstance(outcome, Cannot)
    assert not outcome.for_now


def test_temperature_changes_by_the_degrees_that_were_said(catalogue: Catalogue) -> None:
    thermostat = catalogue.get("climate.bedroom")
    assert thermostat is not None
    for slots, wanted in (
        ({"temperature_step": -1, "by": 2.5}, 17.5),
        ({"temperature_step": 1, "amount": 0.5}, 21),
        ({"temperature_step": 1, "amount": 2}, 22),
    ):
        step = plan(
            Intent("HomeChangeTemperature", slots), thermostat, State("heat", {"temperature": 20})
        )
        assert step == Step("climate.bedroom", "set_temperature", {"temperature": wanted})


def test_toggling_what_is_not_known_is_refused_for_now(catalogue: Catalogue) -> None:
    lamp = catalogue.get("light.bedside")
    assert lamp is not None
    outcome = plan(Intent("HassToggle"), lamp, State())
    assert isinstance(outcome, Cannot)
    assert outcome.for_now


@pytest.mark.parametrize(
    ("slots", "position", "wanted"),
    [
        ({"position_step": -20}, 50, 30),
        ({"position_step": -20, "amount": 0.5}, 50, 40),
        ({"position_step": 20, "by": 30}, 50, 80),
        ({"position_step": -20}, 10, 0),
    ],
)
def test_blinds_move_from_where_they_are(
    catalogue: Catalogue, slots: dict[str, Any], position: int, wanted: int
) -> None:
    blind = catalogue.get("cover.left")
    assert blind is not None
    step = plan(Intent("HomeChangePosition", slots), blind, State("open", {"position": position}))
    assert step == Step("cover.left", "set_position", {"position": wanted})


def test_what_is_at_its_end_or_unknown_is_not_moved(catalogue: Catalogue) -> None:
    blind, fan = catalogue.get("cover.left"), catalogue.get("fan.ceiling")
    assert blind is not None
    assert fan is not None
    lower, slower = {"position_step": -20}, {"speed_step": -25}
    for intent, entity, state, said in (
        ("HomeChangePosition", blind, State("closed", {"position": 0}), "already at 0 %"),
        ("HomeChangePosition", blind, State("open"), "I don't know how far"),
        ("HomeChangeSpeed", fan, State("off"), "is off"),
        ("HomeChangeSpeed", fan, State("on"), "I don't know how fast"),
    ):
        outcome = plan(Intent(intent, {**lower, **slower}), entity, state)
        assert isinstance(outcome, Cannot)
        assert outcome.for_now
        assert said in outcome.speech


def test_a_fan_changes_its_speed_and_is_never_off_by_that(catalogue: Catalogue) -> None:
    fan = catalogue.get("fan.ceiling")
    assert fan is not None
    slower, faster = (Intent("HomeChangeSpeed", {"speed_step": step}) for step in (-25, 25))
    running = State("on", {"percentage": 20})
    assert plan(slower, fan, running) == Step("fan.ceiling", "set_percentage", {"percentage": 5})
    assert plan(faster, fan, running) == Step("fan.ceiling", "set_percentage", {"percentage": 45})
    assert plan(faster, fan, State("off")) == Step("fan.ceiling", "turn_on")
