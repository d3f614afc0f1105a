"""A Zigbee air purifier: a fan with nine speeds and an automatic preset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tools.demo.devices.base import Config, on_off, switched
from tools.demo.devices.zigbee2mqtt import ZigbeeDevice

_SPEEDS = tuple(str(speed) for speed in range(1, 10))
_TO_MODE = "{{ {0:'off', " + ", ".join(f"{s}:'{s}'" for s in _SPEEDS) + "}[value] | default('') }}"
_FROM_MODE = (
    "{{ {'off':0, "
    + ", ".join(f"'{s}':{s}" for s in _SPEEDS)
    + "}[value_json[\"fan_mode\"]] | default('None') }}"
)
_PRESET = (
    '{{ value_json["fan_mode"] if value_json["fan_mode"] in [\'auto\']'
    " else 'None' | default('None') }}"
)


class Purifier(ZigbeeDevice):
    """Announced exactly as Zigbee2MQTT announces IKEA's."""

    maker = "IKEA"
    model = "STARKVIND air purifier"

    def __init__(self, name: str, area: str, number: int) -> None:
        super().__init__(name, area, number)
        self.values |= {"fan_state": "OFF", "fan_mode": "off"}

    def entities(self) -> Iterator[tuple[str, str, Config]]:
        """The fan."""
        yield (
            "fan",
            "fan",
            {
                "command_topic": f"{self.topic}/set/fan_state",
                "name": None,
                "percentage_command_template": _TO_MODE,
                "percentage_command_topic": f"{self.topic}/set/fan_mode",
                "percentage_state_topic": self.topic,
                "percentage_value_template": _FROM_MODE,
                "preset_mode_command_topic": f"{self.topic}/set/fan_mode",
                "preset_mode_state_topic": self.topic,
                "preset_mode_value_template": _PRESET,
                "preset_modes": ["auto"],
                "speed_range_max": 9,
                "speed_range_min": 1,
                "state_topic": self.topic,
                "state_value_template": "{{ value_json.fan_state }}",
            },
        )

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Takes ``fan_state`` and ``fan_mode``; switching on means automatic."""
        mode = self.values["fan_mode"]
        if "fan_mode" in changes:
            mode = str(changes["fan_mode"])
            if mode not in ("off", "auto", *_SPEEDS):
                raise ValueError(f"{self.name} has no mode {mode!r}")
        elif "fan_state" in changes:
            on = switched(str(changes["fan_state"]), self.values["fan_state"] == "ON")
            if on != (mode != "off"):
                mode = "auto" if on else "off"
        else:
            raise ValueError(f"{self.name} takes no command {sorted(changes)}")
        self.values |= {"fan_mode": mode, "fan_state": on_off(mode != "off")}
