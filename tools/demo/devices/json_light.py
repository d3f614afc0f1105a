"""A Zigbee bulb: Home Assistant's JSON light schema, dimmable, with white tones or colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tools.demo.devices.base import Config, on_off, switched, within
from tools.demo.devices.zigbee2mqtt import ZigbeeDevice

_FULL = 254  # Zigbee's level control runs from 0 to 254


class JsonLight(ZigbeeDevice):
    """A bulb; ``colour`` adds CIE 1931 xy colour to the white tones (153 to 500 mired)."""

    maker = "Philips"
    model = "Hue white and color ambiance E26/E27"

    def __init__(self, name: str, area: str, number: int, *, colour: bool = False) -> None:
        super().__init__(name, area, number)
        self.colour = colour
        self.values |= {
            "state": "OFF",
            "brightness": _FULL,
            "color_mode": "color_temp",
            "color_temp": 370,
        }
        if colour:
            self.values["color"] = {"x": 0.4599, "y": 0.4106}

    def entities(self) -> Iterator[tuple[str, str, Config]]:
        """The light."""
        yield (
            "light",
            "light",
            {
                "brightness": True,
                "brightness_scale": _FULL,
                "command_topic": f"{self.topic}/set",
                "max_mireds": 500,
                "min_mireds": 153,
                "name": None,
                "schema": "json",
                "state_topic": self.topic,
                "supported_color_modes": ["xy", "color_temp"] if self.colour else ["color_temp"],
            },
        )

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Sets state, brightness, colour and white tone; a brightness of 0 switches off."""
        values = dict(self.values)
        if "state" in changes:
            values["state"] = on_off(switched(str(changes["state"]), values["state"] == "ON"))
        if "brightness" in changes:
            level = round(within(changes["brightness"], 0, 255))
            values["state"] = on_off(level > 0)
            values["brightness"] = min(level, _FULL) or values["brightness"]
        if "color_temp" in changes:
            values["color_temp"] = round(within(changes["color_temp"], 153, 500))
            values["color_mode"] = "color_temp"
        if "color" in changes:
            values["color"] = self._xy(changes["color"])
            values["color_mode"] = "xy"
        self.values = values

    def _xy(self, colour: Any) -> dict[str, float]:
        if not self.colour or not isinstance(colour, dict):
            raise ValueError(f"{self.name} can't show the colour {colour!r}")
        return {axis: round(within(colour.get(axis), 0, 1), 4) for axis in ("x", "y")}
