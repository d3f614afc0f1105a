"""A vacuum robot that runs Valetudo: topics and payloads as that firmware's MQTT interface."""

from __future__ import annotations

import json

from tools.demo.devices.base import Config

_SPEEDS = ("min", "low", "medium", "high")
_STATES = {"start": "cleaning", "pause": "paused", "stop": "idle", "clean_spot": "cleaning"}
_WAY_HOME = 5.0  # s


class Vacuum:
    """Cleans until it is told to stop, and drives home in five seconds."""

    def __init__(self, name: str, area: str, identifier: str) -> None:
        self.name = name
        self.area = area
        self.identifier = identifier
        self.topic = f"valetudo/{identifier}"
        self.state = "docked"
        self.speed = "medium"
        self.homeward = 0.0

    @property
    def will_topic(self) -> str:
        """Valetudo follows the Homie convention: ``ready``, or ``lost`` by its last will."""
        return f"{self.topic}/$state"

    def announcements(self) -> dict[str, Config]:
        """The robot."""
        return {
            f"vacuum/{self.identifier}/{self.identifier}_vacuum/config": {
                "name": None,
                "unique_id": f"{self.identifier}_vacuum",
                "supported_features": [
                    "start",
                    "stop",
                    "pause",
                    "return_home",
                    "locate",
                    "clean_spot",
                    "fan_speed",
                ],
                "command_topic": f"{self.topic}/BasicControlCapability/operation/set",
                "state_topic": f"{self.topic}/hass/state",
                "set_fan_speed_topic": f"{self.topic}/FanSpeedControlCapability/preset/set",
                "fan_speed_list": list(_SPEEDS),
                "payload_start": "START",
                "payload_pause": "PAUSE",
                "payload_stop": "STOP",
                "payload_return_to_base": "HOME",
                "payload_locate": "LOCATE",
                "payload_clean_spot": "CLEAN_SPOT",
                "availability_topic": self.will_topic,
                "payload_available": "ready",
                "payload_not_available": "lost",
                "device": {
                    "manufacturer": "Roborock",
                    "model": "S5",
                    "name": self.name,
                    "identifiers": [self.identifier],
                    "suggested_area": self.area,
                    "sw_version": "Valetudo 2024.06.0",
                },
            }
        }

    def filters(self) -> tuple[str, ...]:
        """Operations and the fan speed."""
        return (
            f"{self.topic}/BasicControlCapability/operation/set",
            f"{self.topic}/FanSpeedControlCapability/preset/set",
        )

    def receive(self, topic: str, payload: str) -> None:
        """Takes an operation or a fan speed."""
        word = payload.casefold()
        if "FanSpeedControl" in topic:
            if word not in _SPEEDS:
                raise ValueError(f"{self.name} has no fan speed {payload!r}")
            self.speed = word
        elif word == "home":
            if self.state != "docked":
                self.state, self.homeward = "returning", _WAY_HOME
        elif word in _STATES:
            self.state = _STATES[word]
        elif word != "locate":
            raise ValueError(f"{self.name} has no operation {payload!r}")

    def states(self) -> dict[str, str]:
        """State, battery and fan speed as JSON."""
        state = {"state": self.state, "battery_level": 100, "fan_speed": self.speed}
        return {f"{self.topic}/hass/state": json.dumps(state)}

    def step(self, seconds: float) -> None:
        """Drives home."""
        if self.state == "returning":
            self.homeward -= seconds
            if self.homeward <= 0:
                self.state = "docked"
