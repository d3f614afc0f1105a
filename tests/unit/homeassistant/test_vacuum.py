from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.homeassistant.bench import Bench, bench, refusal

from lamplighter.errors import ServiceError
from lamplighter_homeassistant.components.vacuum import describe

ALL = [
    "start",
    "pause",
    "stop",
    "return_home",
    "clean_spot",
    "locate",
    "fan_speed",
    "send_command",
]


def vacuum(**values: Any) -> Bench:
    return bench(describe, {"command_topic": "r/set", "state_topic": "r", **values})


def test_default_features() -> None:
    assert list(vacuum().services) == ["start", "stop", "return_to_base", "clean_spot"]


def test_commands() -> None:
    device = vacuum(
        supported_features=ALL,
        payload_return_to_base="home",
        set_fan_speed_topic="r/speed",
        fan_speed_list=["quiet", "max"],
        send_command_topic="r/do",
    )
    for service in ("start", "pause", "stop", "clean_spot", "locate"):
        assert device.send(service) == [("r/set", service)]
    assert device.send("return_to_base") == [("r/set", "home")]
    assert device.send("set_fan_speed", fan_speed="max") == [("r/speed", "max")]
    assert device.send("send_command", command="sing") == [("r/do", "sing")]
    assert device.send("send_command", command="goto", params='{"x": 1}') == [
        ("r/do", '{"command":"goto","x":1}')
    ]


@pytest.mark.parametrize("params", ["[1]", "x", "{'a': 1}"])
def test_command_parameters_must_be_a_json_object(params: str) -> None:
    device = vacuum(supported_features=ALL, send_command_topic="r/do")
    with pytest.raises(ServiceError, match="not a JSON object"):
        device.send("send_command", command="goto", params=params)


def test_services_need_their_topics() -> None:
    assert vacuum(command_topic=None, supported_features=ALL).services == {}


def test_reading() -> None:
    device = vacuum()
    device.hear("r", '{"state": "cleaning", "battery_level": 61, "fan_speed": "max", "x": 1}')
    assert device.value == "cleaning"
    assert device.attributes == {"battery_level": 61, "fan_speed": "max"}
    device.hear("r", '{"battery_level": 60}')
    assert device.value == "cleaning"
    device.hear("r", '{"state": null}')
    assert device.value == "unknown"


@pytest.mark.parametrize(
    ("payload", "key"),
    [("cleaning", ""), ('{"state": "dancing"}', "state"), ('{"state": []}', "state")],
)
def test_a_bad_value_is_named(payload: str, key: str) -> None:
    vacuum().refuses("r", payload, key)


def test_a_bad_config_is_refused_by_key() -> None:
    assert refusal(describe, {"supported_features": ["fly"]}) == "supported_features"
    assert refusal(describe, {"command_topic": "a/+"}) == "command_topic"


@pytest.mark.parametrize(
    ("service", "state"), [("start", "cleaning"), ("stop", "idle"), ("return_to_base", "returning")]
)
def test_what_the_device_applies_is_read_back(service: str, state: str) -> None:
    device = vacuum()
    ((_, payload),) = device.send(service)
    applied = {"start": "cleaning", "stop": "idle", "return_to_base": "returning"}[payload]
    device.hear("r", json.dumps({"state": applied}))
    assert device.value == state
