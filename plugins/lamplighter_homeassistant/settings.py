"""The plugin's settings: ``plugins.homeassistant`` of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lamplighter.errors import PluginError

MOST_ENTITIES = 10_000
MOST_MACHINES = 50
_KEYS = frozenset({"status_topic", "announce", "most_entities", "most_machines"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set.

    Attributes:
        prefix: of discovery topics; from ``discovery.prefix``.
        status_topic: where Home Assistant says ``online`` after its start.
        announce: whether the agent shows itself in Home Assistant.
        most_entities: how many are known at once; anybody at the broker may announce some.
        most_machines: with more machines than this, they are shown in Home Assistant only together.
    """

    prefix: str
    status_topic: str
    announce: bool
    most_entities: int = MOST_ENTITIES
    most_machines: int = MOST_MACHINES


def settings_of(given: Mapping[str, Any], prefix: str) -> Settings:
    """The settings in a mapping.

    Raises:
        PluginError: an unknown key, or a value of the wrong kind.
    """
    unknown = sorted(set(given) - _KEYS)
    if unknown:
        known = ", ".join(sorted(_KEYS))
        raise PluginError("homeassistant", f"unknown key {unknown[0]!r}; known are {known}")
    status_topic = given.get("status_topic", f"{prefix}/status")
    if not isinstance(status_topic, str) or not status_topic or set("+#") & set(status_topic):
        raise PluginError("homeassistant", "status_topic must be a topic without wildcards")
    announce = given.get("announce", True)
    if not isinstance(announce, bool):
        raise PluginError("homeassistant", "announce must be true or false")
    most = given.get("most_entities", MOST_ENTITIES)
    if not isinstance(most, int) or isinstance(most, bool) or most < 1:
        raise PluginError("homeassistant", "most_entities must be a whole number above 0")
    machines = given.get("most_machines", MOST_MACHINES)
    if not isinstance(machines, int) or isinstance(machines, bool) or machines < 0:
        raise PluginError("homeassistant", "most_machines must be a whole number from 0")
    return Settings(prefix, status_topic, announce, most, machines)
