"""``event``: something that happens, such as a button pressed."""

from __future__ import annotations

from lamplighter.catalogue.entity import Reading
from lamplighter.errors import PayloadError
from lamplighter.plugin import Message
from lamplighter_homeassistant.component import PAYLOAD_NONE, Described
from lamplighter_homeassistant.json_text import parse_json
from lamplighter_homeassistant.keys import DiscoveryConfig


def describe(config: DiscoveryConfig) -> Described:
    """What an event's config means; its value is the latest event's type.

    Raises:
        PayloadError: naming topic and key.
    """
    topic = config.required_filter("state_topic")
    read_value = config.value("value_template")
    if not config.has("event_types"):
        config.refuse("event_types", "is missing")
    types = config.strings("event_types")

    def read(message: Message) -> Reading | None:
        # A retained message is not something that happens now.
        text = "" if message.retain else read_value(message)
        if text in ("", PAYLOAD_NONE, "{}"):
            return None
        data = parse_json(text, None)
        if not isinstance(data, dict) or "event_type" not in data:
            raise PayloadError(message.topic, "the event is no JSON object with event_type")
        kind = str(data.pop("event_type"))
        if kind not in types:
            raise PayloadError(message.topic, f"{kind!r} is none of {', '.join(types)}")
        return Reading(value=kind, attributes=data)

    return Described(
        reads={topic: (read,)},
        device_class=config.optional_text("device_class"),
        options={"event_types": types},
    )
