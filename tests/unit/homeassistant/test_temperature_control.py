from __future__ import annotations

from typing import Any

import pytest

from lamplighter.catalogue.entity import Number
from lamplighter.plugin import Message
from lamplighter_homeassistant.components.temperature_control import (
    power,
    readers,
    set_temperature,
    temperature_number,
    temperature_unit,
    temperatures,
)
from lamplighter_homeassistant.keys import DiscoveryConfig


def config(**values: Any) -> DiscoveryConfig:
    return DiscoveryConfig("d", values, "climate")


def test_each_temperature_goes_to_its_own_topic() -> None:
    command = set_temperature(
        config(temperature_command_topic="t", temperature_high_command_topic="h")
    )
    sent = command({"temperature": 20, "target_temp_low": 18, "target_temp_high": 22.5})
    assert [(one.topic, one.payload) for one in sent] == [("t", b"20.0"), ("h", b"22.5")]


def test_power_needs_a_topic() -> None:
    assert power(config()) == {}
    (message,) = power(config(power_command_topic="p", payload_on="yes"))["turn_on"]({})
    assert (message.topic, message.payload) == ("p", b"yes")


def test_the_general_template_is_used_where_there_is_no_other() -> None:
    reads = readers(
        config(current_temperature_topic="t", value_template="{{ value_json.now }}"),
        temperatures(),
    )
    (read,) = reads["t"]
    reading = read(Message("t", b'{"now": 20.5}'))
    assert reading is not None
    assert reading.attributes == {"current_temperature": 20.5}


@pytest.mark.parametrize(("unit", "shown"), [("C", "°C"), ("°F", "°F"), ("F", "°F"), (None, "°C")])
def test_units(unit: str | None, shown: str) -> None:
    assert temperature_unit(config(temperature_unit=unit)) == shown


def test_default_ranges_are_converted_to_the_unit() -> None:
    assert temperature_number(config(temperature_unit="F"), (0, 100)) == Number(32, 212, 0, "°F")
