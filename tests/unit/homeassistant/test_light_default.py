from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter_homeassistant.components.light_default import describe


def light(**values: Any) -> Bench:
    return bench(describe, {"command_topic": "l/set", "state_topic": "l", **values})


DIMMER = {"brightness_command_topic": "l/dim", "brightness_state_topic": "l/dimmed"}
RGB = {"rgb_command_topic": "l/rgb"}


def test_on_and_off() -> None:
    device = light(payload_on=1, payload_off=0)
    assert device.services == {"turn_on": [], "turn_off": []}
    assert device.send("turn_on") == [("l/set", "1")]
    assert device.send("turn_off") == [("l/set", "0")]


@pytest.mark.parametrize(
    ("kind", "messages"),
    [
        ("last", [("l/dim", "128"), ("l/set", "ON")]),
        ("first", [("l/set", "ON"), ("l/dim", "128")]),
        ("brightness", [("l/dim", "128")]),
    ],
)
def test_on_command_type(kind: str, messages: list[tuple[str, str]]) -> None:
    device = light(on_command_type=kind, **DIMMER)
    assert device.send("turn_on", brightness_pct=50) == messages


def test_on_command_type_brightness_uses_the_last_brightness_or_the_full() -> None:
    device = light(on_command_type="brightness", brightness_scale=100, **DIMMER)
    assert device.send("turn_on") == [("l/dim", "100")]
    device.hear("l/dimmed", "40")
    assert device.send("turn_on") == [("l/dim", "40")]


def test_brightness_0_turns_it_off() -> None:
    assert light(**DIMMER).send("turn_on", brightness_pct=0) == [("l/set", "OFF")]


def test_the_lowest_brightness_is_not_rounded_to_0() -> None:
    device = light(brightness_scale=10, **DIMMER)
    assert device.send("turn_on", brightness_pct=1)[0] == ("l/dim", "1")


@pytest.mark.parametrize(
    ("key", "payload"),
    [
        ("rgb", "255,0,100"),
        ("rgbw", "255,0,100,0"),
        ("rgbww", "255,0,100,0,0"),
        ("hs", "336.471,100.0"),
        ("xy", "0.622,0.263"),
    ],
)
def test_a_colour_is_sent_in_the_lights_space(key: str, payload: str) -> None:
    device = light(**{f"{key}_command_topic": "l/colour"}, **DIMMER)
    assert device.send("turn_on", rgb_color=[255, 0, 100]) == [
        ("l/colour", payload),
        ("l/set", "ON"),
    ]


def test_command_templates_see_the_channels() -> None:
    device = light(
        rgb_command_topic="l/rgb",
        rgb_command_template="#{{ '%02x%02x%02x' | format(red, green, blue) }} {{ value }}",
        **DIMMER,
    )
    assert device.send("turn_on", rgb_color=[255, 0, 16])[0] == ("l/rgb", "#ff0010 255,0,16")
    device = light(hs_command_topic="l/hs", hs_command_template="{{ hue }}/{{ sat }}")
    assert device.send("turn_on", rgb_color=[0, 255, 0])[0] == ("l/hs", "120.0/100.0")
    device = light(xy_command_topic="l/xy", xy_command_template="{{ x }} {{ y }}")
    assert device.send("turn_on", rgb_color=[255, 0, 0])[0] == ("l/xy", "0.701 0.299")
    device = light(brightness_command_template='{"dim": {{ value }}}', **DIMMER)
    assert device.send("turn_on", brightness_pct=100)[0] == ("l/dim", '{"dim": 255}')


def test_a_colour_carries_the_brightness_where_no_other_topic_does() -> None:
    device = light(**RGB)
    assert device.send("turn_on", rgb_color=[255, 0, 100], brightness_pct=50) == [
        ("l/rgb", "128,0,50"),
        ("l/set", "ON"),
    ]
    # Told without a state topic for its colour, the light is remembered as told.
    assert device.send("turn_on", brightness_pct=100)[0] == ("l/rgb", "255,0,100")
    assert device.send("turn_on", rgb_color=[0, 255, 0])[0] == ("l/rgb", "0,255,0")


