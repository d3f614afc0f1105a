"""The demo home as a whole: what it announces."""

from __future__ import annotations

import json
from typing import Any

from tools.demo import home


def _announcements() -> dict[str, dict[str, Any]]:
    nodes = home.nodes("homeassistant")
    return {
        topic: dict(config)
        for node in nodes
        for device in node.devices
        for topic, config in device.announcements().items()
    }


def _components() -> list[str]:
    found = []
    for topic, config in _announcements().items():
        component = topic.split("/")[0]
        if component == "device":
            found += [part["p"] for part in config["cmps"].values()]
        else:
            found.append(component)
    return found


def test_it_has_every_kind_of_device() -> None:
    assert set(_components()) >= {
        *("alarm_control_panel", "binary_sensor", "button", "climate", "cover", "fan"),
        *("humidifier", "light", "lock", "number", "scene", "select", "sensor", "siren"),
        *("switch", "vacuum", "valve"),
    }


def test_lights_come_in_all_three_schemas() -> None:
    lights = [config for topic, config in _announcements().items() if topic.startswith("light/")]
    assert {light.get("schema", "default") for light in lights} == {"default", "json", "template"}


def test_what_is_retained_fits_the_embedded_broker() -> None:
    # It sends at most 100 retained messages at once to a QoS 1 subscriber.
    nodes = home.nodes("homeassistant")
    devices = [device for node in nodes for device in node.devices]
    retained = len(nodes) + sum(
        len(device.announcements()) + len(device.states()) for device in devices
    )
    assert retained < 90


def test_unique_ids_are_unique() -> None:
    found = [
        part.get("unique_id") or part.get("uniq_id")
        for config in _announcements().values()
        for part in config.get("cmps", {"": config}).values()
    ]
    assert None not in found
    assert len(set(found)) == len(found)


def test_every_announcement_is_json_with_a_way_to_tell_availability() -> None:
    for topic, config in _announcements().items():
        assert json.loads(json.dumps(config)) == config
        assert {"availability", "availability_topic", "avty_t"} & set(config), topic
