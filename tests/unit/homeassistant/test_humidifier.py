from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter_homeassistant.components.humidifier import describe

TOPICS = {
    "command_topic": "h/set",
    "state_topic": "h",
    "target_humidity_command_topic": "h/to",
    "target_humidity_state_topic": "h/target",
}
MODES = {"mode_command_topic": "h/mode", "mode_state_topic": "h/mode/is", "modes": ["eco", "boost"]}


def humidifier(**values: Any) -> Bench:
    return bench(describe, {**TOPICS, **values})


def test_commands() -> None:
    device = humidifier(**MODES)
    assert device.send("turn_on") == [("h/set", "ON")]
    assert device.send("turn_off") == [("h/set", "OFF")]
    assert device.send("set_humidity", humidity=45.0) == [("h/to", "45")]
    assert device.send("set_mode", mode="eco") == [("h/mode", "eco")]


def test_templates() -> None:
    device = humidifier(
        command_template='{"on": "{{ value }}"}',
        target_humidity_command_template='{"to": {{ value }}}',
    )
    assert device.send("turn_on") == [("h/set", '{"on": "ON"}')]
    assert device.send("set_humidity", humidity=45) == [("h/to", '{"to": 45}')]


def test_without_modes_there_is_no_service_for_them() -> None:
    assert "set_mode" not in humidifier().services


def test_reading() -> None:
    device = humidifier(
        **MODES, current_humidity_topic="h/now", action_topic="h/action", min_humidity=20
    )
    device.hear("h", "ON")
    device.hear("h/target", "44.6")
    device.hear("h/now", "38")
    device.hear("h/mode/is", "eco")
    device.hear("h/action", "humidifying")
    device.hear("h/action", "None")
    assert device.value == "on"
    assert device.attributes == {
        "humidity": 45,
        "current_humidity": 38,
        "mode": "eco",
        "action": "humidifying",
    }
    for topic in ("h/target", "h/now", "h/mode/is"):
        device.hear(topic, "None")
    assert device.attributes["humidity"] is None
    assert device.attributes["mode"] is None


@pytest.mark.parametrize(
    ("topic", "payload", "key"),
    [
        ("h", "damp", "state"),
        ("h/target", "10", "humidity"),
        ("h/target", "wet", "humidity"),
        ("h/now", "101", "current_humidity"),
        ("h/mode/is", "turbo", "mode"),
        ("h/action", "dancing", "action"),
    ],
)
def test_a_bad_value_is_named(topic: str, payload: str, key: str) -> None:
    device = humidifier(
        **MODES, current_humidity_topic="h/now", action_topic="h/action", min_humidity=20
    )
    device.refuses(topic, payload, key)


def test_device_classes() -> None:
    assert humidifier().described.device_class == "humidifier"
    assert humidifier(device_class="dehumidifier").described.device_class == "dehumidifier"
    assert humidifier(device_class=None).described.device_class is None


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"command_topic": None}, "command_topic"),
        ({"target_humidity_command_topic": None}, "target_humidity_command_topic"),
        ({"min_humidity": 60, "max_humidity": 50}, "max_humidity"),
        ({"max_humidity": 120}, "max_humidity"),
        ({"modes": ["eco"]}, "modes"),
        ({"mode_command_topic": "m"}, "mode_command_topic"),
        ({"mode_command_topic": "m", "modes": ["None"]}, "modes"),
        ({"device_class": "kettle"}, "device_class"),
        ({"target_humidity_command_template": "{{"}, "target_humidity_command_template"),
    ],
)
def test_a_bad_config_is_refused_by_key(values: dict[str, Any], key: str) -> None:
    assert refusal(describe, {**TOPICS, **values}) == key


@given(humidity=st.integers(0, 100))
def test_the_target_is_read_back(humidity: int) -> None:
    device = humidifier()
    ((_, payload),) = device.send("set_humidity", humidity=humidity)
    device.hear("h/target", payload)
    assert device.attributes == {"humidity": humidity}
