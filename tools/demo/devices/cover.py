"""Covers that take their time: a Zigbee blind and an ESPHome garage door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tools.demo.devices.base import Config, approach, within
from tools.demo.devices.zigbee2mqtt import ZigbeeDevice

_ENDS = {"OPEN": 100.0, "CLOSE": 0.0}


class Motor:
    """A motor between 0 (closed) and 100 (open), ``travel`` seconds from end to end."""

    def __init__(self, position: float, travel: float) -> None:
        self.position = position
        self.target = position
        self.travel = travel

    def command(self, word: str) -> None:
        """``OPEN``, ``CLOSE`` or ``STOP``.

        Raises:
            ValueError: another word.
        """
        word = word.strip().upper()
        if word == "STOP":
            self.target = self.position
        elif word in _ENDS:
            self.target = _ENDS[word]
        else:
            raise ValueError(f"not a cover command: {word!r}")

    def go(self, position: Any) -> None:
        """Sets the position to go to."""
        self.target = within(position, 0, 100)

    def step(self, seconds: float) -> None:
        """Moves for a time."""
        self.position = approach(self.position, self.target, 100 * seconds / self.travel)

    @property
    def state(self) -> str:
        """``opening``, ``closing``, ``open`` or ``closed``."""
        if self.target != self.position:
            return "opening" if self.target > self.position else "closing"
        return "open" if self.position > 0 else "closed"


class Blind(ZigbeeDevice):
    """A blind motor; the state says which way it went last, as such motors do."""

    maker = "Tuya"
    model = "Curtain motor"

    def __init__(self, name: str, area: str, number: int) -> None:
        super().__init__(name, area, number)
        self.motor = Motor(100, travel=4)
        self._tell()

    def entities(self) -> Iterator[tuple[str, str, Config]]:
        """The cover."""
        yield (
            "cover",
            "cover",
            {
                "command_topic": f"{self.topic}/set",
                "device_class": "blind",
                "name": None,
                "position_template": '{{ value_json["position"] }}',
                "position_topic": self.topic,
                "set_position_template": '{ "position": {{ position }} }',
                "set_position_topic": f"{self.topic}/set",
                "state_closed": "CLOSE",
                "state_open": "OPEN",
                "state_stopped": "STOP",
                "state_topic": self.topic,
                "value_template": '{{ value_json["state"] }}',
            },
        )

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Takes ``state`` (a direction) and ``position``."""
        if "position" in changes:
            self.motor.go(changes["position"])
        elif "state" in changes:
            self.motor.command(str(changes["state"]))
        self._tell()

    def step(self, seconds: float) -> None:
        """Moves."""
        self.motor.step(seconds)
        self._tell()

    def _tell(self) -> None:
        position = round(self.motor.position)
        self.values |= {"position": position, "state": "OPEN" if position else "CLOSE"}


class GarageDoor:
    """A garage door opener with a position sensor, a component of an ESPHome node."""

    kind = "cover"
    object_id = "door"

    def __init__(self) -> None:
        self.motor = Motor(0, travel=12)

    def keys(self, topic: str) -> Config:
        """A garage cover with position."""
        return {
            "dev_cla": "garage",
            "stat_t": f"{topic}/state",
            "cmd_t": f"{topic}/command",
            "pos_t": f"{topic}/position/state",
            "set_pos_t": f"{topic}/position/command",
        }

    def states(self, topic: str) -> dict[str, str]:
        """State and position."""
        return {
            f"{topic}/state": self.motor.state,
            f"{topic}/position/state": str(round(self.motor.position)),
        }

    def receive(self, command: str, payload: str) -> None:
        """Takes ``OPEN``, ``CLOSE``, ``STOP`` or a position."""
        if command == "position/command":
            self.motor.go(payload)
        else:
            self.motor.command(payload)

    def step(self, seconds: float) -> None:
        """Moves."""
        self.motor.step(seconds)
