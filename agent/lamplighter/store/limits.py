"""How much of each thing is kept."""

from __future__ import annotations

from dataclasses import dataclass

_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the store's tables; times in seconds.

    Attributes:
        history_seconds: age of the oldest sample.
        history_rows: samples kept, numbers and texts each.
        dead_letters: messages kept that could not be handled.
        ledger: lines of the ledger kept apart by topic.
        command_seconds: how long a finished command is remembered.
        alarm_seconds: how long a condition is kept after it became normal.
        reports: fault reports kept.
        audit_seconds: age of the oldest action.
        audit_rows: actions kept.
        episode_seconds: age of the oldest episode.
        episodes: episodes kept.
        schedule_seconds: how long a scheduled thing is kept when it is over.
        ballast_bytes: space given up when the disk is full.
    """

    history_seconds: float = 30 * _DAY
    history_rows: int = 5_000_000
    dead_letters: int = 1000
    ledger: int = 5000
    command_seconds: float = 7 * _DAY
    alarm_seconds: float = 30 * _DAY
    reports: int = 1000
    audit_seconds: float = 365 * _DAY
    audit_rows: int = 100_000
    episode_seconds: float = 3 * 365 * _DAY
    episodes: int = 10_000
    schedule_seconds: float = 7 * _DAY
    ballast_bytes: int = 1 << 20
