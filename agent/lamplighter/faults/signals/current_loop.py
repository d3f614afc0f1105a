"""4-20 mA current loops by NAMUR NE 43: what a current says of the signal, and of the loop."""

from __future__ import annotations

from enum import Enum, auto

from lamplighter.faults.condition import BROKEN_BELOW
from lamplighter.faults.signals.settings import Loop

VALID_FROM, VALID_TO = 3.8, 20.5
"""The currents that carry a value, in mA."""
BROKEN_ABOVE = 21.0
"""This current and more tell of a failure, as ``BROKEN_BELOW`` and less do."""


class LoopState(Enum):
    """What a current says."""

    VALID = auto()
    SATURATED = auto()
    BROKEN = auto()


def state_of(current: float) -> LoopState:
    """What the current in mA says: between valid and broken, the transmitter is at its end."""
    if VALID_FROM <= current <= VALID_TO:
        return LoopState.VALID
    if BROKEN_BELOW < current < BROKEN_ABOVE:
        return LoopState.SATURATED
    return LoopState.BROKEN


def scaled(current: float, loop: Loop | bool) -> float:  # noqa: FBT001 - as it is configured
    """The value that a current in mA stands for: 4 mA is ``low``, 20 mA ``high``; else mA.

    It has ten digits: what the arithmetic adds to them is no part of the measurement.
    """
    if not isinstance(loop, Loop):
        return current
    return float(f"{loop.low + (current - 4.0) / 16.0 * (loop.high - loop.low):.10g}")
