"""``text``: a text that can be set."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Reading, Service, Text
from lamplighter.plugin import Message, Publication
from lamplighter_homeassistant.component import Described
from lamplighter_homeassistant.keys import DiscoveryConfig

MAX_LENGTH = 255
"""Home Assistant's bound for a state."""


def describe(config: DiscoveryConfig) -> Described:
    """What a text's config means.

    Raises:
        PayloadError: naming topic and key.
    """
    config.required_topic("command_topic")
    topic = config.filter_of("state_topic")
    read_value = config.value("value_template")
    write = config.render("command_template")
    kind = _kind(config)
    mode = config.choice("mode", ("text", "password"), "text")

    def read(message: Message) -> Reading | None:
        text = read_value(message)
        return Reading(value=text) if len(text) <= MAX_LENGTH else None

    def set_value(params: Mapping[str, Any]) -> Sequence[Publication]:
        return (config.publication("command_topic", write(params["value"], {})),)

    return Described(
        reads={topic: (read,)} if topic else {},
        services={"set_value": Service("set_value", {"value": kind}, frozenset({"value"}))},
        commands={"set_value": set_value},
        options={
            "min": kind.minimum,
            "max": kind.maximum,
            "pattern": kind.pattern or None,
            "mode": mode,
        },
        confirmable=topic is not None,
    )


def _kind(config: DiscoveryConfig) -> Text:
    minimum, maximum = config.integer("min", 0), config.integer("max", MAX_LENGTH)
    pattern = config.text("pattern")
    if not 0 <= minimum <= maximum:
        config.refuse("min", f"{minimum} is not within 0 to max ({maximum})")
    if maximum > MAX_LENGTH:
        config.refuse("max", f"{maximum} is above {MAX_LENGTH}")
    try:
        re.compile(pattern)
    except re.error as error:
        config.refuse("pattern", f"is no regular expression: {error}")
    return Text(minimum, maximum, pattern)
