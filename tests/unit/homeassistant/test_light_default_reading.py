from __future__ import annotations

from typing import Any

import pytest
from tests.unit.homeassistant.bench import Bench, bench

from lamplighter_homeassistant.components.light_default import describe


def light(*kinds: str, **values: Any) -> Bench:
    topics = {f"{kind}_state_topic": f"l/{kind}" for kind in kinds}
    return bench(describe, {"command_topic": "l/set", "state_topic": "l", **topics, **values})


def test_states() -> None:
    device = light()
    for payload, value in (("ON", "on"), ("OFF", "off"), ("None", "unknown")):
        device.hear("l", payload)
        assert device.value == value
    device.refuses("l", "maybe", "state")


def test_an_empty_payload_says_nothing() -> None:
    device = light("brightness", "rgb", "color_temp", "effect")
    for topic in device.described.reads:
        device.hear(topic, "")
    assert (device.value, device.attributes) == (None, {})


def test_one_json_topic_for_everything() -> None:
    device = light(
        state_value_template="{{ value_json.on }}",
        payload_on="True",
        payload_off="False",
        brightness_state_topic="l",
        brightness_value_template="{{ value_json.bri }}",
        rgb_state_topic="l",
        rgb_value_template="{{ value_json.rgb | join(',') if value_json.rgb is defined }}",
        effect_state_topic="l",
        effect_value_template="{{ value_json.fx }}",
    )
    device.hear("l", '{"on":true,"bri":51,"rgb":[1,2,3],"fx":"rain"}')
    assert device.value == "on"
    assert device.attributes == {
        "brightness_pct": 20,
        "rgb_color": [1, 2, 3],
        "color_mode": "rgb",
        "effect": "rain",
    }
    device.hear("l", '{"on":false}')
    assert device.value == "off"
    assert device.attributes["rgb_color"] == [1, 2, 3]


def test_brightness_0_and_none_are_ignored() -> None:
    device = light("brightness")
    device.hear("l/brightness", "0")
    device.hear("l/brightness", "None")
    assert device.attributes == {}
    device.hear("l/brightness", "300")
    assert device.attributes == {"brightness_pct": 100}


@pytest.mark.parametrize(
    ("kind", "payload", "rgb"),
    [
        ("rgb", "10,20,30", [10, 20, 30]),
        ("rgbw", "255,0,0,255", [255, 128, 128]),
        ("rgbww", "255,0,0,0,0", [255, 0, 0]),
        ("hs", "240,100", [0, 0, 255]),
        ("xy", "0.701,0.299", [255, 0, 0]),
    ],
)
def test_colours_of_every_space(kind: str, payload: str, rgb: list[int]) -> None:
    device = light(kind, "brightness")
    device.hear(f"l/{kind}", payload)
    assert device.attributes == {"rgb_color": rgb, "color_mode": kind}


def test_a_black_colour_says_nothing_where_it_is_the_brightness() -> None:
    device = light("rgb")
    device.hear("l/rgb", "0,0,0")
    assert device.attributes == {}


def test_pure_whites_are_a_colour_temperature() -> None:
    device = light("rgbww", "brightness")
    device.hear("l/rgbww", "0,0,0,0,255")
    assert device.attributes["color_temp_kelvin"] == 2000


def test_a_light_that_says_its_mode_is_not_guessed_to_be_in_another() -> None:
    device = light("color_mode", "color_temp", "brightness")
    device.hear("l/color_mode", "hs")
    device.hear("l/color_temp", "250")
    assert device.attributes == {"color_mode": "hs", "color_temp_kelvin": 4000}
    device.refuses("l/color_mode", "mauve", "color_mode")


def test_kelvin_is_taken_as_it_is() -> None:
    device = light("color_temp", color_temp_kelvin=True)
    device.hear("l/color_temp", "3000")
    assert device.attributes == {"color_temp_kelvin": 3000, "color_mode": "color_temp"}


def test_effects() -> None:
    device = light("effect")
    device.hear("l/effect", "rain")
    assert device.attributes == {"effect": "rain"}
    device.hear("l/effect", "None")
    assert device.attributes == {"effect": None}


@pytest.mark.parametrize(
    ("kind", "payload", "key"),
    [
        ("brightness", "bright", "brightness"),
        ("rgb", "1,2", "rgb_color"),
        ("rgb", "a,b,c", "rgb_color"),
        ("rgbw", "1,2,3", "rgbw_color"),
        ("hs", "1", "hs"),
        ("xy", "nan,1", "xy"),
        ("color_temp", "0", "color_temp"),
        ("color_temp", "warm", "color_temp"),
    ],
)
def test_a_bad_value_is_named(kind: str, payload: str, key: str) -> None:
    light(kind).refuses(f"l/{kind}", payload, key)
