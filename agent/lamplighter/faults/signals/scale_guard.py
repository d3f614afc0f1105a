"""Values that suddenly come in another unit or power of ten: the source changed, not the machine.

A jump that lands just where the last value would stand in another unit (20 °C, then 68) is held
back until two more values bear it out, and from then on values are read in that unit, as long as
they lie nearer to the signal's course than as they are. A jump to anywhere else is the signal's;
so is one to ten times the value, unless its noise has become ten times as large, too. A temperature
that comes once in minutes may well rise from 20 to 68 °C between two values: it is believed.
"""

from __future__ import annotations

from lamplighter.faults.signals.units import Scale, mistakable

# So many values must fit before a scale is believed; more where their noise has to bear it out,
# which must have become larger, or smaller, by the scale, within this factor.
_PROOFS = 3
_PROOFS_BY_NOISE = 5
_ABOUT = 3.5
# Seconds between values in which no machine gets as much warmer as °F is more than °C.
_SOON_S = 90.0
# A jump is judged where it is larger than so many usual steps.
_LEAP = 8.0
# What fits: to within half a percent, or five usual steps, but no more than a quarter of the way.
_CLOSE = 0.005
_STEPS = 5.0
_OF_THE_WAY = 0.25
_MEMORY = 1 / 16
# Codes for "no value" that devices send as one: a missing sensor, a full or an empty register.
_CODES = frozenset(
    {
        -9999.0, -99999.0, -999.0, -32768.0, 32767.0, 65535.0, -2147483648.0, 2147483647.0,
        4294967295.0,
    }
)  # fmt: skip


class ScaleGuard:
    """Follows how a signal moves from value to value. One of these looks after one signal.

    Attributes:
        before: the last value of an earlier run, to compare the first one with.
        step: how far it usually moves from one value to the next.
        scale: the scale its values have now; None: that of its unit.
    """

    __slots__ = ("_doubt", "_held", "_moved", "_proofs", "before", "scale", "step")

    def __init__(self) -> None:
        self.before: float | None = None
        self.step = 0.0
        self.scale: Scale | None = None
        self._doubt: Scale | None = None
        self._proofs = 0
        self._held = 0.0
        self._moved = 0.0

    def is_ordinary(self, value: float, last: float) -> bool:
        """Whether the value goes on from the last one; learns the usual step. The common case."""
        delta = value - last if value > last else last - value
        if delta > self.step * _LEAP or self.scale is not None:
            return False
        self.step += (delta - self.step) * _MEMORY
        self._doubt = None
        return True

    def read(self, value: float, last: float, unit: str, *, passed: float) -> float | None:
        """What a value that is not ordinary stands for, in the signal's unit.

        Args:
            value: as it came.
            last: the signal's last value, in its unit.
            unit: the signal's unit.
            passed: seconds since the last value.

        Returns:
            None where it stands for nothing, or that can't be known yet.
        """
        if value in _CODES:
            return None
        if self.scale is not None:
            read = self.scale.read(value)
            if abs(read - last) <= abs(value - last):
                return self._taken(read, last)
            self.scale = None
        return self._judged(value, last, unit, passed)

    @property
    def doubt(self) -> Scale | None:
        """The scale in which the last value came, or seems to have come."""
        return self.scale or self._doubt

    def is_telling(self, read: float | None) -> bool:
        """Whether what was read of the last value says that something is wrong with the signal.

        A fall that may yet be a machine that stops says nothing of it.
        """
        if read is not None:
            return self.scale is not None
        return self._doubt is None or not self._doubt.proven or self._doubt.factor < 1.0

    def _judged(self, value: float, last: float, unit: str, passed: float) -> float | None:
        for scale in (self._doubt,) if self._doubt else mistakable(unit):
            known = scale is self._doubt
            if not self._fits(scale, value, last) and not (known and self._goes_on(scale, value)):
                continue
            if scale.is_near and passed > _SOON_S:
                continue
            if known:
                self._proofs += 1
                self._moved += abs(value - self._held)
            else:
                self._proofs, self._moved = 1, 0.0
            self._doubt, self._held = scale, value
            by_noise = scale.proven and self.step > 0
            if self._proofs < (_PROOFS_BY_NOISE if by_noise else _PROOFS):
                return None
            if not by_noise or self._noise_followed(scale):
                self.scale, self._doubt = scale, None
                return self._taken(scale.read(value), last)
        self._doubt = None
        return self._taken(value, last)

    def _noise_followed(self, scale: Scale) -> bool:
        """Whether the values that fitted moved more, or less, by the scale."""
        steps = scale.factor * self._moved / (_PROOFS_BY_NOISE - 1)
        return self.step / _ABOUT <= steps <= self.step * _ABOUT

    def _fits(self, scale: Scale, value: float, last: float) -> bool:
        if scale.is_round and self.step == 0:
            return False
        expected = scale.written(last)
        way = abs(expected - last)
        noise = _STEPS * self.step / abs(scale.factor)
        if noise > _OF_THE_WAY * way:
            return False
        return abs(value - expected) <= min(max(noise, _CLOSE * abs(expected)), _OF_THE_WAY * way)

    def _goes_on(self, scale: Scale, value: float) -> bool:
        """Whether a value goes on from the one that was held back: signals wander."""
        moved = abs(value - self._held)
        return moved <= max(_STEPS * self.step / abs(scale.factor), _CLOSE * abs(self._held))

    def _taken(self, value: float, last: float) -> float:
        self.step += (abs(value - last) - self.step) * _MEMORY
        return value
