"""A signal's recent past in constant memory: what baselines, slopes and extremes come from."""

from __future__ import annotations

import math
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
_ROW = 4
# Numbers of spans are whole up to here, in four bytes; beyond, the past begins anew.
_FARTHEST = 1 << 24
_PACE = 1 / 8
_DIGITS = 6
_MAD_TO_SIGMA = 1.4826
# Of three evenly spaced values on a line, each step is half of the range; of more it is less.
_FEW = 4
_JUMP_SHARE_OF_FEW = 0.6
_JUMP_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Slot:
    """The values of one span of time: when it began, their mean, least and greatest.

    They hold seven significant digits of how far they are from the signal's first value.
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

    A gateway keeps thousands of these: a span's number and its three values take 4 bytes each, and
    are kept relative to the first span and its first value, so that digits are lost of what the
    signal moves, and not of where it is.

    Args:
        slot_s: the length of a span in seconds.
    """

    __slots__ = (
        "_before", "_count", "_first", "_next", "_pace", "_rows", "_slot_s", "_sum", "_used",
        "_zero",
    )  # fmt: skip

    def __init__(self, slot_s: float = SLOT_S) -> None:
        self._slot_s = slot_s
        # Number, mean, least, greatest of the first span, then of the next one ...
        self._rows = array("f")
        self._zero = 0.0
        self._first = 0
        self._next = 0
        self._used = 0
        self._sum = 0.0
        self._count = 0
        self._pace = 0.0
        self._before: Baseline | None = None

    @property
    def pace(self) -> float | None:
        """Values a second over the last spans; None before there were some."""
        return self._pace / self._slot_s if self._used >= _LEAST else None

    def add(self, value: float, time: float) -> None:
        """Take the next value; ``time`` is UTC seconds since 1970, and never runs backwards."""
        number = int(time // self._slot_s) - self._first
        rows, at = self._rows, self._next
        change = value - self._zero
        if self._used and rows[at] == number:
            self._count += 1
            self._sum += change
            rows[at + 1] = self._sum / self._count
            if change < rows[at + 2]:
                rows[at + 2] = change
            elif change > rows[at + 3]:
                rows[at + 3] = change
            return
        self._turn(number, value)

    def _turn(self, number: int, value: float) -> None:
        """Begins a new span."""
        if not self._used or number >= _FARTHEST:
            self._first += number
            self._zero = value
            self._rows = array("f", (0.0, 0.0, 0.0, 0.0))
            number, self._next, self._used = 0, 0, 1
        else:
            share = _PACE if self._used > 1 else 1.0
            self._pace += (self._count - self._pace) * share
            self._next = (self._next + _ROW) % (SLOTS * _ROW)
            if self._used < SLOTS:
                self._rows.extend((0.0, 0.0, 0.0, 0.0))
                self._used += 1
        change, at = value - self._zero, self._next
        self._rows[at] = number
        self._rows[at + 1] = self._rows[at + 2] = self._rows[at + 3] = self._sum = change
        self._count = 1

    def slots(self) -> Iterator[Slot]:
        """The spans, oldest first."""
        rows, zero = self._rows, self._zero
        for index in range(self._used):
            at = (self._next + _ROW * (index + 1 - self._used)) % (SLOTS * _ROW)
            yield Slot(
                (rows[at] + self._first) * self._slot_s,
                zero + rows[at + 1],
                _rounded(zero + rows[at + 2], zero),
                _rounded(zero + rows[at + 3], zero),
            )

    def baseline(self, onset: float) -> Baseline | None:
        """What the signal was like before the onset; None where too little came before it."""
        means = [s.mean for s in self.slots() if s.time + self._slot_s <= onset - GUARD_S]
        if len(means) < _LEAST:
            means = [s.mean for s in self.slots() if s.time + self._slot_s <= onset]
        if len(means) < _LEAST:
            return self._before
        middle = median(means)
        return Baseline(middle, _MAD_TO_SIGMA * median(abs(mean - middle) for mean in means))

    def restore(self, before: Baseline) -> None:
        """Take over what an earlier run knew: it counts until there is enough of this one."""
        self._before = before

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


def _rounded(value: float, zero: float) -> float:
    """A number kept in 4 bytes, without the digits that are no part of it: 8.2, not 8.1999998."""
    size = max(abs(value - zero), abs(value) * 1e-6, abs(zero) * 1e-6)
    if size == 0.0 or not math.isfinite(size):
        return value
    return round(value, _DIGITS - math.floor(math.log10(size)))
