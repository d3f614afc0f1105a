from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter_homeassistant.components.light_json import describe


def light(**values: Any) -> Bench:
    return bench(describe, {"command_topic": "l/set", "state_topic": "l", **values})


def said(device: Bench, service: str, /, **params: Any) -> Any:
    ((topic, payload),) = device.send(service, **params)
    assert topic == "l/set"
    return json.loads(payload)


def test_on_and_off_are_compact_json() -> None:
    device = light()
    assert device.send("turn_on") == [("l/set", '{"state":"ON"}')]
    assert device.send("turn_off") == [("l/set", '{"state":"OFF"}')]
    assert device.services == {
        "turn_on": ["transition", "flash"],
        "turn_off": ["transition", "flash"],
    }


@pytest.mark.parametrize(
    ("scale", "percent", "level"),
    [(254, 50, 127), (254, 100, 254), (254, 1, 3), (255, 50, 128), (100, 30, 30), (10, 1, 1)],
)
def test_brightness_is_scaled_as_home_assistant_does(scale: int, percent: int, level: int) -> None:
    device = light(brightness=True, brightness_scale=scale)
    assert said(device, "turn_on", brightness_pct=percent) == {"state": "ON", "brightness": level}


def test_brightness_0_turns_it_off() -> None:
    device = light(brightness=True)
    assert said(device, "turn_on", brightness_pct=0, transition=2) == {
        "state": "OFF",
        "transition": 2.0,
    }


@pytest.mark.parametrize(
    ("modes", "shade"),
    [
        (["xy"], {"x": 0.701, "y": 0.299}),
        (["hs"], {"h": 0.0, "s": 100.0}),
        (["rgb"], {"r": 255, "g": 0, "b": 0}),
        (["rgbw"], {"r": 255, "g": 0, "b": 0, "w": 0}),
        (["rgbww"], {"r": 255, "g": 0, "b": 0, "c": 0, "w": 0}),
        (["hs", "rgb", "xy"], {"r": 255, "g": 0, "b": 0}),
        (["hs", "xy"], {"h": 0.0, "s": 100.0}),
    ],
)
def test_a_colour_is_sent_in_the_lights_space(modes: list[str], shade: dict[str, float]) -> None:
    device = light(brightness=True, supported_color_modes=modes)
    assert said(device, "turn_on", rgb_color=[255, 0, 0])["color"] == shade


def test_a_light_without_brightness_is_dimmed_by_its_colour() -> None:
    device = light(supported_color_modes=["rgb"])
    assert said(device, "turn_on", rgb_color=[255, 0, 100], brightness_pct=50) == {
        "state": "ON",
        "color": {"r": 128, "g": 0, "b": 50},
    }


def test_everything_at_once_keeps_home_assistants_order() -> None:
    device = light(
        brightness=True,
        supported_color_modes=["color_temp", "xy"],
        effect=True,
        effect_list=["candle"],
    )
    ((_, payload),) = device.send(
        "turn_on",
        brightness_pct=100,
        color_temp_kelvin=2700,
        effect="candle",
        transition=3,
        flash="long",
    )
    assert payload == (
        '{"state":"ON","transition":3.0,"flash":10,"brightness":255,'
        '"color_temp":370,"effect":"candle"}'
    )


def test_colour_temperature_in_kelvin_where_the_config_says_so() -> None:
    device = light(supported_color_modes=["color_temp"], color_temp_kelvin=True)
    assert said(device, "turn_on", color_temp_kelvin=2700)["color_temp"] == 2700


def test_white_takes_the_brightness() -> None:
    device = light(supported_color_modes=["rgb", "white"], white_scale=100)
    assert said(device, "turn_on", white=40) == {"state": "ON", "white": 40}
    assert said(device, "turn_on", white=40, brightness_pct=80) == {"state": "ON", "white": 80}


def test_the_old_style_sends_the_colour_in_all_its_spaces() -> None:
    device = light(brightness=True, color_temp=True, rgb=True, xy=True, hs=True)
    assert said(device, "turn_on", rgb_color=[0, 0, 255])["color"] == {
        "r": 0,
        "g": 0,
        "b": 255,
        "x": 0.136,
        "y": 0.04,
        "h": 240.0,
        "s": 100.0,
    }
    assert said(device, "turn_on", color_temp_kelvin=4000)["color_temp"] == 250


