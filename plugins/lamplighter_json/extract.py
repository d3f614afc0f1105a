"""Numbers, times and texts out of payloads; whatever is odd is refused with its key named."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lamplighter.errors import PayloadError

# Timestamps outside these years are units or clocks gone wrong (2000-01-01 to 2100-01-01).
_EARLIEST = 946_684_800.0
_LATEST = 4_102_444_800.0
_EPOCH_SCALES = (1.0, 1e3, 1e6, 1e9)


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a path: null, too, is something."""

    value: Any


def parse_json(topic: str, payload: bytes) -> Any:
    """The payload as JSON in UTF-8; NaN and Infinity, which are none, are numbers all the same.

    A sensor that says NaN does not make the rest of its document unreadable.

    Raises:
        PayloadError: it is none.
    """
    try:
        return json.loads(payload.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise PayloadError(topic, "is not UTF-8") from error
    except RecursionError as error:
        raise PayloadError(topic, "is nested too deep") from error
    except ValueError as error:
        raise PayloadError(topic, f"is no JSON: {error}") from error


def at_path(document: Any, path: str) -> Found | None:
    """What stands at a dotted path, or None; a part may be a list's index, ``""`` is the whole.

    A key that contains dots is found as well: the whole rest of the path is tried first.
    """
    if path and isinstance(document, dict) and path in document:
        return Found(document[path])  # nearly all of them, at once
    value, rest = document, path.replace("[", ".").replace("]", "").lstrip(".")
    while rest:
        if isinstance(value, Mapping) and rest in value:
            return Found(value[rest])
        part, _, rest = rest.partition(".")
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and _is_index(part) and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return Found(value)


def required(topic: str, document: Any, path: str) -> Any:
    """What stands at a path.

    Raises:
        PayloadError: nothing does.
    """
    found = at_path(document, path)
    if found is None:
        raise PayloadError(topic, "is not in the payload", path)
    return found.value


def number(topic: str, value: Any, key: str) -> float:
    """The value as a finite number; a text with a plain number is one too.

    Raises:
        PayloadError: it is none: null, true, a list, ``NaN``, ``"4,2"``.
    """
    if isinstance(value, bool):
        raise PayloadError(topic, f"{str(value).lower()} is no number", key)
    if not isinstance(value, int | float | str):
        raise PayloadError(topic, f"{_kind(value)} is no number", key)
    if isinstance(value, str) and "," in value:
        reason = f"{value[:40]!r} has a comma; numbers need a decimal point"
        raise PayloadError(topic, reason, key)
    try:
        found = float(value)
    except (ValueError, OverflowError) as error:
        raise PayloadError(topic, f"{str(value)[:40]!r} is no number", key) from error
    if not math.isfinite(found) or (isinstance(value, str) and "_" in value):
        raise PayloadError(topic, f"{str(value)[:40]!r} is no number a sensor can measure", key)
    return found


def timestamp(topic: str, value: Any, key: str) -> float:
    """UTC seconds from ISO 8601 (no offset means UTC) or from epoch s, ms, us or ns.

    Raises:
        PayloadError: it is no time, or one before 2000 or after 2100.
    """
    if isinstance(value, str) and not _is_number(value):
        try:
            moment = datetime.fromisoformat(value.strip())
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            seconds = aware.timestamp()
        except (ValueError, OverflowError) as error:
            raise PayloadError(topic, f"{value[:40]!r} is no ISO 8601 time", key) from error
        if _EARLIEST <= seconds < _LATEST:
            return seconds
    else:
        raw = number(topic, value, key)
        for scale in _EPOCH_SCALES:
            if _EARLIEST <= raw / scale < _LATEST:
                return raw / scale
    raise PayloadError(topic, f"{str(value)[:40]!r} is no time between 2000 and 2100", key)


def text(topic: str, value: Any, key: str) -> str:
    """The value as one line of text.

    Raises:
        PayloadError: it is a list, an object or null.
    """
    if value is None or isinstance(value, list | Mapping):
        raise PayloadError(topic, f"{_kind(value)} is no text", key)
    return " ".join(str(value).split())


def _is_index(part: str) -> bool:
    return part.isascii() and part.isdigit()


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    return "a list" if isinstance(value, list) else "an object"
