"""A garden valve that opens and closes within two seconds, a component of an ESPHome node."""

from __future__ import annotations

from tools.demo.devices.base import Config
from tools.demo.devices.cover import Motor


class Valve:
    """An on-off water valve."""

    kind = "valve"
    object_id = "valve"

    def __init__(self) -> None:
        self.motor = Motor(0, travel=2)

    def keys(self, topic: str) -> Config:
        """A water valve that can be stopped on its way."""
        return {
            "dev_cla": "water",
            "stat_t": f"{topic}/state",
            "cmd_t": f"{topic}/command",
            "pl_stop": "STOP",
        }

    def states(self, topic: str) -> dict[str, str]:
        """The state in words."""
        return {f"{topic}/state": self.motor.state}

    def receive(self, command: str, payload: str) -> None:  # noqa: ARG002 - it has only one
        """Takes ``OPEN``, ``CLOSE`` and ``STOP``."""
        self.motor.command(payload)

    def step(self, seconds: float) -> None:
        """Moves."""
        self.motor.step(seconds)
