"""The ``ask`` topic's payload: text, or JSON around it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lamplighter.actions.due import Due
from lamplighter.errors import PayloadError
from lamplighter.plugin import Message
from lamplighter.understanding.interpretation import Ask

_LONGEST = 2000
_KEYS = frozenset({"text", "id", "area", "user", "language", "expires_at"})


@dataclass(frozen=True, slots=True)
class AskMessage:
    """An ask as it arrived.

    Attributes:
        ask: the sentence and who said it.
        expires_at: UTC seconds after which it must not be carried out, or None.
        response_topic: where else the reply goes, or None.
        correlation: correlation data for it, or None.
        named: True where the asker gave the id, False where it was made here.
        scheduled: the entry of the schedule where it was said earlier and is due now, or None.
        confirmed: True where a yes to what is risky about it was given when it was scheduled.
        since: when it arrived, on the monotonic clock; -infinity where nobody knows, None where
            it is said just now.
        due: that entry, or None; for a standing order, what it does now.
        order: the number of the standing order that does it, or None.
        pin: the PIN that was said with it, which stands nowhere else; "" where none was.
    """

    ask: Ask
    expires_at: float | None = None
    response_topic: str | None = None
    correlation: bytes | None = None
    named: bool = False
    scheduled: int | None = None
    confirmed: bool = False
    since: float | None = None
    due: Due | None = None
    order: int | None = None
    pin: str = field(default="", repr=False)

    @property
    def by_itself(self) -> bool:
        """True where nobody says it now: it was planned, or a standing order does it."""
        return self.scheduled is not None or self.order is not None


def parse_ask(message: Message, *, language: str) -> AskMessage:
    """The ask in a message; ``language`` is taken where it names none.

    Raises:
        PayloadError: it is empty, too long, not UTF-8, or JSON with wrong keys or types.
    """
    if len(message.payload) > 4 * _LONGEST:
        raise PayloadError(message.topic, f"longer than {_LONGEST} characters", "text")
    try:
        text = message.payload.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise PayloadError(message.topic, f"not UTF-8 at byte {error.start}") from error
    values = _json_object(message.topic, text) if text.startswith("{") else {"text": text}
    said = _text(message.topic, values, "text").strip()
    if not said:
        raise PayloadError(message.topic, "is empty", "text")
    if len(said) > _LONGEST:
        raise PayloadError(message.topic, f"longer than {_LONGEST} characters", "text")
    response = message.response_topic
    if response is not None and any(sign in response for sign in "+#\0"):
        raise PayloadError(message.topic, "has wildcards", "response topic")
    given = _text(message.topic, values, "id")
    spoken = _text(message.topic, values, "language")
    ask = Ask(
        text=said,
        id=given or made_id(message, message.payload),
        area=_text(message.topic, values, "area") or None,
        user=_text(message.topic, values, "user") or None,
        language=spoken or language,
        origin=message.link,
        detect=not spoken,
    )
    until = _time(message.topic, values.get("expires_at"))
    expiries = [each for each in (until, message.expires_at) if each is not None]
    expires_at = min(expiries, default=None)
    return AskMessage(ask, expires_at, response or None, message.correlation, named=bool(given))


def made_id(message: Message, said: str | bytes) -> str:
    """An id from when and what was asked, for asks that bring none."""
    payload = said.encode() if isinstance(said, str) else said
    return f"{int(message.arrived * 1000):x}-{hashlib.sha256(payload).hexdigest()[:6]}"


def _json_object(topic: str, text: str) -> Mapping[str, Any]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PayloadError(topic, f"not JSON: {error}") from error
    if not isinstance(values, dict):
        raise PayloadError(topic, "must be text or a JSON object")
    unknown = sorted(set(values) - _KEYS)
    if unknown:
        raise PayloadError(topic, f"unknown key; known are {', '.join(sorted(_KEYS))}", unknown[0])
    if "text" not in values:
        raise PayloadError(topic, "is missing", "text")
    return values


def _text(topic: str, values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    if value is None:
        return ""
    if key == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise PayloadError(topic, f"must be a text, not {type(value).__name__}", key)
    return value


def _time(topic: str, value: Any) -> float | None:
    """UTC seconds from a number (seconds, or milliseconds from 1e11 on) or an ISO 8601 text."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value) / 1000 if abs(value) >= 1e11 else float(value)
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        reason = "must be seconds since 1970 or an ISO 8601 time"
        raise PayloadError(topic, reason, "expires_at") from error
    if moment.tzinfo is None:
        raise PayloadError(topic, "needs a time zone, such as Z", "expires_at")
    return moment.timestamp()
