from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter_homeassistant.components.water_heater import describe

TOPICS = {
    "mode_command_topic": "w/mode",
    "mode_state_topic": "w/mode/is",
    "temperature_command_topic": "w/to",
    "temperature_state_topic": "w/target",
}


def heater(**values: Any) -> Bench:
    return bench(describe, {**TOPICS, **values})


def test_commands() -> None:
    device = heater(power_command_topic="w/power", power_command_template="P{{ value }}")
    assert device.send("turn_on") == [("w/power", "PON")]
    assert device.send("turn_off") == [("w/power", "POFF")]
    assert device.send("set_temperature", temperature=50) == [("w/to", "50.0")]
    assert device.send("set_operation_mode", operation_mode="eco") == [("w/mode", "eco")]


def test_without_a_power_topic_it_can_not_be_switched() -> None:
    assert list(heater().services) == ["set_temperature", "set_operation_mode"]


def test_reading() -> None:
    device = heater(current_temperature_topic="w/now")
    device.hear("w/mode/is", "heat_pump")
    device.hear("w/target", "55")
    device.hear("w/now", "48.5")
    assert device.value == "heat_pump"
    assert device.attributes == {"temperature": 55.0, "current_temperature": 48.5}
    device.hear("w/mode/is", "None")
    assert device.value == "unknown"
    device.refuses("w/mode/is", "sauna", "state")
    device.refuses("w/now", "hot", "current_temperature")


def test_the_default_range_is_110_to_140_fahrenheit() -> None:
    options = heater(temperature_unit="F").described.options
    assert (options["min_temp"], options["max_temp"]) == pytest.approx((110, 140))
    options = heater().described.options
    assert (options["min_temp"], options["max_temp"]) == pytest.approx((43.33, 60), abs=0.01)


def test_a_bad_template_is_refused_by_key() -> None:
    key = "mode_command_template"
    assert refusal(describe, {**TOPICS, key: "{{"}) == key


@given(temperature=st.floats(44, 60))
def test_the_temperature_is_read_back(temperature: float) -> None:
    device = heater()
    ((_, payload),) = device.send("set_temperature", temperature=temperature)
    device.hear("w/target", payload)
    assert device.attributes == {"temperature": temperature}
