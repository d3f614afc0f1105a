"""What devices behind a Zigbee2MQTT bridge have in common.

Keys and topics follow Zigbee2MQTT's Home Assistant extension: full key names, one message an
entity, one JSON state topic a device, commands on ``/set`` and ``/set/<attribute>``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tools.demo.devices.base import Config

BRIDGE_STATE = "zigbee2mqtt/bridge/state"
_TEMPLATE = "{{ value_json.state }}"


class ZigbeeDevice:
    """One Zigbee device: ``values`` is its JSON state, ``number`` makes its address.

    ``own_availability``: the bridge tracks this device by itself, as it can be told to.
    """

    maker = ""
    model = ""

    def __init__(
        self, name: str, area: str, number: int, *, own_availability: bool = False
    ) -> None:
        self.name = name
        self.area = area
        self.address = f"0x00158d0009{number:06x}"
        self.topic = f"zigbee2mqtt/{name}"
        self.own_availability = own_availability
        self.values: dict[str, Any] = {"linkquality": 90 + number}

    def entities(self) -> Iterator[tuple[str, str, Config]]:
        """Component, object id and own keys of each entity."""
        raise ValueError(f"{self.name} announces nothing")

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Takes a command, as attributes to be set."""
        raise ValueError(f"{self.name} takes no command {sorted(changes)}")

    def step(self, seconds: float) -> None:
        """Most devices just are."""

    def announcements(self) -> dict[str, Config]:
        """One message an entity, with the bridge's availability."""
        return {
            f"{component}/{self.address}/{object_id}/config": self._config(object_id, own)
            for component, object_id, own in self.entities()
        }

    def filters(self) -> tuple[str, ...]:
        """Zigbee2MQTT takes JSON on ``/set`` and plain values on ``/set/<attribute>``."""
        return (f"{self.topic}/set", f"{self.topic}/set/+")

    def receive(self, topic: str, payload: str) -> None:
        """Carries out JSON, a bare state word, or one attribute's value."""
        attribute = topic.removeprefix(f"{self.topic}/set").lstrip("/")
        if attribute:
            self.apply({attribute: payload})
        elif payload.lstrip().startswith("{"):
            self.apply(json.loads(payload))
        else:
            self.apply({"state": payload})

    def states(self) -> dict[str, str]:
        """The JSON state, and the device's own availability where it is tracked."""
        states = {self.topic: json.dumps(self.values)}
        if self.own_availability:
            states[f"{self.topic}/availability"] = json.dumps({"state": "online"})
        return states

    def _config(self, object_id: str, own: Config) -> Config:
        availability = [{"topic": BRIDGE_STATE, "value_template": _TEMPLATE}]
        if self.own_availability:
            topic = f"{self.topic}/availability"
            availability.append({"topic": topic, "value_template": _TEMPLATE})
        return {
            "availability": availability,
            **({"availability_mode": "all"} if self.own_availability else {}),
            "device": {
                "identifiers": [f"zigbee2mqtt_{self.address}"],
                "manufacturer": self.maker,
                "model": self.model,
                "name": self.name,
                "suggested_area": self.area,
                "via_device": "zigbee2mqtt_bridge_0x00124b00120144ae",
            },
            "origin": {"name": "Zigbee2MQTT", "sw": "2.1.0", "url": "https://www.zigbee2mqtt.io"},
            "unique_id": f"{self.address}_{object_id}_zigbee2mqtt",
            **own,
        }

    def sensor(
        self, key: str, unit: str, *, category: str | None = None
    ) -> tuple[str, str, Config]:
        """A numeric sensor entity whose device class is also its key, as for most of them."""
        config: Config = {
            "device_class": key,
            "enabled_by_default": True,
            "state_class": "measurement",
            "state_topic": self.topic,
            "unit_of_measurement": unit,
            "value_template": f'{{{{ value_json["{key}"] }}}}',
        }
        if category:
            config["entity_category"] = category
        return "sensor", key, config
