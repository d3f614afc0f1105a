"""A link's state for ``health``, and the counts it is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Counts since the start. Each is written by one thread only."""

    received: int = 0
    received_bytes: int = 0
    acked: int = 0
    stale_acks: int = 0
    sent: int = 0
    refused: int = 0
    handover_failures: int = 0
    connections: int = 0
    gaps: int = 0


@dataclass(frozen=True, slots=True)
class LinkState:
    """How a link is at one moment.

    Attributes:
        name: which link: ``broker`` or ``upstream``.
        connected: True where the broker has accepted the connection and it is alive.
        since: UTC seconds since when it is (not) connected; None before the first attempt.
        epoch: number of the current connection, or of the last where there is none.
        last_packet_age_s: seconds since the broker was last heard, None where not connected.
        in_flight: publications sent and not yet acknowledged by the broker.
        paused: True while nothing is read because the store can't take more.
        reconnects: connections accepted after the first one.
        gaps: times the broker had forgotten the session.
        session_present: what the broker said about it on the last connection.
        last_error: why the last connection ended or failed, empty where none did.
        received: messages received, duplicates included.
        received_bytes: bytes of their payloads.
        acked: messages acknowledged to the broker.
        stale_acks: acks that came after their connection had ended, and were dropped.
        sent: publications the broker has taken.
        refused: publications the broker has refused.
        handover_failures: messages that could not be handed over.
    """

    name: str
    connected: bool
    since: float | None
    epoch: int
    last_packet_age_s: float | None
    in_flight: int
    paused: bool
    reconnects: int
    gaps: int
    session_present: bool
    last_error: str
    received: int
    received_bytes: int
    acked: int
    stale_acks: int
    sent: int
    refused: int
    handover_failures: int
