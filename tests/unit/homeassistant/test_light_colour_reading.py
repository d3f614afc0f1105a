from __future__ import annotations

import pytest

from lamplighter.errors import PayloadError
from lamplighter_homeassistant.components.light_abilities import Abilities
from lamplighter_homeassistant.components.light_colour_reading import (
    colour_attributes,
    temperature_attributes,
)


def test_a_colour_takes_the_place_of_a_temperature() -> None:
    attributes = colour_attributes((240, 100), "hs", Abilities(frozenset({"hs", "color_temp"})))
    assert attributes == {
        "color_mode": "hs",
        "color_temp_kelvin": None,
        "rgb_color": [0, 0, 255],
    }


def test_a_light_without_whites_has_no_temperature() -> None:
    attributes = colour_attributes((1, 2, 3), "rgb", Abilities(frozenset({"rgb"})))
    assert attributes == {"color_mode": "rgb", "rgb_color": [1, 2, 3]}


def test_whites_alone_are_a_temperature() -> None:
    attributes = colour_attributes((0, 0, 0, 255, 0), "rgbww", Abilities(frozenset({"rgbww"})))
    assert attributes["color_temp_kelvin"] == 6535


def test_temperatures() -> None:
    assert temperature_attributes("250", "t", kelvin=False) == {"color_temp_kelvin": 4000}
    assert temperature_attributes(3000, "t", kelvin=True) == {"color_temp_kelvin": 3000}
    for bad in (0, -5, "warm", None, True):
        with pytest.raises(PayloadError) as caught:
            temperature_attributes(bad, "t", kelvin=False)
        assert caught.value.key == "color_temp"
