"""A Zigbee2MQTT group with a stored scene."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tools.demo.devices.base import Config
from tools.demo.devices.zigbee2mqtt import ZigbeeDevice


class Scene(ZigbeeDevice):
    """Recalling scene 1 sends each member its part."""

    maker = "Zigbee2MQTT"
    model = "Group"

    def __init__(
        self,
        name: str,
        area: str,
        number: int,
        *,
        members: Sequence[tuple[ZigbeeDevice, Mapping[str, Any]]],
    ) -> None:
        super().__init__(name, area, number)
        self.members = members

    def entities(self) -> Iterator[tuple[str, str, Config]]:
        """The scene; it has no state."""
        yield (
            "scene",
            "scene_1",
            {
                "command_topic": f"{self.topic}/set",
                "name": None,
                "payload_on": '{ "scene_recall": 1 }',
            },
        )

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Recalls."""
        if changes.get("scene_recall") != 1:
            raise ValueError(f"{self.name} has no scene {changes!r}")
        for member, part in self.members:
            member.apply(part)

    def states(self) -> dict[str, str]:
        """A group with only a scene tells nothing."""
        return {}
