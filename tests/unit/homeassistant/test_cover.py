from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter_homeassistant.components.cover import describe


def cover(**values: Any) -> Bench:
    return bench(describe, values)


POSITION = {"set_position_topic": "c/to", "position_topic": "c/at"}
TILT = {"tilt_command_topic": "c/tilt", "tilt_status_topic": "c/tilted"}


def test_opening_closing_stopping() -> None:
    device = cover(command_topic="c/set", payload_close="DOWN")
    assert device.send("open") == [("c/set", "OPEN")]
    assert device.send("close") == [("c/set", "DOWN")]
    assert device.send("stop") == [("c/set", "STOP")]


def test_a_payload_of_null_takes_the_service_away() -> None:
    assert list(cover(command_topic="c/set", payload_stop=None).services) == ["open", "close"]


@pytest.mark.parametrize(
    ("ends", "percentage", "payload"),
    [
        ({}, 30, "30"),
        ({"position_open": 255}, 50, "128"),
        ({"position_open": 0, "position_closed": 100}, 30, "70"),
        ({"position_open": 10, "position_closed": 5}, 50, "8"),
    ],
)
def test_positions_are_scaled(ends: dict[str, int], percentage: int, payload: str) -> None:
    assert cover(**POSITION, **ends).send("set_position", position=percentage) == [
        ("c/to", payload)
    ]


def test_the_position_template_sees_the_percentage_and_the_ends() -> None:
    template = '{"position": {{ position }}, "raw": {{ value }}, "of": {{ position_open }}}'
    device = cover(**POSITION, position_open=200, set_position_template=template)
    assert device.send("set_position", position=50) == [
        ("c/to", '{"position": 50, "raw": 100, "of": 200}')
    ]


def test_without_a_command_topic_positions_open_and_close() -> None:
    device = cover(**POSITION)
    assert device.send("open") == [("c/to", "100")]
    assert device.send("close") == [("c/to", "0")]
    assert "stop" not in device.services


def test_tilting() -> None:
    device = cover(**TILT, tilt_max=90, tilt_opened_value=80, tilt_closed_value=10)
    assert device.send("set_tilt_position", tilt_position=50) == [("c/tilt", "45")]
    assert device.send("open_tilt") == [("c/tilt", "80")]
    assert device.send("close_tilt") == [("c/tilt", "10")]


def test_the_tilt_template_sees_the_percentage() -> None:
    template = "{{ tilt_position }}/{{ value }}/{{ tilt_max }}"
    device = cover(**TILT, tilt_max=200, tilt_command_template=template)
    assert device.send("set_tilt_position", tilt_position=25) == [("c/tilt", "25/50/200")]


def test_the_device_class_and_what_can_be_confirmed() -> None:
    device = cover(command_topic="c/set", device_class="garage")
    assert device.described.device_class == "garage"
    assert not device.described.confirmable
    assert cover(**POSITION).described.confirmable
    assert not cover(**POSITION, optimistic=True).described.confirmable


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"set_position_topic": "a"}, "set_position_topic"),
        ({"value_template": "{{ value }}"}, "value_template"),
        ({"position_template": "{{ value }}"}, "position_template"),
        ({"set_position_template": "{{ value }}"}, "set_position_template"),
        ({"tilt_command_template": "{{ value }}"}, "tilt_command_template"),
        ({"tilt_status_template": "{{ value }}"}, "tilt_status_template"),
        ({**POSITION, "set_position_template": "{{"}, "set_position_template"),
        ({**POSITION, "position_closed": 100}, "position_open"),
        ({**TILT, "tilt_max": "wide"}, "tilt_max"),
        ({"command_topic": "#"}, "command_topic"),
    ],
)
def test_a_bad_config_is_refused_by_key(values: dict[str, Any], key: str) -> None:
    assert refusal(describe, values) == key


@given(
    percentage=st.integers(0, 100),
    closed=st.integers(-50, 50),
    span=st.integers(100, 500),
    inverted=st.booleans(),
)
def test_what_the_device_applies_is_read_back(
    percentage: int, closed: int, span: int, *, inverted: bool
) -> None:
    ends = (closed + span, closed) if inverted else (closed, closed + span)
    device = cover(**POSITION, position_closed=ends[0], position_open=ends[1])
    ((_, payload),) = device.send("set_position", position=percentage)
    device.hear("c/at", payload)
    assert abs(device.attributes["position"] - percentage) <= 1
    assert device.value == ("open" if device.attributes["position"] else "closed")


@given(percentage=st.integers(0, 100), span=st.integers(100, 500))
def test_the_tilt_is_read_back(percentage: int, span: int) -> None:
    device = cover(**TILT, tilt_min=0, tilt_max=span)
    ((_, payload),) = device.send("set_tilt_position", tilt_position=percentage)
    device.hear("c/tilted", payload)
    assert abs(device.attributes["tilt_position"] - percentage) <= 1
