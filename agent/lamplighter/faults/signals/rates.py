"""How fast a signal may rise and fall."""

from __future__ import annotations

import math
from array import array
from collections.abc import Collection

from lamplighter.faults.condition import RATE_KINDS, Kind
from lamplighter.faults.settings import Rate
from lamplighter.faults.signals.detectors import DelayedSwitch, Flips
from lamplighter.faults.signals.limits import Delays

_SLICES = 16
# A rate alarm returns when the change is back under this share of its limit.
_RATE_RETURN = 0.8


class RateDetector:
    """A change within a window beyond a limit, measured from the window's extremes.

    The window is kept as sixteen slices with their least and greatest value, so a window reaches
    back between 15/16 and the whole of its length. They are kept relative to the window's first
    value, in four bytes: seven digits of the change, not of the value.

    Args:
        rate: the limits and the window.
        delays: seconds that the change must stay beyond the limit, or below 80 % of it.
    """

    __slots__ = (
        "_delays", "_fall", "_high", "_low", "_number", "_per", "_rise", "_slices", "_switches",
        "_zero",
    )  # fmt: skip

    def __init__(self, rate: Rate, delays: Delays) -> None:
        self._delays = delays
        self._per = rate.per / _SLICES
        self._rise = math.inf if rate.rise is None else rate.rise
        self._fall = math.inf if rate.fall is None else rate.fall
        self._slices = array("f")
        self._number = -1
        self._zero = 0.0
        self._low = math.inf
        self._high = -math.inf
        self._switches: dict[Kind, DelayedSwitch] = {}

    def update(self, value: float, time: float) -> Flips | None:
        """Take the next value."""
        number = int(time // self._per)
        if number != self._number:
            self._turn(number, value)
        change = value - self._zero
        slices, at = self._slices, number % _SLICES
        if change < slices[at]:
            slices[at] = change
            self._low = min(self._low, change)
        if change > slices[at + _SLICES]:
            slices[at + _SLICES] = change
            self._high = max(self._high, change)
        rise, fall = change - self._low, self._high - change
        if rise > self._rise or fall > self._fall or self._switches:
            return self._switched(rise, fall, time)
        return None

    def tick(self, time: float) -> Flips | None:
        """A delay may have run out."""
        if not self._switches:
            return None
        return self._settled(
            [(k, flip) for k, each in self._switches.items() if (flip := each.tick(time))]
        )

    def restart(self, active: Collection[Kind]) -> None:
        """Take over which rates are passed, and begin a new window."""
        self._slices = array("f")
        self._number = -1
        self._switches = {}
        if RATE_KINDS.intersection(active):
            self._make(active)

    def _turn(self, number: int, value: float) -> None:
        """Goes on to another slice; those that lie too far back are empty again."""
        slices = self._slices
        if not slices or number - self._number >= _SLICES or number < self._number:
            self._slices = array("f", [math.inf] * _SLICES + [-math.inf] * _SLICES)
            self._zero, self._low, self._high = value, math.inf, -math.inf
        else:
            for passed in range(self._number + 1, number + 1):
                slices[passed % _SLICES] = math.inf
                slices[passed % _SLICES + _SLICES] = -math.inf
            self._low = min(slices[:_SLICES])
            self._high = max(slices[_SLICES:])
        self._number = number

    def _switched(self, rise: float, fall: float, time: float) -> Flips | None:
        if not self._switches:
            self._make(())
        flips: Flips = []
        for kind, change, limit in (
            (Kind.RISING_FAST, rise, self._rise),
            (Kind.FALLING_FAST, fall, self._fall),
        ):
            switch = self._switches[kind]
            bound = limit * _RATE_RETURN if switch.active else limit
            if (flip := switch.feed(change > bound, time)) is not None:
                flips.append((kind, flip))
        return self._settled(flips)

    def _make(self, active: Collection[Kind]) -> None:
        on, off = self._delays.on, self._delays.off
        self._switches = {
            kind: DelayedSwitch(on, off, active=kind in active)
            for kind in (Kind.RISING_FAST, Kind.FALLING_FAST)
        }

    def _settled(self, flips: Flips) -> Flips | None:
        if all(each.idle for each in self._switches.values()):
            self._switches = {}
        return flips or None
