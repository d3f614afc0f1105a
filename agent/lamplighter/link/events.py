"""What a link tells about itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker accepted the connection.

    Attributes:
        epoch: its number.
        session_present: True where the broker still held our session.
        receive_maximum: how many unacknowledged QoS 1 messages the broker takes at once.
    """

    epoch: int
    session_present: bool
    receive_maximum: int


@dataclass(frozen=True, slots=True)
class Disconnected:
    """A connection that had been accepted ended; ``retry_in`` seconds, None after a stop."""

    epoch: int
    reason: str
    retry_in: float | None


@dataclass(frozen=True, slots=True)
class ConnectFailed:
    """The broker can't be reached: no route, nobody listening, TLS refused, no answer."""

    reason: str
    retry_in: float


@dataclass(frozen=True, slots=True)
class ConnectRefused:
    """The broker answered and refused. ``code`` is the MQTT 5 reason code."""

    code: int
    reason: str
    retry_in: float


@dataclass(frozen=True, slots=True)
class SessionLost:
    """The broker forgot our session: messages between the two times (UTC) may be lost.

    ``since`` is None where the last connection was made by an earlier run of the daemon.
    """

    since: float | None
    until: float


@dataclass(frozen=True, slots=True)
class SubscribeRefused:
    """A filter was not subscribed. ``retry_in`` is None where asking again can't help."""

    topic_filter: str
    reason: str
    retry_in: float | None


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The broker has answered for every filter wanted at the start of this connection.

    From now on what is published to one of them reaches us, refused ones aside.
    """

    filters: int


@dataclass(frozen=True, slots=True)
class QosLowered:
    """The broker grants a filter QoS 0 only: its messages may be lost on the way here."""

    topic_filter: str
    granted: int


@dataclass(frozen=True, slots=True)
class HandoverFailed:
    """A message could not be handed over; it was not acked, so the broker keeps it."""

    topic: str
    error: str


LinkEvent = (
    Connected
    | Disconnected
    | ConnectFailed
    | ConnectRefused
    | SessionLost
    | Subscribed
    | SubscribeRefused
    | QosLowered
    | HandoverFailed
)
