"""What a state must show before an action counts as confirmed."""

from dataclasses import replace
from typing import Any

import pytest

from lamplighter.actions.expectation import can_show, shows
from lamplighter.catalogue.entity import Entity, Number, Service, State


def entity(domain: str, *, confirmable: bool = True, **services: Service) -> Entity:
    return Entity(f"{domain}.x", "x", "t", domain, "X", services, confirmable=confirmable)


CASES: list[tuple[str, str, dict[str, Any], State, bool]] = [
    ("light", "turn_on", {}, State("on"), True),
    ("light", "turn_on", {}, State("off"), False),
    ("light", "turn_on", {}, State(None), False),
    ("light", "turn_on", {"brightness_pct": 50}, State("on", {"brightness_pct": 49.8}), True),
    ("light", "turn_on", {"brightness_pct": 50}, State("on", {"brightness_pct": 80}), False),
    ("light", "turn_on", {"brightness_pct": 50}, State("on"), False),
    ("light", "turn_on", {"rgb_color": [255, 0, 0]}, State("on", {"rgb_color": [250, 4, 2]}), True),
    (
        "light",
        "turn_on",
        {"rgb_color": [255, 0, 0]},
        State("on", {"rgb_color": [0, 0, 255]}),
        False,
    ),
    ("light", "turn_on", {"rgb_color": [255, 0, 0]}, State("on"), True),
    ("cover", "open", {}, State("opening"), True),
    ("cover", "close", {}, State("open"), False),
    ("cover", "set_position", {"position": 40}, State("open", {"position": 41}), True),
    ("cover", "set_position", {"position": 40}, State("open", {"position": 90}), False),
    ("lock", "lock", {}, State("locked"), True),
    ("climate", "set_temperature", {"temperature": 21}, State("heat", {"temperature": 21.0}), True),
    ("climate", "set_temperature", {"temperature": 21}, State("heat", {"temperature": 19}), False),
    ("climate", "set_hvac_mode", {"hvac_mode": "heat"}, State("heat"), True),
    ("climate", "set_hvac_mode", {"hvac_mode": "heat"}, State("off"), False),
    ("number", "set_value", {"value": 5}, State("5.0"), True),
    ("number", "set_value", {"value": 5}, State("6"), False),
    ("select", "select_option", {"option": "Eco"}, State("eco"), True),
    ("fan", "oscillate", {"oscillating": True}, State("on", {"oscillating": False}), False),
    ("vacuum", "return_to_base", {}, State("docked"), True),
]


@pytest.mark.parametrize(("domain", "service", "params", "state", "shown"), CASES)
def test_states_that_show_a_service_or_do_not(
    domain: str, service: str, params: dict[str, Any], state: State, *, shown: bool
) -> None:
    assert shows(entity(domain), service, params, state, fresh=False) is shown


def test_being_on_the_way_counts_only_when_heard_afterwards() -> None:
    moving = State("opening", {"position": 10})
    cover = entity("cover")
    assert shows(cover, "set_position", {"position": 80}, moving, fresh=True)
    assert not shows(cover, "set_position", {"position": 80}, moving, fresh=False)


def test_a_fan_shows_the_nearest_of_its_speeds() -> None:
    fan = replace(entity("fan"), options={"percentage_step": 100 / 9})
    wanted = {"percentage": 50}
    assert shows(fan, "set_percentage", wanted, State("on", {"percentage": 56}), fresh=True)
    assert not shows(fan, "set_percentage", wanted, State("on", {"percentage": 78}), fresh=True)


def test_what_no_state_can_show_is_not_waited_for() -> None:
    assert not can_show(entity("button"), "press")
    assert not can_show(entity("light", confirmable=False), "turn_on")
    assert can_show(entity("light"), "turn_on")
    offered = Service("set_percentage", {"percentage": Number(0, 100)})
    assert can_show(entity("fan", set_percentage=offered), "set_percentage")
    assert not can_show(entity("vacuum"), "locate")
