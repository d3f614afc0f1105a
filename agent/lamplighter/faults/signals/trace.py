"""A signal's recent past in constant memory: what baselines, slopes and extremes come from."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from statistics import median

# 64 slots of 10 s reach back 10 minutes at 1 Hz; a slower signal's 64 slots reach further.
SLOTS = 64
SLOT_S = 10.0
# A fault starts before its alarm: what came this shortly before the onset is no baseline.
GUARD_S = 60.0
_LEAST = 3
_MAD_TO_SIGMA = 1.4826
# Of three evenly spaced values on a line, each step is half of the range; of more it is less.
_FEW = 4
_JUMP_SHARE_OF_FEW = 0.6
_JUMP_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Slot:
    """The values of one span of time: when it began, their mean, least and greatest.

    Least and greatest hold seven significant digits, more than any sensor has.
    """

    time: float
    mean: float
    least: float
    greatest: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a signal was like before: the median of slot means, and their robust spread."""

    value: float
    spread: float


class Trace:
    """The last 64 spans of time in which the signal had values, with mean, least and greatest.

    Args:
        slot_s: the length of a span in seconds.
    """

    __slots__ = (
        "_count", "_greatest", "_least", "_means", "_next", "_numbers", "_slot_s", "_sum", "_used",
    )  # fmt: skip

    def __init__(self, slot_s: float = SLOT_S) -> None:
        self._slot_s = slot_s
        # A gateway keeps a thousand of these: spans are numbered in 4 bytes, extremes rounded.
        self._numbers = array("i", [0]) * SLOTS
        self._means = array("d", [0.0]) * SLOTS
        self._least = array("f", [0.0]) * SLOTS
        self._greatest = array("f", [0.0]) * SLOTS
        self._next = 0
        self._used = 0
        self._sum = 0.0
        self._count = 0

    def add(self, value: float, time: float) -> None:
        """Take the next value; ``time`` is UTC seconds since 1970, and never runs backwards."""
        number = int(time // self._slot_s)
        at = (self._next - 1) % SLOTS
        if self._used and self._numbers[at] == number:
            self._count += 1
            self._sum += value
            self._means[at] = self._sum / self._count
            self._least[at] = min(self._least[at], value)
            self._greatest[at] = max(self._greatest[at], value)
            return
        at = self._next
        self._numbers[at] = number
        self._means[at] = self._least[at] = self._greatest[at] = self._sum = value
        self._count = 1
        self._next = (at + 1) % SLOTS
        self._used = min(self._used + 1, SLOTS)

    def slots(self) -> Iterator[Slot]:
        """The spans, oldest first."""
        for index in range(self._used):
            at = (self._next - self._used + index) % SLOTS
            yield Slot(
                self._numbers[at] * self._slot_s,
                self._means[at],
                _rounded(self._least[at]),
                _rounded(self._greatest[at]),
            )

    def baseline(self, onset: float) -> Baseline | None:
        """What the signal was like before the onset; None where too little came before it."""
        means = [s.mean for s in self.slots() if s.time + self._slot_s <= onset - GUARD_S]
        if len(means) < _LEAST:
            means = [s.mean for s in self.slots() if s.time + self._slot_s <= onset]
        if len(means) < _LEAST:
            return None
        middle = median(means)
        return Baseline(middle, _MAD_TO_SIGMA * median(abs(mean - middle) for mean in means))

    def slope(self, now: float, window_s: float = 120.0) -> float | None:
        """Least-squares slope per minute over the window; None with fewer than three spans."""
        points = [s for s in self.slots() if s.time >= now - window_s - self._slot_s]
        if len(points) < _LEAST:
            return None
        middle_time = sum(p.time for p in points) / len(points)
        middle = sum(p.mean for p in points) / len(points)
        over = sum((p.time - middle_time) * (p.mean - middle) for p in points)
        return 60.0 * over / sum((p.time - middle_time) ** 2 for p in points)

    def jumped(self, now: float, window_s: float = 120.0) -> bool:
        """Whether one step makes up much of the window's range, so that a slope means nothing."""
        slots = [s for s in self.slots() if s.time >= now - window_s - self._slot_s]
        if not slots:
            return False
        # A step lies within one span, or in the gap between the values of two.
        steps = [s.greatest - s.least for s in slots]
        steps += [
            max(after.least - before.greatest, before.least - after.greatest)
            for before, after in pairwise(slots)
        ]
        extent = max(s.greatest for s in slots) - min(s.least for s in slots)
        share = _JUMP_SHARE if len(slots) > _FEW else _JUMP_SHARE_OF_FEW
        return max(steps) > share * extent

    def extremes(self, since: float) -> tuple[float, float] | None:
        """Least and greatest value since a time (by whole spans); None where there was none."""
        recent = [s for s in self.slots() if s.time + self._slot_s > since]
        if not recent:
            return None
        return min(s.least for s in recent), max(s.greatest for s in recent)

    def recent(self, count: int) -> list[float]:
        """The means of the last ``count`` spans, oldest first."""
        return [s.mean for s in islice(self.slots(), max(0, self._used - count), None)]


def _rounded(value: float) -> float:
    """A number kept in 4 bytes, without the digits that are no part of it: 8.2, not 8.1999998."""
    return float(f"{value:.7g}")
