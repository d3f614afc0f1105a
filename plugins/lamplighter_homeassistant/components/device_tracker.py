"""``device_tracker``: where something or someone is."""

from __future__ import annotations

from lamplighter.catalogue.entity import Reading
from lamplighter.plugin import Message
from lamplighter_homeassistant.component import UNKNOWN, Described
from lamplighter_homeassistant.keys import DiscoveryConfig


def describe(config: DiscoveryConfig) -> Described:
    """What a device tracker's config means; positions on earth stay attributes, no zones.

    Raises:
        PayloadError: naming topic and key.
    """
    topic = config.filter_of("state_topic")
    if topic is None and not config.has("json_attributes_topic"):
        config.refuse("state_topic", "is missing, and so is json_attributes_topic")
    read_value = config.value("value_template")
    values = {
        config.text("payload_reset", "None"): UNKNOWN,
        config.text("payload_not_home", "not_home"): "not_home",
        config.text("payload_home", "home"): "home",
    }

    def read(message: Message) -> Reading | None:
        text = read_value(message)
        return Reading(value=values.get(text, text)) if text.strip() else None

    return Described(
        reads={topic: (read,)} if topic else {},
        options={"source_type": config.text("source_type", "gps")},
    )
