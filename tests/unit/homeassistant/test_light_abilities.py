from __future__ import annotations

import pytest

from lamplighter.catalogue.entity import Choice, Colour, Number, Text
from lamplighter_homeassistant.components.light_abilities import Abilities


def test_the_parameters_follow_from_the_modes() -> None:
    abilities = Abilities(
        frozenset({"xy", "color_temp", "white"}), 2200, 4000, ("rain",), flash=True, transition=True
    )
    services = abilities.services()
    assert services["turn_on"].params == {
        "brightness_pct": Number(0, 100, 1, "%"),
        "rgb_color": Colour(),
        "color_temp_kelvin": Number(2200, 4000, 1, "K"),
        "effect": Choice(("rain",)),
        "white": Number(0, 100, 1, "%"),
        "transition": Number(0, 6553.0, 0, "s"),
        "flash": Choice(("short", "long")),
    }
    assert list(services["turn_off"].params) == ["transition", "flash"]
    assert abilities.options()["effect_list"] == ["rain"]


def test_a_switchable_light_takes_nothing() -> None:
    assert Abilities(frozenset({"onoff"})).services()["turn_on"].params == {}


def test_effects_without_a_list_are_any_text() -> None:
    abilities = Abilities(frozenset({"brightness"}), effects=())
    assert abilities.services()["turn_on"].params["effect"] == Text()


@pytest.mark.parametrize(("seconds", "taken"), [(-1, 0.0), (2, 2.0), (9999, 6553.0)])
def test_a_transition_is_kept_within_bounds(seconds: float, taken: float) -> None:
    wanted = Abilities(frozenset({"onoff"})).wanted({"transition": seconds}, None)
    assert wanted.transition == taken


def test_whites_use_the_brightness_that_is_known() -> None:
    abilities = Abilities(frozenset({"rgbww"}))
    assert abilities.wanted({"color_temp_kelvin": 2000}, 100).rgbww == (0, 0, 0, 0, 100)
    asked = {"color_temp_kelvin": 2000, "brightness_pct": 100}
    assert abilities.wanted(asked, 100).rgbww == (0, 0, 0, 0, 255)
