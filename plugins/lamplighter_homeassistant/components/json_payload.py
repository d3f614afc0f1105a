"""JSON as devices send it and as Home Assistant writes it."""

from __future__ import annotations

import json
from typing import Any

from lamplighter.errors import PayloadError
from lamplighter_homeassistant.json_text import parse_json


def json_object(text: str, topic: str) -> dict[str, Any]:
    """The JSON object that a payload is.

    Raises:
        PayloadError: it is no JSON, or no object.
    """
    value = parse_json(text, None)
    if not isinstance(value, dict):
        raise PayloadError(topic, "the payload is not a JSON object")
    return value


def json_text(value: Any) -> str:
    """JSON without spaces and with every character as it is, as Home Assistant publishes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
