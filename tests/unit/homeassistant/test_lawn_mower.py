from __future__ import annotations

from typing import Any

import pytest
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter_homeassistant.components.lawn_mower import describe


def mower(**values: Any) -> Bench:
    return bench(describe, {"activity_state_topic": "m", **values})


def test_each_service_has_its_topic_and_template() -> None:
    device = mower(
        start_mowing_command_topic="m/go",
        pause_command_topic="m/pause",
        pause_command_template='{"do": "{{ value }}"}',
    )
    assert device.send("start_mowing") == [("m/go", "start_mowing")]
    assert device.send("pause") == [("m/pause", '{"do": "pause"}')]
    assert "dock" not in device.services
    assert mower(dock_command_topic="m/dock").send("dock") == [("m/dock", "dock")]


@pytest.mark.parametrize("activity", ["mowing", "paused", "docked", "returning", "error"])
def test_activities(activity: str) -> None:
    device = mower(activity_value_template="{{ value_json.now }}")
    device.hear("m", f'{{"now": "{activity}"}}')
    assert device.value == activity


def test_none_nothing_and_nonsense() -> None:
    device = mower()
    device.hear("m", "")
    assert device.value is None
    device.hear("m", "NONE")
    assert device.value == "unknown"
    device.refuses("m", "flying", "state")


def test_a_bad_config_is_refused_by_key() -> None:
    bad = {"dock_command_topic": "m", "dock_command_template": "{{"}
    assert refusal(describe, bad) == "dock_command_template"
    assert refusal(describe, {"pause_command_topic": "#"}) == "pause_command_topic"


@pytest.mark.parametrize(
    ("service", "activity"),
    [("start_mowing", "mowing"), ("pause", "paused"), ("dock", "docked")],
)
def test_what_the_device_applies_is_read_back(service: str, activity: str) -> None:
    device = mower(**{f"{service}_command_topic": "m/set"})
    ((_, payload),) = device.send(service)
    device.hear("m", {"start_mowing": "mowing", "pause": "paused", "dock": "docked"}[payload])
    assert device.value == activity
    assert device.described.confirmable
