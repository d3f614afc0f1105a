"""What is configured of signals beside their limits: range, deviation, loop, kind of quantity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType

QUANTITIES = ("", "flow", "level", "pressure", "temperature", "other")


@dataclass(frozen=True, slots=True)
class Habit:
    """How alarms of a kind of quantity are kept from chattering.

    Attributes:
        deadband: share of the signal's span.
        delay: seconds, before an alarm comes and before it goes.
    """

    deadband: float
    delay: float


HABITS = MappingProxyType(
    {
        "flow": Habit(0.05, 15.0),
        "level": Habit(0.05, 60.0),
        "pressure": Habit(0.02, 15.0),
        "temperature": Habit(0.01, 60.0),
        "other": Habit(0.01, 5.0),
    }
)
"""Starting points by ANSI/ISA-18.2 and EEMUA 191: deadband and delay by kind of quantity."""


@dataclass(frozen=True, slots=True)
class Range:
    """What the signal can be at all, in its unit: outside it, the signal is what is wrong."""

    least: float | None = None
    greatest: float | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """A range without an inside."""
        if self.least is not None and self.greatest is not None and self.least >= self.greatest:
            yield "greatest", f"must be above least ({self.least:g}), not {self.greatest:g}"


@dataclass(frozen=True, slots=True)
class Deviation:
    """How far a signal may be from its own usual value, in its unit.

    Attributes:
        above: so far above its usual value is an alarm, or None.
        below: so far below it is one, or None.
        over: the usual value follows the signal over so many seconds (its time constant). It
            stands still while the signal is farther away than that.
        warm_up: seconds of values that it takes until there is a usual value to deviate from.
        relearn_after: seconds after which a deviation that stays becomes the usual value; None:
            never, it stays an alarm.
        deadband: how far back the value must be for the return; None: a tenth of the bound.
        on_delay: seconds that it must deviate; None: as the limits of the tag.
        off_delay: seconds that it must be back; None: as the limits of the tag.
    """

    above: float | None = field(default=None, metadata={"min": 0})
    below: float | None = field(default=None, metadata={"min": 0})
    over: float = field(default=3600.0, metadata={"min": 10, "max": 31_536_000})
    warm_up: float = field(default=600.0, metadata={"min": 0, "max": 31_536_000})
    relearn_after: float | None = field(default=None, metadata={"min": 60})
    deadband: float | None = field(default=None, metadata={"min": 0})
    on_delay: float | None = field(default=None, metadata={"min": 0})
    off_delay: float | None = field(default=None, metadata={"min": 0})

    def problems(self) -> Iterator[tuple[str, str]]:
        """Neither way is bounded."""
        if self.above is None and self.below is None:
            yield "", "needs above or below, or both"


@dataclass(frozen=True, slots=True)
class Loop:
    """A 4-20 mA current loop by NAMUR NE 43: what 4 mA and 20 mA stand for, in ``unit``."""

    low: float
    high: float
    unit: str = ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """A scale without an extent."""
        if self.low == self.high:
            yield "high", f"must differ from low ({self.low:g})"
