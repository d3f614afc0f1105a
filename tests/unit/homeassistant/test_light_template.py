from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter_homeassistant.components.light_template import describe

ON = (
    "on,{{ brightness | default('-') }},{{ color_temp | default('-') }},"
    "{{ red | default('-') }}-{{ green | default('-') }}-{{ blue | default('-') }},"
    "{{ hue | default('-') }}-{{ sat | default('-') }},{{ effect | default('-') }},"
    "{{ flash | default('-') }},{{ transition | default('-') }}"
)


def light(**values: Any) -> Bench:
    return bench(
        describe,
        {
            "command_topic": "l/set",
            "state_topic": "l",
            "command_on_template": ON,
            "command_off_template": "off,{{ transition | default('-') }}",
            **values,
        },
    )


BRIGHTNESS = {"brightness_template": "{{ value.split(',')[1] }}"}
COLOUR = {
    "red_template": "{{ value_json.r }}",
    "green_template": "{{ value_json.g }}",
    "blue_template": "{{ value_json.b }}",
}


def payload(device: Bench, service: str, /, **params: Any) -> str:
    ((topic, sent),) = device.send(service, **params)
    assert topic == "l/set"
    return sent


def test_on_and_off() -> None:
    device = light()
    assert payload(device, "turn_on") == "on,-,-,-----,---,-,-,-"
    assert payload(device, "turn_off") == "off,-"
    assert payload(device, "turn_off", transition=4) == "off,4.0"


def test_every_value_reaches_the_template() -> None:
    device = light(
        color_temp_template="{{ value_json.ct }}", effect_list=["rain"], **BRIGHTNESS, **COLOUR
    )
    assert (
        payload(
            device, "turn_on", brightness_pct=50, rgb_color=[255, 0, 0], effect="rain", transition=2
        )
        == "on,128,-,255-0-0,0.0-100.0,rain,-,2.0"
    )
    sent = payload(device, "turn_on", color_temp_kelvin=4000, flash="short")
    assert sent == "on,-,250,-----,---,-,short,-"


def test_brightness_0_turns_it_off() -> None:
    assert payload(light(**BRIGHTNESS), "turn_on", brightness_pct=0) == "off,-"


def test_the_colour_carries_the_brightness_where_nothing_else_does() -> None:
    device = light(**COLOUR)
    sent = payload(device, "turn_on", rgb_color=[255, 0, 0], brightness_pct=50)
    assert sent.split(",")[3] == "128-0-0"


def test_a_light_that_tells_nothing_is_remembered_as_told() -> None:
    device = light(**COLOUR)
    payload(device, "turn_on", rgb_color=[255, 0, 0], brightness_pct=50)
    assert payload(device, "turn_on", rgb_color=[0, 255, 0]).split(",")[3] == "0-128-0"
    told = light(state_template="{{ value }}", **COLOUR)
    payload(told, "turn_on", rgb_color=[255, 0, 0], brightness_pct=50)
    assert payload(told, "turn_on", rgb_color=[0, 255, 0]).split(",")[3] == "0-255-0"


def test_kelvin_is_sent_as_it_is_where_the_config_says_so() -> None:
    device = light(color_temp_template="{{ value }}", color_temp_kelvin=True)
    assert payload(device, "turn_on", color_temp_kelvin=3000).split(",")[2] == "3000"


def test_reading() -> None:
    device = light(
        state_template="{{ value_json.state }}",
        brightness_template="{{ value_json.bri }}",
        color_temp_template="{{ value_json.ct }}",
        effect_template="{{ value_json.fx }}",
        effect_list=["rain"],
        **COLOUR,
    )
    device.hear("l", '{"state":"on","bri":128,"ct":250,"fx":"rain"}')
    assert device.value == "on"
    assert device.attributes == {
        "brightness_pct": 50,
        "color_temp_kelvin": 4000,
        "effect": "rain",
    }
    device.hear("l", '{"r":0,"g":0,"b":255}')
    assert device.value == "on"
    assert device.attributes["rgb_color"] == [0, 0, 255]
    assert device.attributes["color_mode"] == "hs"
    device.hear("l", '{"state":null,"r":null,"g":null,"b":null,"ct":null,"fx":null,"bri":0}')
    assert device.value == "unknown"
    assert device.attributes["rgb_color"] is None
    assert device.attributes["brightness_pct"] == 50


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"state": "bright"}, "state"),
        ({"bri": "x"}, "brightness"),
        ({"fx": "snow"}, "effect"),
        ({"r": "x", "g": 1, "b": 1}, "red"),
    ],
)
def test_a_bad_value_is_named(said: dict[str, Any], key: str) -> None:
    device = light(
        state_template="{{ value_json.state }}",
        brightness_template="{{ value_json.bri }}",
        effect_template="{{ value_json.fx }}",
        effect_list=["rain"],
        **COLOUR,
    )
    device.refuses("l", json.dumps(said), key)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"command_on_template": None}, "command_on_template"),
        ({"command_off_template": None}, "command_off_template"),
        ({"command_on_template": "{{ nope"}, "command_on_template"),
        ({"state_template": "{{ nope"}, "state_template"),
        ({"command_topic": None}, "command_topic"),
    ],
)
def test_a_bad_config_is_refused_by_key(values: dict[str, Any], key: str) -> None:
    good = {"command_topic": "l", "command_on_template": "on", "command_off_template": "off"}
    assert refusal(describe, {"state_topic": "l", **good, **values}) == key


def test_a_light_without_a_state_template_can_not_be_confirmed() -> None:
    assert not light().described.confirmable
    assert light(state_template="{{ value }}").described.confirmable


@given(rgb=st.tuples(*[st.integers(0, 255)] * 3), percent=st.integers(1, 100))
def test_what_the_device_applies_is_read_back(rgb: tuple[int, int, int], percent: int) -> None:
    template = '{"state":"on","bri":{{ brightness }},"r":{{ red }},"g":{{ green }},"b":{{ blue }}}'
    device = light(
        command_on_template=template,
        state_template="{{ value_json.state }}",
        brightness_template="{{ value_json.bri }}",
        **COLOUR,
    )
    device.hear("l", payload(device, "turn_on", rgb_color=list(rgb), brightness_pct=percent))
    assert device.value == "on"
    assert abs(device.attributes["brightness_pct"] - percent) <= 1
    brightest = max(rgb)
    full = [round(channel * 255 / brightest) if brightest else 255 for channel in rgb]
    assert device.attributes["rgb_color"] == pytest.approx(full, abs=3)
