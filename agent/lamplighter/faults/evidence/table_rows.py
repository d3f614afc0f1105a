"""What a fault table consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MOVES = (
    "up", "down", "steady", "drifting up", "drifting down", "jumping up", "jumping down",
    "unsteady", "spiking", "unusual",
)  # fmt: skip
"""How a signal can move in the pattern of a fault."""
LEADS = ("up", "down", "unsteady", "spiking", "unusual", "pattern", "stale", "stuck",
         "loop_fault", "disturbed")  # fmt: skip
"""By what checks can be given where no pattern fits."""

Expected = tuple[str, tuple[str, ...]]
"""A signal's word or measurand, and the moves of which it is to make one."""


@dataclass(frozen=True, slots=True)
class FaultPattern:
    """One fault.

    Attributes:
        fault: its name.
        signals: what moves with it, the leading one first.
        logs: words of log lines that speak for it, in lower case.
        check: what to do first.
        without: moves that speak against it.
    """

    fault: str
    signals: tuple[Expected, ...]
    logs: tuple[str, ...]
    check: str
    without: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True)
class FaultTable:
    """What is known of one class of machines.

    Attributes:
        machine_class: pump, fan ...
        faults: their patterns.
        checks: what to look at by the leading signal's move, where no pattern fits.
        words: further names of measurands, as their words.
    """

    machine_class: str
    faults: tuple[FaultPattern, ...]
    checks: Mapping[str, str]
    words: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
