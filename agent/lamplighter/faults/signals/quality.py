"""What was wrong with a signal's input lately: how often, and what it means for the signal."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

from lamplighter.faults.condition import DISTURBED_FROM
from lamplighter.faults.signals.detectors import Flip
from lamplighter.faults.signals.status import GOOD, Health, SignalStatus

# Sixteen values.
_REMEMBERED = 0xFFFF
# It is sound again after so many good ones in a row, and so long after the last wrong one.
_GOOD_IN_A_ROW = 0xFF
CALM_S = 60.0
# So many values in a row that can't be used at all: the signal has failed.
_LOST = 4


class Oddity(StrEnum):
    """The kinds of wrong input, as they are counted."""

    NO_NUMBER = "no_number"
    OUT_OF_RANGE = "out_of_range"
    LOOP_CURRENT = "loop_current"
    OTHER_UNIT = "other_unit"
    OTHER_SCALE = "other_scale"
    ODD_TIME = "odd_time"
    REPEATED = "repeated"
    OUT_OF_ORDER = "out_of_order"
    TOO_FAST = "too_fast"


_OF_TIME = frozenset({Oddity.ODD_TIME, Oddity.REPEATED, Oddity.OUT_OF_ORDER, Oddity.TOO_FAST})
"""What leaves the value itself a good one."""


class Disturbance:
    """The recent wrong input of one signal; there is none of these while all is well.

    Times are UTC seconds by the agent's clock.

    Args:
        counts: of all signals together.
        at: when the first wrong input came.
    """

    __slots__ = ("_counts", "_last", "_lost", "_oddity", "_recent", "_since", "_why", "active")

    def __init__(self, counts: Counter[Oddity], at: float) -> None:
        self.active = False
        self._counts = counts
        self._since = self._last = at
        self._recent = 0
        self._lost = 0
        self._oddity = Oddity.NO_NUMBER
        self._why = ""

    def bad(self, oddity: Oddity, why: str, at: float, *, used: bool = False) -> Flip | None:
        """Something wrong came.

        Args:
            oddity: of which kind.
            why: what it was, in words.
            at: when.
            used: whether a value could be made of it all the same.
        """
        self._counts[oddity] += 1
        if not self._recent:
            self._since = at
        self._recent = (self._recent << 1 | 1) & _REMEMBERED
        self._lost = 0 if used or oddity in _OF_TIME else self._lost + 1
        self._last = at
        # A passing doubt of its time does not hide that the value itself was wrong.
        if oddity not in _OF_TIME or self._oddity in _OF_TIME or not self._why:
            self._oddity, self._why = oddity, why
        if self.active or self._recent.bit_count() < DISTURBED_FROM:
            return None
        self.active = True
        return Flip(active=True, since=self._since)

    def resume(self) -> None:
        """Go on as disturbed, as an earlier run was."""
        self.active = True
        self._why = "its input was wrong before the restart"

    def good(self, at: float) -> Flip | None:
        """A good value came."""
        self._recent = self._recent << 1 & _REMEMBERED
        self._lost = 0
        if not self.active or self._recent & _GOOD_IN_A_ROW or at - self._last < CALM_S:
            return None
        self.active = False
        return Flip(active=False, since=at)

    def clock_set(self, by: float) -> None:
        """The clock was set, so many seconds forward."""
        self._last += by
        self._since += by

    def is_over(self, now: float) -> bool:
        """Whether it is history: not disturbed, the last value good, and calm for a while."""
        return not self.active and not self._lost and now - self._last >= CALM_S

    @property
    def health(self) -> Health:
        """What it means for the signal, by NAMUR NE 107."""
        if self._lost >= _LOST:
            return Health(SignalStatus.FAILURE, self._why)
        if self._oddity not in _OF_TIME:
            return Health(SignalStatus.OUT_OF_SPECIFICATION, self._why)
        return Health(SignalStatus.MAINTENANCE_REQUIRED, self._why) if self.active else GOOD
