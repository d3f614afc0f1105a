"""What a fault table consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOVES = ("up", "down", "stale", "stuck", "steady")


@dataclass(frozen=True, slots=True)
class FaultPattern:
    """One fault: the signals that move with it (the leading one first), log words, what to do."""

    fault: str
    signals: tuple[tuple[str, str], ...]
    logs: tuple[str, ...]
    check: str


@dataclass(frozen=True, slots=True)
class FaultTable:
    """What is known of one class of machines; ``checks`` by the leading signal's move."""

    machine_class: str
    faults: tuple[FaultPattern, ...]
    checks: Mapping[str, str]
