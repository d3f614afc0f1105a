from __future__ import annotations

from typing import Any

import pytest
from tests.unit.homeassistant.bench import Bench, bench

from lamplighter_homeassistant.components.cover import describe


def cover(**values: Any) -> Bench:
    return bench(describe, {"state_topic": "c", **values})


@pytest.mark.parametrize("state", ["open", "opening", "closed", "closing"])
def test_states(state: str) -> None:
    device = cover(**{f"state_{state}": state.upper()})
    device.hear("c", state.upper())
    assert device.value == state


def test_none_is_unknown_and_anything_else_is_refused() -> None:
    device = cover()
    device.hear("c", "None")
    assert device.value == "unknown"
    device.refuses("c", "ajar", "state")


def test_stopped_is_read_by_the_position_where_there_is_one() -> None:
    device = cover(position_topic="c/at")
    device.hear("c", "stopped")
    assert device.value == "open"
    device.hear("c/at", "0")
    assert device.value == "open"
    device.hear("c", "stopped")
    assert device.value == "closed"


def test_stopped_is_read_by_the_last_movement_otherwise() -> None:
    device = cover(state_stopped="STOP")
    device.hear("c", "closing")
    device.hear("c", "STOP")
    assert device.value == "closed"
    device.hear("c", "opening")
    device.hear("c", "STOP")
    assert device.value == "open"


def test_one_json_topic_for_state_and_position() -> None:
    device = cover(
        state_open="OPEN",
        state_closed="CLOSE",
        state_stopped="STOP",
        value_template="{{ value_json.state }}",
        position_topic="c",
        position_template="{{ value_json.position }}",
    )
    device.hear("c", '{"state":"STOP","position":40}')
    assert (device.value, device.attributes) == ("open", {"position": 40})
    device.hear("c", '{"position":0}')
    assert (device.value, device.attributes) == ("open", {"position": 0})
    device.hear("c", '{"state":"CLOSE"}')
    assert device.value == "closed"


def test_without_a_state_topic_the_position_is_the_state() -> None:
    device = cover(state_topic=None, position_topic="c/at", position_closed=100, position_open=0)
    device.hear("c/at", "25")
    assert (device.value, device.attributes) == ("open", {"position": 75})
    device.hear("c/at", "120")
    assert (device.value, device.attributes) == ("closed", {"position": 0})


def test_a_template_may_give_position_and_tilt() -> None:
    template = '{"position": {{ value }}, "tilt_position": {{ position_open - 10 }}}'
    device = cover(position_topic="c/at", position_template=template)
    device.hear("c/at", "20")
    assert device.attributes == {"position": 20, "tilt_position": 90}


def test_tilt() -> None:
    device = cover(tilt_status_topic="c/tilt", tilt_min=100, tilt_max=0)
    device.hear("c/tilt", "25.4")
    assert device.attributes == {"tilt_position": 75}
    device.hear("c/tilt", "None")
    assert device.attributes == {"tilt_position": 75}
    device.refuses("c/tilt", "130", "tilt_position")
    device.refuses("c/tilt", "flat", "tilt_position")


@pytest.mark.parametrize(
    "payload", ["half", '{"at": 3}', '{"position": null}', '{"position": "x"}']
)
def test_a_bad_position_is_named(payload: str) -> None:
    cover(position_topic="c/at").refuses("c/at", payload, "position")


def test_none_says_nothing_of_the_position() -> None:
    device = cover(position_topic="c/at")
    device.hear("c/at", "None")
    assert device.attributes == {}
