"""Values that come faster than they are looked at: their extremes and the last one are kept."""

from __future__ import annotations

LEAST_STEP = 0.05
"""Seconds between values that are looked at one by one: what is faster is thinned."""
# So many values of one timestamp are a fast source with a coarse clock; fewer are repetitions.
_COARSE = 5
# So much faster than it used to be is told of; where that is not known, than this a second.
_UNUSUAL = 20.0
_USUAL = 50.0
_FEW = 4
_FLOOD = 100


class Burst:
    """What came since the last value that was looked at.

    Args:
        value: the first value.
        time: its timestamp, in the source's time.
        alike: whether it has the timestamp of the value before.
    """

    __slots__ = ("_alike", "_greatest", "_last", "_least", "count")

    def __init__(self, value: float, time: float, *, alike: bool) -> None:
        self._least = self._greatest = self._last = (time, value)
        self._alike = int(alike)
        self.count = 1

    def add(self, value: float, time: float, *, alike: bool) -> None:
        """Take another one."""
        self.count += 1
        self._alike += alike
        self._last = (time, value)
        if value < self._least[1]:
            self._least = self._last
        elif value > self._greatest[1]:
            self._greatest = self._last

    @property
    def repeated(self) -> bool:
        """Whether these are but repetitions of one timestamp: nothing to be looked at."""
        return self._alike == self.count and self.count < _COARSE

    @property
    def is_spread(self) -> bool:
        """Whether they have times of their own."""
        return self._alike < self.count

    @property
    def is_flood(self) -> bool:
        """Whether these are too many, however they came."""
        return self.count >= _FLOOD

    def is_unusual(self, pace: float | None) -> bool:
        """Whether that is far faster than the pace so far, in values a second; None: unknown."""
        usual = _USUAL if pace is None else max(pace, 1.0)
        return self.count >= _FEW and self.count / LEAST_STEP > _UNUSUAL * usual

    def kept(self) -> list[tuple[float, float]]:
        """Least, greatest and last value with their times, in order of time, each once."""
        if self.repeated:
            return []
        return sorted({self._least, self._greatest, self._last}, key=lambda row: row[0])
