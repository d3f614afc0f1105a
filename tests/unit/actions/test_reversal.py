"""What was done is put back as it was before."""

from __future__ import annotations

from typing import Any

import pytest

from lamplighter.actions.reversal import Reversal, reversal
from lamplighter.catalogue.entity import Entity, Number, Service, State
from lamplighter.catalogue.vocabulary import SERVICES
from lamplighter.understanding.interpretation import Step

PERCENT = Number(0, 100)
PARAMS: dict[str, dict[str, Number]] = {
    "light": {"brightness_pct": PERCENT, "rgb_color": PERCENT, "color_temp_kelvin": PERCENT},
    "fan": {"percentage": PERCENT},
}


class Home:
    """One entity with all services of its domain, in one state."""

    def __init__(self, entity_id: str, value: str | None, without: str = "", **shown: Any) -> None:
        domain = entity_id.partition(".")[0]
        services = {
            name: Service(name, PARAMS.get(domain, {}) if name == "turn_on" else {})
            for name in SERVICES[domain]
            if name != without
        }
        self.entity = Entity(entity_id, entity_id, "p", domain, "It", services)
        self.shown = State(value, shown)

    def get(self, entity_id: str) -> Entity | None:
        return self.entity if entity_id == self.entity.id else None

    def state(self, entity_id: str) -> State:
        assert entity_id == self.entity.id
        return self.shown


@pytest.mark.parametrize(
    ("done", "home", "back"),
    [
        (("turn_on", {}), Home("switch.a", "off"), ("turn_off", {})),
        (("turn_off", {}), Home("switch.a", "on"), ("turn_on", {})),
        (("turn_on", {"brightness_pct": 80}), Home("light.a", "off"), ("turn_off", {})),
        (
            ("turn_off", {}),
            Home("light.a", "on", brightness_pct=40, color_temp_kelvin=2700),
            ("turn_on", {"brightness_pct": 40}),
        ),
        (
            ("turn_on", {"rgb_color": [255, 0, 0]}),
            Home("light.a", "on", brightness_pct=40, color_temp_kelvin=2700),
            ("turn_on", {"brightness_pct": 40, "color_temp_kelvin": 2700}),
        ),
        (
            ("turn_on", {"rgb_color": [255, 0, 0]}),
            Home("light.a", "on", rgb_color=[0, 0, 255]),
            ("turn_on", {"rgb_color": [0, 0, 255]}),
        ),
        (
            ("set_percentage", {"percentage": 80}),
            Home("fan.a", "on", percentage=30),
            ("set_percentage", {"percentage": 30}),
        ),
        (("set_percentage", {"percentage": 80}), Home("fan.a", "off"), ("turn_off", {})),
        (("turn_off", {}), Home("fan.a", "on", percentage=30), ("turn_on", {"percentage": 30})),
        (
            ("set_temperature", {"temperature": 23}),
            Home("climate.a", "heat", temperature=20.5, current_temperature=19),
            ("set_temperature", {"temperature": 20.5}),
        ),
        (
            ("set_hvac_mode", {"hvac_mode": "cool"}),
            Home("climate.a", "heat"),
            ("set_hvac_mode", {"hvac_mode": "heat"}),
        ),
        (("turn_on", {}), Home("climate.a", "off"), ("turn_off", {})),
        (
            ("turn_on", {}),
            Home("climate.a", "off", without="turn_off"),
            ("set_hvac_mode", {"hvac_mode": "off"}),
        ),
        (
            ("set_preset_mode", {"preset_mode": "eco"}),
            Home("climate.a", "heat", preset_mode="comfort"),
            ("set_preset_mode", {"preset_mode": "comfort"}),
        ),
        (("open", {}), Home("cover.a", "closed", position=0), ("close", {})),
        (("close", {}), Home("cover.a", "open", position=60), ("set_position", {"position": 60})),
        (("close", {}), Home("cover.a", "open"), ("open", {})),
        (
            ("set_position", {"position": 10}),
            Home("cover.a", "open", position=60),
            ("set_position", {"position": 60}),
        ),
        (("set_position", {"position": 10}), Home("cover.a", "closed"), ("close", {})),
        (("unlock", {}), Home("lock.a", "locked"), ("lock", {})),
        (("set_value", {"value": 3}), Home("number.a", "7.5"), ("set_value", {"value": 7.5})),
        (
            ("select_option", {"option": "x"}),
            Home("select.a", "y"),
            ("select_option", {"option": "y"}),
        ),
        (("start", {}), Home("vacuum.a", "docked"), ("return_to_base", {})),
        (("dock", {}), Home("lawn_mower.a", "mowing"), ("start_mowing", {})),
        (("arm_away", {}), Home("alarm_control_panel.a", "disarmed"), ("disarm", {})),
    ],
)
def test_it_is_as_before(
    done: tuple[str, dict[str, Any]], home: Home, back: tuple[str, dict[str, Any]]
) -> None:
    step = Step(home.entity.id, *done)
    assert reversal([step], home) == Reversal((Step(home.entity.id, *back),))


@pytest.mark.parametrize(
    ("service", "home"),
    [
        ("press", Home("button.a", "unknown")),
        ("turn_on", Home("scene.a", "unknown")),
        ("stop", Home("cover.a", "open")),
        ("turn_on", Home("switch.a", None)),
        ("unlock", Home("lock.a", "jammed")),
        ("close", Home("cover.a", "opening")),
        ("set_value", Home("number.a", "unknown")),
        ("turn_off", Home("switch.a", "on", without="turn_on")),
    ],
)
def test_what_has_no_way_back_is_named(service: str, home: Home) -> None:
    step = Step(home.entity.id, service)
    assert reversal([step], home) == Reversal((), (step,))
    gone = Step("switch.gone", service)
    assert reversal([gone], home).lost == (gone,)


@pytest.mark.parametrize(
    ("service", "home", "end"),
    [
        ("turn_on", Home("switch.a", "on"), "turn_off"),
        ("turn_on", Home("light.a", "on", brightness_pct=40), "turn_off"),
        ("open", Home("cover.a", "open", position=100), "close"),
        ("turn_on", Home("switch.a", None), "turn_off"),
        ("turn_off", Home("switch.a", "unknown"), "turn_on"),
        ("unlock", Home("lock.a", None), "lock"),
        ("start", Home("vacuum.a", "cleaning"), "return_to_base"),
        ("turn_off", Home("switch.a", "off"), "turn_off"),
        ("lock", Home("lock.a", "locked"), "lock"),
    ],
)
def test_for_a_while_ends(service: str, home: Home, end: str) -> None:
    step = Step(home.entity.id, service)
    assert reversal([step], home, ends=True).steps == (Step(home.entity.id, end),)


def test_a_brightness_for_a_while_is_put_back() -> None:
    home = Home("light.a", "on", brightness_pct=40)
    step = Step("light.a", "turn_on", {"brightness_pct": 100})
    back = Step("light.a", "turn_on", {"brightness_pct": 40})
    assert reversal([step], home, ends=True).steps == (back,)


def test_an_undo_leaves_on_what_was_on() -> None:
    home = Home("switch.a", "on")
    assert reversal([Step("switch.a", "turn_on")], home).steps == (Step("switch.a", "turn_on"),)


def test_a_colour_that_nobody_knows_is_not_put_back() -> None:
    home = Home("light.a", "on", brightness_pct=40)
    step = Step("light.a", "turn_on", {"rgb_color": [255, 0, 0]})
    assert reversal([step], home) == Reversal((), (step,))
