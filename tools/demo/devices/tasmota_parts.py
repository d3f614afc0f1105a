"""Tasmota's relay and dimmer: Home Assistant's switch and default light schema."""

from __future__ import annotations

import json

from tools.demo.devices.base import Config, on_off, switched, within
from tools.demo.devices.tasmota import TasmotaDevice


class TasmotaRelay(TasmotaDevice):
    """A relay: a coffee machine, a pump."""

    def __init__(self, name: str, area: str, chip: str) -> None:
        super().__init__(name, area, chip)
        self.on = False

    def receive(self, topic: str, payload: str) -> None:
        """Takes ``POWER``."""
        if not topic.endswith("/POWER"):
            raise ValueError(f"{self.name} has no command {topic}")
        self.on = switched(payload, self.on)

    def states(self) -> dict[str, str]:
        """The telemetry that Tasmota sends after each change (SetOption59)."""
        state = {"Wifi": {"RSSI": 78}, "POWER": on_off(self.on)}
        return {f"{self.base}tele/STATE": json.dumps(state)}


class TasmotaDimmer(TasmotaDevice):
    """A dimmable light of the default schema, brightness in percent on its own topic."""

    component = "light"
    suffix = "LI_1"

    def __init__(self, name: str, area: str, chip: str) -> None:
        super().__init__(name, area, chip)
        self.on = False
        self.dimmer = 100

    def keys(self) -> Config:
        """Where the brightness goes."""
        return {
            "bri_cmd_t": "~cmnd/Dimmer",
            "bri_stat_t": "~tele/STATE",
            "bri_scl": 100,
            "on_cmd_type": "brightness",
            "bri_val_tpl": "{{value_json.Dimmer}}",
        }

    def receive(self, topic: str, payload: str) -> None:
        """Takes ``POWER`` and ``Dimmer``; a level above 0 switches on."""
        if topic.endswith("/POWER"):
            self.on = switched(payload, self.on)
        elif topic.endswith("/Dimmer"):
            level = round(within(payload, 0, 100))
            self.on, self.dimmer = level > 0, level or self.dimmer
        else:
            raise ValueError(f"{self.name} has no command {topic}")

    def states(self) -> dict[str, str]:
        """Power and dimmer in one JSON message."""
        state = {"POWER": on_off(self.on), "Dimmer": self.dimmer, "Fade": "OFF"}
        return {f"{self.base}tele/STATE": json.dumps(state)}
