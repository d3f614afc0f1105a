"""``scene``: a set of states that is switched on by one message."""

from __future__ import annotations

from lamplighter.catalogue.entity import Service
from lamplighter_homeassistant.component import Described
from lamplighter_homeassistant.keys import DiscoveryConfig


def describe(config: DiscoveryConfig) -> Described:
    """What a scene's config means.

    Raises:
        PayloadError: naming topic and key.
    """
    config.required_topic("command_topic")
    publication = config.publication("command_topic", config.text("payload_on", "ON"))
    return Described(
        services={"turn_on": Service("turn_on")},
        commands={"turn_on": lambda _: (publication,)},
    )
