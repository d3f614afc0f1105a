"""What a value that came stands for: number or not, unit, loop current, plausible range."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lamplighter.faults.condition import BROKEN_BELOW
from lamplighter.faults.settings import Tag
from lamplighter.faults.signals.current_loop import (
    BROKEN_ABOVE,
    VALID_FROM,
    VALID_TO,
    LoopState,
    scaled,
    state_of,
)
from lamplighter.faults.signals.detectors import DelayedSwitch, Flip
from lamplighter.faults.signals.quality import Oddity
from lamplighter.faults.signals.units import Scale, between
from lamplighter.faults.wording import exact, quantity, shown

GREATEST = 1e30
"""No sensor measures more; sums and squares of what is below stay finite."""
LEAST = -GREATEST
# A loose contact comes and goes: the loop is sound when it was for so many seconds.
_LOOP_SOUND_S = 10.0


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a value.

    Attributes:
        value: in the tag's unit; None: it is no value.
        oddity: what is wrong with it; None: nothing.
        why: the same in words.
        flip: the loop broke, or is sound again.
    """

    value: float | None
    oddity: Oddity | None = None
    why: str = ""
    flip: Flip | None = None


class Reading:
    """Reads one signal's values.

    Args:
        tag: the signal's configuration.

    Attributes:
        why: what is wrong with the loop, in words.
    """

    __slots__ = ("_loop", "_said", "_scale", "_tag", "why")

    def __init__(self, tag: Tag) -> None:
        self._tag = tag
        self._said = ""
        self._scale: Scale | None = None
        self._loop: DelayedSwitch | None = None
        self.why = ""

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and greatest value that the signal can have."""
        given = self._tag.range
        if given is None:
            return LEAST, GREATEST
        least = LEAST if given.least is None else given.least
        return least, GREATEST if given.greatest is None else given.greatest

    @property
    def broken(self) -> bool:
        """Whether the current loop is broken."""
        return self._loop is not None and self._loop.active

    def read(self, value: float, arrived: float, unit: str, doubt: str) -> Read:
        """What the value stands for.

        Args:
            value: as it came; NaN where it was no number.
            arrived: UTC seconds.
            unit: the unit that the source says; "" where it says none.
            doubt: what is odd about it, in words; "" nothing.
        """
        if not LEAST < value < GREATEST:
            return Read(None, Oddity.NO_NUMBER, doubt or f"{value:g} is no number to be measured")
        oddity: Oddity | None = Oddity.ODD_TIME if doubt else None
        why, flip = doubt, None
        if unit:
            converted = self._converted(value, unit)
            if converted.value is None:
                return converted
            if converted.oddity is not None:
                oddity, why = converted.oddity, converted.why
            value = converted.value
        if self._tag.loop:
            through = self._through_loop(value, arrived)
            if through.value is None:
                return through
            value, flip = through.value, through.flip
        least, greatest = self.bounds
        if not least <= value <= greatest:
            return Read(None, Oddity.OUT_OF_RANGE, self._outside(value), flip)
        return Read(value, oddity, why, flip)

    def tick(self, now: float) -> Flip | None:
        """The loop may have been sound for long enough."""
        if self._loop is None:
            return None
        return self._settled(self._loop.tick(now))

    def clock_set(self, by: float) -> None:
        """The clock was set, so many seconds forward."""
        if self._loop is not None:
            self._loop.clock_set(by)

    def force(self, *, active: bool) -> None:
        """Take over whether the loop was broken."""
        self._loop = DelayedSwitch(0.0, _LOOP_SOUND_S, active=True) if active else None
        self.why = "the loop was broken before the restart" if active else ""

    def _converted(self, value: float, unit: str) -> Read:
        if unit != self._said:
            wanted = "mA" if self._tag.loop else self._tag.unit or self._said or unit
            self._scale = between(unit, wanted)
            self._said = unit
        scale = self._scale
        wanted = "mA" if self._tag.loop else self._tag.unit
        if scale is None:
            return Read(None, Oddity.OTHER_UNIT, f"says {unit[:20]!r} where {wanted} is expected")
        if scale.factor == 1.0 and scale.offset == 0.0:
            return Read(value)
        why = f"comes in {unit[:20]} and is converted to {wanted}"
        return Read(scale.read(value), Oddity.OTHER_UNIT, why)

    def _through_loop(self, current: float, arrived: float) -> Read:
        state = state_of(current)
        if state is LoopState.VALID:
            flip = self._loop.feed(wanted=False, time=arrived) if self._loop else None
            return Read(scaled(current, self._tag.loop), flip=self._settled(flip))
        came = quantity(shown(current), "mA")
        if state is LoopState.SATURATED:
            valid = f"{VALID_FROM:g} to {VALID_TO:g} mA"
            return Read(None, Oddity.LOOP_CURRENT, f"{came} is outside of {valid} (NAMUR NE 43)")
        self.why = f"broken loop: {came} {_failing(current)} (NAMUR NE 43)"
        if self._loop is None:
            self._loop = DelayedSwitch(0.0, _LOOP_SOUND_S)
        flip = self._loop.feed(wanted=True, time=arrived)
        return Read(None, Oddity.LOOP_CURRENT, self.why, flip)

    def _settled(self, flip: Flip | None) -> Flip | None:
        if flip is not None and not flip.active:
            self._loop = None
        return flip

    def _outside(self, value: float) -> str:
        given, unit = self._tag.range, self._tag.value_unit
        came = quantity(shown(value), unit)
        if given is None or not math.isfinite(value):
            return f"{came} is nothing that can be measured"
        if given.greatest is not None and value > given.greatest:
            return f"{came} is above the plausible {quantity(exact(given.greatest), unit)}"
        return f"{came} is below the plausible {quantity(exact(given.least or 0.0), unit)}"


def _failing(current: float) -> str:
    """What a current says of a failure; transmitters tell one by the very bounds, too."""
    if current < BROKEN_BELOW:
        return f"is below {BROKEN_BELOW:g} mA"
    if current > BROKEN_ABOVE:
        return f"is above {BROKEN_ABOVE:g} mA"
    return "tells of a failure"
