"""``switch``: something to switch on and off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Reading, Service
from lamplighter.plugin import Message, Publication
from lamplighter_homeassistant.component import PAYLOAD_NONE, UNKNOWN, Command, Described
from lamplighter_homeassistant.keys import DiscoveryConfig


def describe(config: DiscoveryConfig) -> Described:
    """What a switch's config means.

    Raises:
        PayloadError: naming topic and key.
    """
    config.required_topic("command_topic")
    topic = config.filter_of("state_topic")
    read_value = config.value("value_template")
    on, off = config.text("payload_on", "ON"), config.text("payload_off", "OFF")
    values = {
        PAYLOAD_NONE: UNKNOWN,
        config.text("state_off") or off: "off",
        config.text("state_on") or on: "on",
    }

    def read(message: Message) -> Reading | None:
        value = values.get(read_value(message))
        return None if value is None else Reading(value=value)

    return Described(
        reads={topic: (read,)} if topic else {},
        services={name: Service(name) for name in ("turn_on", "turn_off")},
        commands={"turn_on": _send(config, on), "turn_off": _send(config, off)},
        device_class=config.optional_text("device_class"),
        confirmable=topic is not None,
    )


def _send(config: DiscoveryConfig, payload: str) -> Command:
    write = config.render("command_template")

    def send(_: Mapping[str, Any]) -> Sequence[Publication]:
        return (config.publication("command_topic", write(payload, {})),)

    return send
