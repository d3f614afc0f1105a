from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter_homeassistant.components.fan import describe


def fan(**values: Any) -> Bench:
    return bench(describe, {"command_topic": "f/set", "state_topic": "f", **values})


SPEED = {"percentage_command_topic": "f/speed", "percentage_state_topic": "f/speed/is"}
PRESETS = {
    "preset_mode_command_topic": "f/mode",
    "preset_mode_state_topic": "f/mode/is",
    "preset_modes": ["auto", "smart"],
}


def test_on_and_off() -> None:
    device = fan(command_template="{{ value | lower }}")
    assert device.services == {"turn_on": [], "turn_off": []}
    assert device.send("turn_on") == [("f/set", "on")]
    assert device.send("turn_off") == [("f/set", "off")]


def test_turning_on_with_a_speed_and_a_preset() -> None:
    device = fan(**SPEED, **PRESETS)
    assert device.send("turn_on", percentage=40, preset_mode="auto") == [
        ("f/set", "ON"),
        ("f/speed", "40"),
        ("f/mode", "auto"),
    ]
    assert device.send("turn_on", percentage=0) == [("f/set", "ON")]


@pytest.mark.parametrize(("percentage", "speed"), [(0, 0), (1, 1), (25, 1), (26, 2), (100, 4)])
def test_speeds_are_rounded_up(percentage: int, speed: int) -> None:
    device = fan(**SPEED, speed_range_max=4)
    assert device.send("set_percentage", percentage=percentage) == [("f/speed", str(speed))]


def test_templates_see_the_speed_as_a_number() -> None:
    template = "{{ {0:'off', 1:'low', 2:'medium', 3:'high'}[value] | default('') }}"
    device = fan(**SPEED, speed_range_max=3, percentage_command_template=template)
    assert device.send("set_percentage", percentage=50) == [("f/speed", "medium")]


def test_presets_oscillation_direction() -> None:
    device = fan(
        **PRESETS, oscillation_command_topic="f/swing", direction_command_topic="f/direction"
    )
    assert device.send("set_preset_mode", preset_mode="smart") == [("f/mode", "smart")]
    assert device.send("oscillate", oscillating=True) == [("f/swing", "oscillate_on")]
    assert device.send("oscillate", oscillating=False) == [("f/swing", "oscillate_off")]
    assert device.send("set_direction", direction="reverse") == [("f/direction", "reverse")]


def test_reading() -> None:
    device = fan(
        **SPEED,
        **PRESETS,
        speed_range_max=4,
        oscillation_state_topic="f/swing",
        direction_state_topic="f/direction",
    )
    device.hear("f", "ON")
    device.hear("f/speed/is", "3")
    device.hear("f/mode/is", "auto")
    device.hear("f/swing", "oscillate_on")
    device.hear("f/direction", "forward")
    assert device.value == "on"
    assert device.attributes == {
        "percentage": 75,
        "preset_mode": "auto",
        "oscillating": True,
        "direction": "forward",
    }
    device.hear("f/speed/is", "None")
    device.hear("f/mode/is", "None")
    device.hear("f/swing", "None")
    device.hear("f", "None")
    assert device.value == "unknown"
    assert device.attributes["percentage"] is None
    assert device.attributes["preset_mode"] is None
    assert device.attributes["oscillating"] is True


@pytest.mark.parametrize(
    ("topic", "payload", "key"),
    [
        ("f", "SLOW", "state"),
        ("f/speed/is", "9", "percentage"),
        ("f/speed/is", "fast", "percentage"),
        ("f/mode/is", "turbo", "preset_mode"),
        ("f/swing", "maybe", "oscillating"),
    ],
)
def test_a_bad_value_is_named(topic: str, payload: str, key: str) -> None:
    device = fan(**SPEED, **PRESETS, speed_range_max=4, oscillation_state_topic="f/swing")
    device.refuses(topic, payload, key)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"command_topic": None}, "command_topic"),
        ({"speed_range_min": 0}, "speed_range_min"),
        ({"speed_range_min": 5, "speed_range_max": 5}, "speed_range_max"),
        ({"preset_modes": ["auto"]}, "preset_modes"),
        ({"preset_mode_command_topic": "p"}, "preset_mode_command_topic"),
        ({"preset_mode_command_topic": "p", "preset_modes": ["None"]}, "preset_modes"),
        ({"percentage_command_template": "{{"}, "percentage_command_template"),
        ({"direction_value_template": "{{"}, "direction_value_template"),
    ],
)
def test_a_bad_config_is_refused_by_key(values: dict[str, Any], key: str) -> None:
    assert refusal(describe, {"command_topic": "f", **values}) == key


@given(percentage=st.integers(1, 100), high=st.integers(2, 100))
def test_the_speed_is_read_back_within_one_step(percentage: int, high: int) -> None:
    device = fan(**SPEED, speed_range_max=high)
    ((_, payload),) = device.send("set_percentage", percentage=percentage)
    device.hear("f/speed/is", payload)
    step = device.described.options["percentage_step"]
    assert -1 < device.attributes["percentage"] - percentage < step
