"""Names and identifiers of devices and entities, by Home Assistant's rules."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from lamplighter.catalogue.entity import Device
from lamplighter.errors import PayloadError
from lamplighter_homeassistant.keys import DiscoveryConfig
from lamplighter_homeassistant.slug import slugify

_CLASS_NAMES = {
    "aqi": "Air quality index",
    "co": "Carbon monoxide",
    "ph": "pH",
    "pm1": "PM1",
    "pm10": "PM10",
    "pm25": "PM2.5",
    "pm4": "PM4",
}


def device_of(config: DiscoveryConfig) -> Device | None:
    """The device a config belongs to, or None where it names none.

    Raises:
        PayloadError: it is no object, or nothing identifies it.
    """
    values = config.values.get("device")
    if values is None:
        return None
    if not isinstance(values, dict):
        config.refuse("device", "must be a JSON object")
    identifiers = _identifiers(config.topic, values)
    if not identifiers:
        config.refuse("device", "needs identifiers or connections")
    own = DiscoveryConfig(f"{config.topic}: device", values, config.component, config.templates)
    return Device(
        id=identifiers[0],
        name=own.text("name").strip(),
        manufacturer=own.text("manufacturer"),
        model=own.text("model"),
        suggested_area=own.text("suggested_area").strip() or None,
    )


def full_name(config: DiscoveryConfig, device: Device | None, object_id: str) -> str:
    """The name people say: the device's and the entity's, without saying the former twice.

    An entity whose name is null is named as its device; one without a name by its device class.
    """
    given = config.text("name").strip()
    if not given and "name" not in config.values:
        device_class = config.optional_text("device_class")
        given = class_name(device_class) if device_class else ""
    if device is None or not device.name:
        return given or object_id.replace("_", " ").strip() or config.component
    if not given or given.casefold() == device.name.casefold():
        return device.name
    if given.casefold().startswith(f"{device.name.casefold()} "):
        return given
    return f"{device.name} {given}"


def class_name(device_class: str) -> str:
    """What people call a device class: ``signal_strength`` is "Signal strength"."""
    known = _CLASS_NAMES.get(device_class)
    return known or device_class.replace("_", " ").capitalize()


def entity_id(config: DiscoveryConfig, name: str, unique_id: str) -> str:
    """``<domain>.<slug>`` from what the config asks for, else from the full name."""
    wanted = config.text("default_entity_id").rpartition(".")[2] or config.text("object_id")
    slug = slugify(wanted) or slugify(name) or slugify(unique_id) or fingerprint(unique_id)
    return f"{config.component}.{slug}"


def fingerprint(unique_id: str) -> str:
    """Six characters that tell this unique id from others, the same after every restart."""
    return hashlib.sha256(unique_id.encode("utf-8", "surrogatepass")).hexdigest()[:6]


def _identifiers(topic: str, device: Mapping[str, Any]) -> list[str]:
    """Identifiers, then connections as ``type:value``."""
    given = device.get("identifiers") or []
    listed = given if isinstance(given, list) else [given]
    if any(isinstance(each, list | dict) or each is None for each in listed):
        raise PayloadError(topic, "must be a text or a list of texts", "device.identifiers")
    connections = device.get("connections") or []
    if not isinstance(connections, list) or not all(
        isinstance(each, list) and len(each) == 2 for each in connections
    ):
        raise PayloadError(topic, "must be a list of pairs", "device.connections")
    return [*map(str, listed), *(f"{kind}:{value}" for kind, value in connections)]
