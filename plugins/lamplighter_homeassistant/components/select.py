"""``select``: one of several options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Choice, Reading, Service
from lamplighter.errors import PayloadError
from lamplighter.plugin import Message, Publication
from lamplighter_homeassistant.component import UNKNOWN, Described
from lamplighter_homeassistant.keys import DiscoveryConfig


def describe(config: DiscoveryConfig) -> Described:
    """What a select's config means.

    Raises:
        PayloadError: naming topic and key.
    """
    config.required_topic("command_topic")
    topic = config.filter_of("state_topic")
    read_value = config.value("value_template")
    write = config.render("command_template")
    if not config.has("options"):
        config.refuse("options", "is missing")
    options = config.strings("options")

    def read(message: Message) -> Reading | None:
        text = read_value(message)
        if not text.strip():
            return None
        if text.lower() == "none":
            return Reading(value=UNKNOWN)
        if text not in options:
            raise PayloadError(message.topic, f"{text!r} is none of {', '.join(options)}")
        return Reading(value=text)

    def select(params: Mapping[str, Any]) -> Sequence[Publication]:
        return (config.publication("command_topic", write(params["option"], {})),)

    service = Service("select_option", {"option": Choice(options)}, frozenset({"option"}))
    return Described(
        reads={topic: (read,)} if topic else {},
        services={"select_option": service},
        commands={"select_option": select},
        options={"options": options},
        confirmable=topic is not None,
    )
