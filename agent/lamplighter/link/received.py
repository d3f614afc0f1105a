"""What the link hands over for every message: the message, and what is needed to ack it later."""

from __future__ import annotations

from dataclasses import dataclass

from lamplighter.plugin import Message


@dataclass(frozen=True, slots=True)
class Received:
    """A message and its receipt.

    Attributes:
        message: the message.
        epoch: number of the connection it came over. Message ids are used anew by every
            connection, so an ack only counts within the epoch its message came in.
        mid: MQTT message id; 0 for QoS 0, which needs no ack.
    """

    message: Message
    epoch: int
    mid: int