def test_reading_a_zigbee2mqtt_message() -> None:
    device = light(
        brightness=True, brightness_scale=254, supported_color_modes=["xy", "color_temp"]
    )
    device.hear(
        "l",
        '{"state":"ON","brightness":127,"color_mode":"color_temp","color_temp":370,'
        '"color":{"x":0.46,"y":0.41},"linkquality":100}',
    )
    assert device.value == "on"
    assert device.attributes == {
        "brightness_pct": 50,
        "color_mode": "color_temp",
        "color_temp_kelvin": 2702,
        "rgb_color": None,
    }
    device.hear("l", '{"color_mode":"xy","color":{"x":0.701,"y":0.299}}')
    assert device.value == "on"
    assert device.attributes == {
        "brightness_pct": 50,
        "color_mode": "xy",
        "color_temp_kelvin": None,
        "rgb_color": [255, 0, 0],
    }


def test_a_partial_message_updates_only_what_it_carries() -> None:
    device = light(brightness=True, effect=True)
    device.hear("l", '{"state":"ON","brightness":255,"effect":"glow"}')
    device.hear("l", '{"state":"OFF","brightness":0}')
    assert (device.value, device.attributes) == ("off", {"brightness_pct": 100, "effect": "glow"})
    device.hear("l", '{"state":null}')
    assert device.value == "unknown"


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        ("ON", ""),
        ("[1]", ""),
        ('{"state":"on"}', "state"),
        ('{"brightness":"bright"}', "brightness"),
        ('{"color_mode":"hs"}', "color_mode"),
        ('{"color_mode":"xy","color":{"x":0.1}}', "color"),
        ('{"color_mode":"xy","color":{"x":"a","y":0}}', "color.x"),
        ('{"color_temp":0}', "color_temp"),
    ],
)
def test_a_bad_value_is_named(payload: str, key: str) -> None:
    device = light(supported_color_modes=["xy", "color_temp"])
    device.refuses("l", payload, key)


def test_a_bad_value_leaves_the_others_alone() -> None:
    device = light(brightness=True)
    device.refuses("l", '{"state":"ON","brightness":"x"}', "brightness")
    assert device.value == "on"


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"command_topic": None}, "command_topic"),
        ({"command_topic": "a/#"}, "command_topic"),
        ({"supported_color_modes": ["mauve"]}, "supported_color_modes"),
        ({"supported_color_modes": ["onoff", "rgb"]}, "supported_color_modes"),
        ({"supported_color_modes": ["white"]}, "supported_color_modes"),
        ({"brightness_scale": 0}, "brightness_scale"),
        ({"min_mireds": 500, "max_mireds": 153}, "max_mireds"),
        ({"max_mireds": -1}, "max_mireds"),
        ({"brightness": "bright"}, "brightness"),
    ],
)
def test_a_bad_config_is_refused_by_key(values: dict[str, Any], key: str) -> None:
    assert refusal(describe, {"command_topic": "l/set", **values}) == key


def test_only_a_light_that_tells_its_state_can_be_confirmed() -> None:
    assert light().described.confirmable
    assert not light(optimistic=True).described.confirmable
    assert not light(state_topic=None).described.confirmable


@given(
    percent=st.integers(1, 100),
    scale=st.integers(100, 1000),
    rgb=st.lists(st.integers(0, 255), min_size=3, max_size=3),
    mode=st.sampled_from(["rgb", "rgbw", "hs", "xy"]),
)
def test_what_the_device_applies_is_read_back(
    percent: int, scale: int, rgb: list[int], mode: str
) -> None:
    device = light(brightness=True, brightness_scale=scale, supported_color_modes=[mode])
    told = said(device, "turn_on", brightness_pct=percent, rgb_color=rgb)
    device.hear("l", json.dumps({**told, "color_mode": mode}))
    assert device.value == "on"
    assert abs(device.attributes["brightness_pct"] - percent) <= 1
    if mode in ("rgb", "rgbw"):
        assert device.attributes["rgb_color"] == pytest.approx(rgb, abs=1)


@given(kelvin=st.integers(2000, 6535))
def test_a_colour_temperature_is_read_back_within_a_mired(kelvin: int) -> None:
    device = light(supported_color_modes=["color_temp"])
    told = said(device, "turn_on", color_temp_kelvin=kelvin)
    device.hear("l", json.dumps({**told, "color_mode": "color_temp"}))
    assert abs(1e6 / device.attributes["color_temp_kelvin"] - 1e6 / kelvin) <= 1
