from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter_homeassistant.components.siren import describe


def siren(**values: Any) -> Bench:
    return bench(describe, {"command_topic": "s/set", "state_topic": "s", **values})


def test_payloads_are_json() -> None:
    device = siren(available_tones=["ping", 7])
    assert device.send("turn_on") == [("s/set", '{"state":"ON"}')]
    assert device.send("turn_off") == [("s/set", '{"state":"OFF"}')]
    assert device.send("turn_on", tone="ping", duration=10.0, volume_level=1) == [
        ("s/set", '{"state":"ON","tone":"ping","duration":10,"volume_level":1.0}')
    ]
    assert device.send("turn_on", tone="7") == [("s/set", '{"state":"ON","tone":7}')]


def test_unsupported_parameters_are_not_offered() -> None:
    device = siren(support_duration=False, support_volume_set=False)
    assert device.services == {"turn_on": [], "turn_off": []}


def test_templates() -> None:
    device = siren(command_template="{{ value }} {{ tone | default('-') }} {{ state }}")
    assert device.send("turn_on") == [("s/set", "ON - ON")]
    assert device.send("turn_off") == [("s/set", "OFF - OFF")]
    device = siren(command_template="CMD {{ value }}", command_off_template="silence")
    assert device.send("turn_off") == [("s/set", "silence")]


@pytest.mark.parametrize("template", ["{{ '' }}", "None"])
def test_a_template_that_renders_to_nothing_sends_nothing(template: str) -> None:
    assert siren(command_off_template=template).send("turn_off") == []


def test_reading() -> None:
    device = siren(available_tones=["ping"], state_on="loud")
    device.hear("s", "loud")
    assert device.value == "on"
    device.hear("s", '{"state": "OFF", "tone": "ping", "volume_level": 0.5, "duration": 3}')
    assert device.value == "off"
    assert device.attributes == {"tone": "ping", "volume_level": 0.5, "duration": 3.0}
    device.hear("s", "{}")
    device.hear("s", '{"duration": 5}')
    assert (device.value, device.attributes["duration"]) == ("off", 5.0)
    device.hear("s", "None")
    assert device.value == "unknown"


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        ("screaming", ""),
        ('{"state": "screaming"}', "state"),
        ('{"tone": "pong"}', "tone"),
        ('{"volume_level": "loud"}', "volume_level"),
    ],
)
def test_a_bad_value_is_named(payload: str, key: str) -> None:
    siren(available_tones=["ping"]).refuses("s", payload, key)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"command_topic": None}, "command_topic"),
        ({"command_template": "{{"}, "command_template"),
        ({"command_off_template": "{{"}, "command_off_template"),
        ({"state_value_template": "{{"}, "state_value_template"),
        ({"available_tones": [{}]}, "available_tones"),
    ],
)
def test_a_bad_config_is_refused_by_key(values: dict[str, Any], key: str) -> None:
    assert refusal(describe, {"command_topic": "s/set", "state_topic": "s", **values}) == key


@given(duration=st.integers(0, 86_400), volume=st.floats(0, 1))
def test_what_the_device_applies_is_read_back(duration: int, volume: float) -> None:
    device = siren()
    ((_, payload),) = device.send("turn_on", duration=duration, volume_level=volume)
    device.hear("s", payload)
    assert device.value == "on"
    assert device.attributes == {"duration": duration, "volume_level": volume}
