"""A Zigbee door lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tools.demo.devices.base import Config
from tools.demo.devices.zigbee2mqtt import ZigbeeDevice

_STATES = {"LOCK": "locked", "UNLOCK": "unlocked"}


class Lock(ZigbeeDevice):
    """A lock with a battery, whose availability the bridge tracks."""

    maker = "Yale"
    model = "Assure lock"

    def __init__(self, name: str, area: str, number: int) -> None:
        super().__init__(name, area, number, own_availability=True)
        self.values |= {"state": "UNLOCK", "lock_state": "unlocked", "battery": 84}

    def entities(self) -> Iterator[tuple[str, str, Config]]:
        """The lock and its battery."""
        yield (
            "lock",
            "lock",
            {
                "command_topic": f"{self.topic}/set",
                "name": None,
                "state_locked": "LOCK",
                "state_topic": self.topic,
                "state_unlocked": "UNLOCK",
                "value_template": '{{ value_json["state"] }}',
            },
        )
        yield self.sensor("battery", "%", category="diagnostic")

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Takes ``LOCK`` and ``UNLOCK``."""
        word = str(changes.get("state", "")).upper()
        if word not in _STATES:
            raise ValueError(f"not a lock command: {changes!r}")
        self.values |= {"state": word, "lock_state": _STATES[word]}