def test_a_colour_that_the_light_says_is_what_brightness_scales() -> None:
    device = light(rgb_state_topic="l/is", **RGB)
    device.hear("l/is", "100,50,0")
    assert device.attributes["brightness_pct"] == 39
    assert device.attributes["rgb_color"] == [255, 128, 0]
    assert device.send("turn_on", brightness_pct=100)[0] == ("l/rgb", "255,128,0")


def test_colour_temperature_in_mireds_or_kelvin() -> None:
    keys = {"color_temp_command_topic": "l/ct", "min_mireds": 153, "max_mireds": 500}
    assert light(**keys).send("turn_on", color_temp_kelvin=2700)[0] == ("l/ct", "370")
    kelvin = light(**keys, color_temp_kelvin=True)
    assert kelvin.send("turn_on", color_temp_kelvin=2700)[0] == ("l/ct", "2700")
    assert kelvin.described.options["min_color_temp_kelvin"] == 2000
    assert kelvin.described.options["max_color_temp_kelvin"] == 6535


def test_whites_stand_in_for_a_colour_temperature() -> None:
    device = light(rgbww_command_topic="l/rgbww", **DIMMER)
    assert device.send("turn_on", color_temp_kelvin=2000)[0] == ("l/rgbww", "0,0,0,0,255")
    assert device.send("turn_on", color_temp_kelvin=6535)[0] == ("l/rgbww", "0,0,0,255,0")


def test_effect_and_white() -> None:
    device = light(
        effect_command_topic="l/fx",
        effect_list=["rain"],
        white_command_topic="l/white",
        white_scale=100,
        **RGB,
        **DIMMER,
    )
    assert device.send("turn_on", effect="rain", white=30) == [
        ("l/fx", "rain"),
        ("l/white", "30"),
        ("l/set", "ON"),
    ]


def test_an_effect_needs_a_topic_and_a_list() -> None:
    assert light(effect_list=["rain"]).services["turn_on"] == []
    assert light(effect_command_topic="l/fx").services["turn_on"] == []


def test_retain_and_qos_are_the_configs() -> None:
    device = light(retain=True, qos=2)
    (message,) = device.described.commands["turn_on"]({})
    assert (message.retain, message.qos) == (True, 2)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"command_topic": None}, "command_topic"),
        ({"on_command_type": "never"}, "on_command_type"),
        ({"rgb_command_topic": "a/+"}, "rgb_command_topic"),
        ({"white_command_topic": "w"}, "white_command_topic"),
        ({"brightness_scale": -1}, "brightness_scale"),
        ({"rgb_command_template": "{{ red"}, "rgb_command_template"),
        ({"state_value_template": "{% if %}"}, "state_value_template"),
    ],
)
def test_a_bad_config_is_refused_by_key(values: dict[str, Any], key: str) -> None:
    assert refusal(describe, {"command_topic": "l/set", **values}) == key


@given(percent=st.integers(1, 100), scale=st.integers(100, 1000))
def test_brightness_is_read_back(percent: int, scale: int) -> None:
    device = light(brightness_scale=scale, **DIMMER)
    ((_, payload), _) = device.send("turn_on", brightness_pct=percent)
    device.hear("l/dimmed", payload)
    assert abs(device.attributes["brightness_pct"] - percent) <= 1


@given(rgb=st.lists(st.integers(0, 255), min_size=3, max_size=3))
def test_colours_are_read_back(rgb: list[int]) -> None:
    device = light(rgb_state_topic="l/is", **RGB, **DIMMER)
    ((_, payload), _) = device.send("turn_on", rgb_color=rgb)
    device.hear("l/is", payload)
    assert device.attributes["rgb_color"] == rgb
