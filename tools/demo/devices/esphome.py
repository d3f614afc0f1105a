"""A node of ESPHome: one microcontroller with several components.

Topics and keys follow ESPHome's MQTT component: abbreviated keys, ``<node>/<component>/<id>/state``
and ``/command``, the last will on ``<node>/status``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tools.demo.devices.base import Config


class Component(Protocol):
    """One component of a node. ``topic`` is ``<node>/<kind>/<id>``, set by the node."""

    kind: str
    object_id: str

    def keys(self, topic: str) -> Config:
        """Its own keys in the discovery message, abbreviated."""

    def states(self, topic: str) -> dict[str, str]:
        """Its retained state messages by topic."""

    def receive(self, command: str, payload: str) -> None:
        """Carries out a command; ``command`` is the topic behind the component's."""

    def step(self, seconds: float) -> None:
        """Lets time pass."""


class EsphomeNode:
    """One node with its components; ``mac`` without colons."""

    def __init__(
        self, name: str, area: str, node: str, mac: str, components: Sequence[Component]
    ) -> None:
        self.name = name
        self.area = area
        self.node = node
        self.mac = mac
        self.components = {f"{node}/{each.kind}/{each.object_id}": each for each in components}

    @property
    def will_topic(self) -> str:
        """Where it is ``online``, or ``offline`` by its last will."""
        return f"{self.node}/status"

    def announcements(self) -> dict[str, Config]:
        """One message a component."""
        return {
            f"{part.kind}/{self.node}/{part.object_id}/config": {
                "name": part.object_id.replace("_", " ").title(),
                "avty_t": self.will_topic,
                "uniq_id": f"ESP{part.kind}{self.mac}{part.object_id}",
                **part.keys(topic),
                "dev": {
                    "ids": self.mac,
                    "name": self.name,
                    "sw": "esphome v2024.1.0 Jan 17 2024, 20:56:34",
                    "mdl": "esp32dev",
                    "mf": "espressif",
                    "sa": self.area,
                },
            }
            for topic, part in self.components.items()
        }

    def filters(self) -> tuple[str, ...]:
        """Every command below the node."""
        return (f"{self.node}/+/+/command", f"{self.node}/+/+/+/command")

    def receive(self, topic: str, payload: str) -> None:
        """Hands a command to its component."""
        for base, component in self.components.items():
            if topic.startswith(f"{base}/"):
                component.receive(topic.removeprefix(f"{base}/"), payload)
                return
        raise ValueError(f"{self.name} has nothing at {topic}")

    def states(self) -> dict[str, str]:
        """The states of all components."""
        states: dict[str, str] = {}
        for topic, component in self.components.items():
            states |= component.states(topic)
        return states

    def step(self, seconds: float) -> None:
        """Lets time pass in every component."""
        for component in self.components.values():
            component.step(seconds)
