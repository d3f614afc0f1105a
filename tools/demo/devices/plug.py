"""A Zigbee smart plug that measures power and energy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tools.demo.devices.base import Config, on_off, switched
from tools.demo.devices.zigbee2mqtt import ZigbeeDevice

_JOULES_PER_KWH = 3_600_000.0


class Plug(ZigbeeDevice):
    """A plug with something behind it that draws ``watts``."""

    maker = "Tuya"
    model = "Smart plug (with power monitoring)"

    def __init__(self, name: str, area: str, number: int, *, watts: float) -> None:
        super().__init__(name, area, number)
        self.watts = watts
        self.joules = 12.4 * _JOULES_PER_KWH
        self.values["state"] = "ON"
        self._tell()

    def entities(self) -> Iterator[tuple[str, str, Config]]:
        """The switch and its meter."""
        yield (
            "switch",
            "switch",
            {
                "command_topic": f"{self.topic}/set",
                "name": None,
                "payload_off": "OFF",
                "payload_on": "ON",
                "state_topic": self.topic,
                "value_template": '{{ value_json["state"] }}',
            },
        )
        yield self.sensor("power", "W")
        component, key, config = self.sensor("energy", "kWh")
        yield component, key, config | {"state_class": "total_increasing"}

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Switches."""
        on = switched(str(changes.get("state", "")), self.values["state"] == "ON")
        self.values["state"] = on_off(on)
        self._tell()

    def step(self, seconds: float) -> None:
        """Counts energy."""
        self.joules += self.values["power"] * seconds
        self._tell()

    def _tell(self) -> None:
        on = self.values["state"] == "ON"
        self.values |= {
            "power": self.watts if on else 0,
            "energy": round(self.joules / _JOULES_PER_KWH, 2),
        }
