"""A message as columns, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lamplighter.plugin import Message
from lamplighter.store.encryption.sealing import Column
from lamplighter.store.writing.storable import storable

COLUMNS = (
    "topic, payload, qos, retain, arrived, response_topic, correlation, duplicate, link, expires_at"
)


def values_of(message: Message, payloads: Column | None = None) -> tuple[Any, ...]:
    """The values of :data:`COLUMNS`, texts always storable, the payload sealed by ``payloads``."""
    answer = message.response_topic
    payload = message.payload
    return (
        storable(message.topic),
        payload if payloads is None else payloads.seal(message.topic, payload),
        message.qos,
        message.retain,
        message.arrived,
        None if answer is None else storable(answer),
        message.correlation,
        message.duplicate,
        message.link,
        message.expires_at,
    )


def message_of(values: Sequence[Any], payloads: Column | None = None) -> Message:
    """The message that :data:`COLUMNS` hold.

    Raises:
        UnreadableError: its payload does not open.
    """
    topic, payload, qos, retain, arrived, answer, correlation, duplicate, link, expires_at = values
    return Message(
        topic=topic,
        payload=payload if payloads is None else payloads.open(topic, payload),
        qos=qos,
        retain=bool(retain),
        arrived=arrived,
        response_topic=answer,
        correlation=correlation,
        duplicate=bool(duplicate),
        link=link,
        expires_at=expires_at,
    )
