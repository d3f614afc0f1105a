"""The plugin with what it knows, told by messages as a broker would bring them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lamplighter.catalogue.entity import Entity, Reading
from lamplighter.plugin import Announced, Event, Message, Refused, StateRead, Withdrawn
from lamplighter_homeassistant.announce import AgentDevice
from lamplighter_homeassistant.plugin import HomeAssistantPlugin
from lamplighter_homeassistant.settings import MOST_ENTITIES, Settings

PREFIX = "homeassistant"


def agent() -> AgentDevice:
    return AgentDevice(PREFIX, "gw-1", "lamplighter/gw-1", [("pump", "Pump")])


def plugin(*, announce: bool = True, most_entities: int = MOST_ENTITIES) -> HomeAssistantPlugin:
    settings = Settings(PREFIX, f"{PREFIX}/status", announce, most_entities)
    return HomeAssistantPlugin(settings, agent())


@dataclass
class Home:
    """A plugin, and the entities and states that its events lead to."""

    plugin: HomeAssistantPlugin = field(default_factory=plugin)
    entities: dict[str, Entity] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    available: dict[str, bool] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    now: float = 1000.0

    def tell(self, topic: str, payload: Any = b"", *, retain: bool = False) -> Sequence[Event]:
        """One message; anything but bytes and text goes as JSON."""
        if isinstance(payload, str):
            payload = payload.encode()
        elif not isinstance(payload, bytes):
            payload = json.dumps(payload).encode()
        return self.take(
            self.plugin.receive(Message(topic, payload, retain=retain, arrived=self.now))
        )

    def announce(self, component: str, name: str, /, **values: Any) -> Sequence[Event]:
        """A discovery message about one component."""
        return self.tell(f"{PREFIX}/{component}/{name}/config", values, retain=True)

    def pass_time(self, seconds: float) -> Sequence[Event]:
        """Later, the plugin's clock ticks."""
        self.now += seconds
        return self.take(self.plugin.tick(self.now))

    def take(self, events: Sequence[Event]) -> Sequence[Event]:
        """Keeps what the events say, as the agent does."""
        for event in events:
            if isinstance(event, Announced):
                self.entities[event.entity.id] = event.entity
            elif isinstance(event, Withdrawn):
                for kept in (self.entities, self.values, self.attributes, self.available):
                    kept.pop(event.entity_id, None)
            elif isinstance(event, StateRead):
                self._read(event.entity_id, event.reading)
            elif isinstance(event, Refused):
                self.refused.append(event)
        return events

    def _read(self, entity_id: str, reading: Reading) -> None:
        assert entity_id in self.entities
        if reading.value is not None:
            self.values[entity_id] = reading.value
        if reading.available is not None:
            self.available[entity_id] = reading.available
        self.attributes.setdefault(entity_id, {}).update(reading.attributes)
