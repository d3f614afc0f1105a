"""The components that only tell: sensor, binary sensor, event, device tracker."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.homeassistant.bench import bench, refusal

from lamplighter.errors import PayloadError
from lamplighter.plugin import Message
from lamplighter_homeassistant.components import binary_sensor, device_tracker, event, sensor

EVENT = {"state_topic": "s", "event_types": ["press", "hold"]}


@pytest.mark.parametrize(
    ("payload", "expected"), [("5", "5"), ("None", "unknown"), ("", None), (" x ", " x ")]
)
def test_a_sensor_tells_its_payload(payload: str, expected: str | None) -> None:
    told = bench(sensor.describe, {"state_topic": "s"})
    told.hear("s", payload)
    assert told.value == expected


def test_a_sensor_of_options_takes_no_other() -> None:
    told = bench(
        sensor.describe, {"state_topic": "s", "device_class": "enum", "options": ["a", "b"]}
    )
    told.hear("s", "a")
    told.hear("s", "c")
    assert told.value == "a"
    assert told.described.options["options"] == ("a", "b")


def test_what_a_sensor_is() -> None:
    described = bench(
        sensor.describe,
        {
            "state_topic": "s",
            "unit_of_measurement": " W ",
            "device_class": "power",
            "state_class": "measurement",
            "expire_after": 30,
        },
    ).described
    assert (described.unit, described.device_class, described.expire_after) == ("W", "power", 30)
    assert described.options == {"state_class": "measurement"}
    never = bench(sensor.describe, {"state_topic": "s", "expire_after": 0}).described
    assert never.expire_after is None


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({}, "state_topic"),
        ({"state_topic": "s", "options": []}, "options"),
        ({"state_topic": "s", "options": ["a"]}, "options"),
        (
            {"state_topic": "s", "device_class": "enum", "options": ["a"], "state_class": "x"},
            "options",
        ),
        ({"state_topic": "s", "expire_after": -5}, "expire_after"),
        ({"state_topic": "s", "last_reset_value_template": "{{"}, "last_reset_value_template"),
    ],
)
def test_bad_sensors(values: dict[str, Any], key: str) -> None:
    assert refusal(sensor.describe, values) == key


@pytest.mark.parametrize(
    ("payload", "expected"), [("ON", "on"), ("OFF", "off"), ("None", "unknown"), ("on", None)]
)
def test_a_binary_sensor_knows_its_words(payload: str, expected: str | None) -> None:
    told = bench(binary_sensor.describe, {"state_topic": "s"})
    told.hear("s", payload)
    assert told.value == expected


def test_a_binary_sensor_of_other_words() -> None:
    told = bench(
        binary_sensor.describe,
        {"state_topic": "s", "payload_on": True, "payload_off": False, "off_delay": 3},
    )
    told.hear("s", "True")
    assert (told.value, told.described.off_delay) == ("on", 3)
    assert refusal(binary_sensor.describe, {"state_topic": "s", "off_delay": -1}) == "off_delay"


def test_an_event_tells_its_type_and_facts() -> None:
    told = bench(event.describe, EVENT)
    told.hear("s", '{"event_type": "hold", "duration": 5}')
    assert (told.value, told.attributes) == ("hold", {"duration": 5})


@pytest.mark.parametrize("payload", ["", "None", "{}"])
def test_an_empty_event_is_none(payload: str) -> None:
    told = bench(event.describe, EVENT)
    told.hear("s", payload)
    assert told.value is None


def test_a_retained_event_does_not_happen_now() -> None:
    (read,) = bench(event.describe, EVENT).described.reads["s"]
    assert read(Message("s", b'{"event_type": "press"}', retain=True)) is None


@pytest.mark.parametrize("payload", ["press", "[]", '{"type": "press"}', '{"event_type": "x"}'])
def test_a_bad_event_is_refused(payload: str) -> None:
    with pytest.raises(PayloadError):
        bench(event.describe, EVENT).hear("s", payload)
    assert refusal(event.describe, {"state_topic": "s"}) == "event_types"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("home", "home"),
        ("not_home", "not_home"),
        ("None", "unknown"),
        ("Office", "Office"),
        (" ", None),
    ],
)
def test_a_tracker_tells_where_it_is(payload: str, expected: str | None) -> None:
    told = bench(device_tracker.describe, {"state_topic": "s"})
    told.hear("s", payload)
    assert told.value == expected


def test_a_tracker_needs_a_topic() -> None:
    assert refusal(device_tracker.describe, {}) == "state_topic"
    assert not bench(device_tracker.describe, {"json_attributes_topic": "a"}).described.reads
