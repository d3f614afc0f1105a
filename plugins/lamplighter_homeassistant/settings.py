"""The plugin's settings: ``plugins.homeassistant`` of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lamplighter.errors import PluginError

MOST_ENTITIES = 10_000
_KEYS = frozenset({"status_topic", "announce", "most_entities"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set.

    Attributes:
        prefix: of discovery topics; from ``discovery.prefix``.
        status_topic: where Home Assistant says ``online`` after its start.
        announce: whether the agent shows itself in Home Assistant.
        most_entities: how many are known at once; anybody at the broker may announce some.
    """

    prefix: str
    status_topic: str
    announce: bool
    most_entities: int = MOST_ENTITIES


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
    return Settings(prefix, status_topic, announce, most)
