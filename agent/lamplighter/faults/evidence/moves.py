"""How signals moved, and how far that is what a fault's pattern expects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lamplighter.faults.condition import DOWNWARD, RATE_KINDS, UPWARD, Kind

_SHIFTS = RATE_KINDS | {Kind.SHIFTED_UP, Kind.SHIFTED_DOWN}
_DRIFTS = frozenset({Kind.DRIFTING_UP, Kind.DRIFTING_DOWN})
_RESTLESS = frozenset({"unsteady", "spiking", "unusual"})
_OPPOSITE = {"up": "down", "down": "up"}
_DIRECTIONS = 2
# Shares of a full match: of a direction whose manner is not known, of one of another manner,
# of another kind of unrest, of unrest where a direction is expected.
_MANNER_UNKNOWN = 0.6
_OTHER_MANNER = 0.3
_OTHER_UNREST = 0.5
_ONLY_UNREST = 0.3


@dataclass(frozen=True, slots=True)
class Move:
    """How one signal moved.

    Attributes:
        tag: its key in the configuration.
        name: what people call it.
        move: ``up``, ``down``, ``steady``, or the kind of its alarm: ``unsteady``, ``stale`` ...
        unit: its unit.
        also: further moves of it: ``drifting up``, ``spiking`` ...
        alarmed: whether it has an alarm.
        known: whether what it measures can be relied upon; else its move says nothing.
    """

    tag: str
    name: str
    move: str
    unit: str = ""
    also: tuple[str, ...] = ()
    alarmed: bool = True
    known: bool = True

    @property
    def all(self) -> frozenset[str]:
        """Everything it did."""
        return frozenset((self.move, *self.also))

    @property
    def moved(self) -> bool:
        """Whether the machine moved it, as far as is known."""
        return self.known and self.move != "steady"


def moves_of(kinds: Iterable[Kind]) -> tuple[str, tuple[str, ...]]:
    """The move of a signal with such conditions, and the further ones.

    Args:
        kinds: the gravest first; at least one.
    """
    found: dict[str, None] = {}
    for kind in kinds:
        direction = "up" if kind in UPWARD else "down" if kind in DOWNWARD else str(kind)
        found.setdefault(direction)
        if kind in _SHIFTS:
            found.setdefault(f"jumping {direction}")
        elif kind in _DRIFTS:
            found.setdefault(f"drifting {direction}")
    first, *further = found
    return first, tuple(further)


def grade(wanted: Iterable[str], row: Move) -> float:
    """How far the signal did one of what is expected: 1 wholly, 0 not at all."""
    return max(_grade(each, row.all) for each in wanted) if row.known else 0.0


def is_contrary(wanted: Iterable[str], row: Move) -> bool:
    """Whether the signal is known to do the opposite of what is expected, or nothing at all.

    Unrest contradicts no direction, and no direction contradicts unrest.
    """
    if not row.known or row.all & _RESTLESS:
        return False
    goals = set(wanted)
    expected = {each.split()[-1] for each in goals} & {"up", "down"}
    if row.move == "steady":
        return "steady" not in goals
    if len(expected) != 1 or len(row.all & {"up", "down"}) == _DIRECTIONS:
        return False
    return _OPPOSITE.get(row.move) in expected


def _grade(wanted: str, done: frozenset[str]) -> float:
    if wanted in done:
        return 1.0
    if wanted in _RESTLESS:
        return _OTHER_UNREST if done & _RESTLESS else 0.0
    manner, _, direction = wanted.rpartition(" ")
    if direction in done and manner:
        said = any(each.endswith(f" {direction}") for each in done)
        return _OTHER_MANNER if said else _MANNER_UNKNOWN
    if direction in _OPPOSITE and done & _RESTLESS and _OPPOSITE[direction] not in done:
        return _ONLY_UNREST
    return 0.0
