"""What commands are remembered by, so that none is carried out twice."""

from __future__ import annotations

import hashlib
import json

from lamplighter.actions.asking import AskMessage
from lamplighter.plugin import Message
from lamplighter.store.outbound.outbox import BROKER

REMEMBER_S = 24 * 3600.0
"""How long a command that comes again is the same command."""


def command_key(message: Message, asked: AskMessage, *, replayed: bool) -> tuple[str, float]:
    """What this command is remembered by, and for how many seconds it may be a repetition.

    A producer's id always counts. Without one only the broker's mark, or a row left over by an
    earlier run, tells a message sent twice from a person who says the same thing twice.
    """
    whose = "" if asked.ask.origin == BROKER else f"{asked.ask.origin}:"
    if asked.named:
        return f"{whose}id:{asked.ask.id}", REMEMBER_S
    # Where a PIN was said, what it was is not kept, not even as a digest.
    said = asked.ask.text if asked.pin else message.payload.decode("utf-8", "replace")
    parts = [said, message.response_topic or ""]
    parts.append((message.correlation or b"").hex())
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return f"{whose}content:{digest}", REMEMBER_S if message.duplicate or replayed else 0.0


def scheduled_key(entry_id: int, created: float) -> str:
    """What a scheduled command is remembered by; the time tells rows that share an id.

    It is when it was scheduled, not when it is due: that is set right when the clock is.
    """
    return f"schedule:{entry_id}:{created:.3f}"
