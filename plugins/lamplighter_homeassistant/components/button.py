"""``button``: something to press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Service
from lamplighter.plugin import Publication
from lamplighter_homeassistant.component import Described
from lamplighter_homeassistant.keys import DiscoveryConfig


def describe(config: DiscoveryConfig) -> Described:
    """What a button's config means.

    Raises:
        PayloadError: naming topic and key.
    """
    config.required_topic("command_topic")
    write = config.render("command_template")
    payload = config.text("payload_press", "PRESS")

    def press(_: Mapping[str, Any]) -> Sequence[Publication]:
        return (config.publication("command_topic", write(payload, {})),)

    return Described(
        services={"press": Service("press")},
        commands={"press": press},
        device_class=config.optional_text("device_class"),
    )
