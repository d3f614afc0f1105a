from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter.catalogue.entity import Choice, Number
from lamplighter_homeassistant.components.climate import describe

MODE = {"mode_command_topic": "t/mode", "mode_state_topic": "t/mode/is"}
TARGET = {"temperature_command_topic": "t/to", "temperature_state_topic": "t/target"}


def climate(**values: Any) -> Bench:
    return bench(describe, values)


def test_temperatures_are_sent_as_home_assistant_sends_them() -> None:
    device = climate(**TARGET)
    assert device.send("set_temperature", temperature=21) == [("t/to", "21.0")]
    assert device.send("set_temperature", temperature=21.5) == [("t/to", "21.5")]


def test_a_range_of_temperatures_has_a_topic_for_each_end() -> None:
    device = climate(
        temperature_low_command_topic="t/low",
        temperature_high_command_topic="t/high",
        temperature_low_command_template="L{{ value }}",
    )
    assert device.send("set_temperature", target_temp_low=18, target_temp_high=24) == [
        ("t/low", "L18.0"),
        ("t/high", "24.0"),
    ]


def test_modes_presets_fan_swing_humidity() -> None:
    device = climate(
        **MODE,
        modes=["off", "heat"],
        mode_command_template='{"mode": "{{ value }}"}',
        preset_mode_command_topic="t/preset",
        preset_modes=["eco"],
        fan_mode_command_topic="t/fan",
        swing_mode_command_topic="t/swing",
        target_humidity_command_topic="t/humidity",
    )
    assert device.send("set_hvac_mode", hvac_mode="heat") == [("t/mode", '{"mode": "heat"}')]
    assert device.send("set_preset_mode", preset_mode="eco") == [("t/preset", "eco")]
    assert device.send("set_fan_mode", fan_mode="low") == [("t/fan", "low")]
    assert device.send("set_swing_mode", swing_mode="on") == [("t/swing", "on")]
    assert device.send("set_humidity", humidity=50.0) == [("t/humidity", "50")]
    params = device.described.services["set_preset_mode"].params
    assert params == {"preset_mode": Choice(("none", "eco"))}


def test_the_power_topic_turns_it_on_and_off() -> None:
    device = climate(**MODE, power_command_topic="t/power", payload_off=0, payload_on=1)
    assert device.send("turn_on") == [("t/power", "1")]
    assert device.send("turn_off") == [("t/power", "0")]


@pytest.mark.parametrize(
    ("modes", "turned_on"),
    [
        (["off", "auto"], "auto"),
        (["off", "auto", "cool", "heat"], "heat"),
        (["off", "cool", "heat_cool"], "heat_cool"),
        (["off", "dry", "cool"], "cool"),
    ],
)
def test_without_a_power_topic_a_mode_turns_it_on(modes: list[str], turned_on: str) -> None:
    device = climate(**MODE, modes=modes)
    assert device.send("turn_on") == [("t/mode", turned_on)]
    assert device.send("turn_off") == [("t/mode", "off")]


def test_without_fitting_modes_it_can_not_be_turned_on_or_off() -> None:
    assert list(climate(**MODE, modes=["auto", "dry"]).services) == ["set_hvac_mode"]


def test_without_topics_there_are_no_services() -> None:
    assert climate(current_temperature_topic="t/now").services == {}


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({}, Number(7, 35, 0, "°C")),
        ({"min_temp": "5", "max_temp": "30"}, Number(5, 30, 0, "°C")),
        ({"temperature_unit": "F", "max_temp": 90}, Number(44.6, 90, 0, "°F")),
    ],
)
def test_the_range_of_temperatures(values: dict[str, Any], wanted: Number) -> None:
    device = climate(**TARGET, **values)
    assert device.described.services["set_temperature"].params == {"temperature": wanted}
    assert device.described.unit == wanted.unit


def test_reading() -> None:
    device = climate(
        **MODE,
        **TARGET,
        action_topic="t/action",
        current_temperature_topic="t/now",
        current_humidity_topic="t/humidity",
        fan_mode_state_topic="t/fan",
        swing_mode_state_topic="t/swing",
        preset_mode_command_topic="t/preset",
        preset_mode_state_topic="t/preset/is",
        preset_modes=["eco"],
    )
    for topic, payload in (
        ("t/mode/is", "heat"),
        ("t/target", "21.5"),
        ("t/action", "heating"),
        ("t/now", "19.2"),
        ("t/humidity", "44"),
        ("t/fan", "low"),
        ("t/swing", "off"),
        ("t/preset/is", "eco"),
    ):
        device.hear(topic, payload)
    assert device.value == "heat"
    assert device.attributes == {
        "temperature": 21.5,
        "action": "heating",
        "current_temperature": 19.2,
        "current_humidity": 44.0,
        "fan_mode": "low",
        "swing_mode": "off",
        "preset_mode": "eco",
    }
    for topic in ("t/mode/is", "t/target", "t/action", "t/now", "t/preset/is"):
        device.hear(topic, "None")
    assert device.value == "unknown"
    assert device.attributes["temperature"] is None
    assert device.attributes["action"] is None
    assert device.attributes["preset_mode"] == "none"


def test_value_template_serves_where_there_is_no_other() -> None:
    device = climate(
        mode_state_topic="t",
        temperature_state_topic="t",
        value_template="{{ value_json.mode }}",
        temperature_state_template="{{ value_json.to }}",
    )
    device.hear("t", '{"mode": "cool", "to": 25}')
    assert (device.value, device.attributes) == ("cool", {"temperature": 25.0})


@pytest.mark.parametrize(
    ("topic", "payload", "key"),
    [
        ("t/mode/is", "warm", "state"),
        ("t/target", "warm", "temperature"),
        ("t/fan", "warm", "fan_mode"),
        ("t/action", "dancing", "action"),
    ],
)
def test_a_bad_value_is_named(topic: str, payload: str, key: str) -> None:
    device = climate(**MODE, **TARGET, fan_mode_state_topic="t/fan", action_topic="t/action")
    device.refuses(topic, payload, key)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"preset_modes": ["eco"]}, "preset_modes"),
        ({"preset_mode_command_topic": "p"}, "preset_mode_command_topic"),
        ({"preset_mode_command_topic": "p", "preset_modes": ["none"]}, "preset_modes"),
        ({"min_humidity": 50, "max_humidity": 40}, "max_humidity"),
        ({"target_humidity_state_topic": "h"}, "target_humidity_state_topic"),
        ({"min_temp": 30, "max_temp": 20}, "max_temp"),
        ({"min_temp": "cold"}, "min_temp"),
        ({"temperature_unit": "K"}, "temperature_unit"),
        ({**TARGET, "temperature_command_template": "{{"}, "temperature_command_template"),
        ({**TARGET, "temperature_state_template": "{{"}, "temperature_state_template"),
        ({**MODE, "mode_command_topic": "#"}, "mode_command_topic"),
    ],
)
def test_a_bad_config_is_refused_by_key(values: dict[str, Any], key: str) -> None:
    assert refusal(describe, values) == key


@given(temperature=st.floats(7, 35))
def test_the_temperature_is_read_back(temperature: float) -> None:
    device = climate(**TARGET)
    ((_, payload),) = device.send("set_temperature", temperature=temperature)
    device.hear("t/target", payload)
    assert device.attributes == {"temperature": temperature}
