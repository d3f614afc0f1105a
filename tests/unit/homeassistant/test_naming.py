from __future__ import annotations

from typing import Any

import pytest

from lamplighter.catalogue.entity import Device
from lamplighter.errors import PayloadError
from lamplighter_homeassistant.keys import DiscoveryConfig
from lamplighter_homeassistant.naming import (
    class_name,
    device_of,
    entity_id,
    fingerprint,
    full_name,
)

BOX = Device("d", "Box")


def config(**values: Any) -> DiscoveryConfig:
    return DiscoveryConfig("t", values, "sensor")


@pytest.mark.parametrize(
    ("values", "device", "expected"),
    [
        ({"name": "Power"}, BOX, "Box Power"),
        ({"name": None}, BOX, "Box"),
        ({"name": ""}, BOX, "Box"),
        ({}, BOX, "Box"),
        ({"device_class": "pm25"}, BOX, "Box PM2.5"),
        ({"device_class": "signal_strength"}, BOX, "Box Signal strength"),
        ({"name": None, "device_class": "power"}, BOX, "Box"),
        ({"name": "Box power"}, BOX, "Box power"),
        ({"name": "BOX"}, BOX, "Box"),
        ({"name": "Boxer"}, BOX, "Box Boxer"),
        ({"name": "Power"}, None, "Power"),
        ({"name": 5}, None, "5"),
        ({}, None, "the object"),
        ({"name": None}, None, "the object"),
        ({"device_class": "power"}, Device("d", ""), "Power"),
    ],
)
def test_names(values: dict[str, Any], device: Device | None, expected: str) -> None:
    assert full_name(config(**values), device, "the_object") == expected


def test_a_device_class_has_a_name_to_say() -> None:
    assert class_name("co") == "Carbon monoxide"
    assert class_name("volatile_organic_compounds") == "Volatile organic compounds"


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        ({"default_entity_id": "sensor.wanted", "object_id": "old"}, "Name", "sensor.wanted"),
        ({"default_entity_id": "wanted"}, "Name", "sensor.wanted"),
        ({"object_id": "Old One"}, "Name", "sensor.old_one"),
        ({}, "Küche Licht", "sensor.kuche_licht"),
        ({}, "灯", "sensor.u_1"),
    ],
)
def test_entity_ids(values: dict[str, Any], name: str, expected: str) -> None:
    assert entity_id(config(**values), name, "u-1") == expected


def test_an_id_of_nothing_that_can_be_written_is_a_fingerprint() -> None:
    assert entity_id(config(), "灯", "灯") == f"sensor.{fingerprint('灯')}"
    assert len(fingerprint("\ud800")) == 6
    assert fingerprint("a") != fingerprint("b")


def test_a_device_with_all_it_may_say() -> None:
    found = device_of(
        config(
            device={
                "identifiers": ["one", 2],
                "connections": [["mac", "00:11"]],
                "name": " Box ",
                "manufacturer": "M",
                "model": 7,
                "suggested_area": "Kitchen",
            }
        )
    )
    assert found == Device("one", "Box", "M", "7", "Kitchen")


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        ({"identifiers": "one"}, "one"),
        ({"connections": [["mac", "00:11"]]}, "mac:00:11"),
        ({"identifiers": 5, "name": None}, "5"),
    ],
)
def test_what_identifies_a_device(device: dict[str, Any], expected: str) -> None:
    found = device_of(config(device=device))
    assert found is not None
    assert (found.id, found.name, found.suggested_area) == (expected, "", None)


def test_a_config_may_name_no_device() -> None:
    assert device_of(config()) is None
    assert device_of(config(device=None)) is None


@pytest.mark.parametrize(
    ("device", "key"),
    [
        ("box", "device"),
        ({}, "device"),
        ({"name": "Box", "identifiers": []}, "device"),
        ({"identifiers": [["nested"]]}, "device.identifiers"),
        ({"connections": "mac"}, "device.connections"),
        ({"connections": [["mac"]]}, "device.connections"),
        ({"identifiers": "d", "name": ["n"]}, "name"),
    ],
)
def test_bad_devices_are_refused_by_key(device: Any, key: str) -> None:
    with pytest.raises(PayloadError) as caught:
        device_of(config(device=device))
    assert caught.value.key == key
