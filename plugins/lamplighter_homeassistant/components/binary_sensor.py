"""``binary_sensor``: something that is on or off."""

from __future__ import annotations

from lamplighter.catalogue.entity import Reading
from lamplighter.plugin import Message
from lamplighter_homeassistant.component import PAYLOAD_NONE, UNKNOWN, Described
from lamplighter_homeassistant.keys import DiscoveryConfig


def describe(config: DiscoveryConfig) -> Described:
    """What a binary sensor's config means.

    Raises:
        PayloadError: naming topic and key.
    """
    topic = config.required_filter("state_topic")
    read_value = config.value("value_template")
    values = {
        PAYLOAD_NONE: UNKNOWN,
        config.text("payload_off", "OFF"): "off",
        config.text("payload_on", "ON"): "on",
    }

    def read(message: Message) -> Reading | None:
        value = values.get(read_value(message))
        return None if value is None else Reading(value=value)

    return Described(
        reads={topic: (read,)},
        device_class=config.optional_text("device_class"),
        expire_after=config.optional_seconds("expire_after") or None,
        off_delay=config.optional_seconds("off_delay"),
    )
