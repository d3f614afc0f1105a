"""The plugin's settings: ``plugins.homeassistant`` of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lamplighter.errors import PluginError


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set.

    Attributes:
        prefix: of discovery topics; from ``discovery.prefix``.
        status_topic: where Home Assistant says ``online`` after its start.
        announce: whether the agent shows itself in Home Assistant.
    """

    prefix: str
    status_topic: str
    announce: bool


def settings_of(given: Mapping[str, Any], prefix: str) -> Settings:
    """The settings in a mapping.

    Raises:
        PluginError: an unknown key, or a value of the wrong kind.
    """
    unknown = sorted(set(given) - {"status_topic", "announce"})
    if unknown:
        raise PluginError(
            "homeassistant", f"unknown key {unknown[0]!r}; known are announce, status_topic"
        )
    status_topic = given.get("status_topic", f"{prefix}/status")
    if not isinstance(status_topic, str) or not status_topic or set("+#") & set(status_topic):
        raise PluginError("homeassistant", "status_topic must be a topic without wildcards")
    announce = given.get("announce", True)
    if not isinstance(announce, bool):
        raise PluginError("homeassistant", "announce must be true or false")
    return Settings(prefix, status_topic, announce)
