from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter_homeassistant.components.valve import describe


def valve(**values: Any) -> Bench:
    return bench(describe, {"command_topic": "v/set", "state_topic": "v", **values})


def test_opening_and_closing() -> None:
    device = valve(payload_stop="HALT")
    assert device.send("open") == [("v/set", "OPEN")]
    assert device.send("close") == [("v/set", "CLOSE")]
    assert device.send("stop") == [("v/set", "HALT")]


def test_stopping_needs_a_payload_and_null_takes_a_service_away() -> None:
    assert list(valve(payload_close=None).services) == ["open"]
    assert valve(command_topic=None).services == {}


def test_a_positioned_valve_opens_by_position() -> None:
    template = '{"to": {{ value }}, "percent": {{ position | default("-") }}}'
    device = valve(reports_position=True, position_open=200, command_template=template)
    assert device.send("open") == [("v/set", '{"to": 200, "percent": 100}')]
    assert device.send("close") == [("v/set", '{"to": 0, "percent": 0}')]
    assert device.send("set_position", position=30) == [("v/set", '{"to": 60, "percent": 30}')]


def test_states() -> None:
    device = valve(state_open="OPENED")
    for payload, value in (
        ("OPENED", "open"),
        ("closed", "closed"),
        ("opening", "opening"),
        ('{"state": "closing"}', "closing"),
        ("None", "unknown"),
    ):
        device.hear("v", payload)
        assert device.value == value
    device.refuses("v", "leaking", "state")
    device.refuses("v", '{"position": 3}', "state")


def test_positions_and_movements() -> None:
    device = valve(reports_position=True)
    device.hear("v", "40")
    assert (device.value, device.attributes) == ("open", {"position": 40})
    device.hear("v", "opening")
    assert (device.value, device.attributes) == ("opening", {"position": 40})
    device.hear("v", "70")
    assert (device.value, device.attributes) == ("opening", {"position": 70})
    device.hear("v", "100")
    assert (device.value, device.attributes) == ("open", {"position": 100})
    device.hear("v", '{"state": "closing", "position": 20}')
    assert (device.value, device.attributes) == ("closing", {"position": 20})
    device.hear("v", '{"position": 0}')
    assert (device.value, device.attributes) == ("closed", {"position": 0})
    device.hear("v", "None")
    assert (device.value, device.attributes) == ("unknown", {"position": None})
    device.refuses("v", "wide", "position")
    device.refuses("v", '{"state": "open"}', "position")


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"reports_position": True, "payload_open": "OPEN"}, "payload_open"),
        ({"reports_position": True, "state_closed": "closed"}, "state_closed"),
        ({"position_open": 5, "position_closed": 5}, "position_open"),
        ({"command_template": "{{"}, "command_template"),
        ({"state_topic": "a#"}, "state_topic"),
    ],
)
def test_a_bad_config_is_refused_by_key(values: dict[str, Any], key: str) -> None:
    assert refusal(describe, {"command_topic": "v/set", **values}) == key


@given(percentage=st.integers(0, 100), span=st.integers(100, 500), inverted=st.booleans())
def test_what_the_device_applies_is_read_back(
    percentage: int, span: int, *, inverted: bool
) -> None:
    ends = (span, 0) if inverted else (0, span)
    device = valve(reports_position=True, position_closed=ends[0], position_open=ends[1])
    ((_, payload),) = device.send("set_position", position=percentage)
    device.hear("v", payload)
    assert abs(device.attributes["position"] - percentage) <= 1
