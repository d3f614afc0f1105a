"""The bank: what is learned of all signals, as arrays, and how unusual each span of values is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lamplighter.faults.signals.learned.spans import Rows, SpanBuffer
from lamplighter.faults.signals.learned.surprise import Tail, Tails, begin, bound, surprise
from lamplighter.faults.signals.learned.views import (
    HOURS,
    Array,
    Field,
    Hourly,
    Hours,
    Pace,
    Seen,
    Spans,
    View,
    look,
)

WARM_UP: Final = 150
"""So many spans of a signal's values are learned from before anything is unusual."""
REFRACTORY: Final = 150
"""For so many spans after something unusual, only what is more unusual still is told."""


BAR_PER_DECADE: Final = 2.0
"""The bar is that of a span each 10 s; it is so much lower for ten times fewer spans."""
CALM_AGAIN_S: Final = 15.0 * 86_400.0
"""In so many seconds the wariness after something told falls to a third."""
_SLOWEST_S: Final = 86_400.0


class Peak(IntEnum):
    """What is kept of the last thing that was told of a signal."""

    SCORE = 0
    AGE = 1
    WARY = 2
    """How much more unusual than the bar something must be, because much was told before."""
    EVERY = 3
    """The logarithm of the seconds from one span to the next, about the last hundred."""
    RUN = 4
    """For how many spans in a row drift has been beyond its bound; below 0: downward."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the bank learns; one set of values is for all signals."""

    pace: Pace = field(default_factory=Pace)
    tails: Tails = field(default_factory=Tails)
    warm_up: int = WARM_UP
    refractory: int = REFRACTORY


@dataclass(frozen=True, slots=True)
class Learned:
    """What is learned of some signals: one column a signal."""

    kept: Array
    hours: Hours
    tails: Array
    peak: Array

    @classmethod
    def nothing(cls, signals: int, tails: Tails) -> Learned:
        """Of signals that no value came of yet."""
        return cls(
            np.zeros((len(Field), signals)),
            np.zeros((len(Hourly), HOURS, signals), dtype=np.float32),
            begin(tails, len(View), signals),
            np.zeros((len(Peak), signals)),
        )

    def parts(self) -> dict[str, Array | Hours]:
        """The arrays by name."""
        return {
            "kept": self.kept,
            "hours": self.hours,
            "tails": self.tails,
            "peak": self.peak,
        }

    def of(self, rows: Rows) -> Learned:
        """A copy of some signals' columns."""
        return Learned(
            self.kept[:, rows],
            self.hours[:, :, rows],
            self.tails[:, :, rows],
            self.peak[:, rows],
        )

    def put(self, rows: Rows, part: Learned) -> None:
        """Put such columns back."""
        self.kept[:, rows] = part.kept
        self.hours[:, :, rows] = part.hours
        self.tails[:, :, rows] = part.tails
        self.peak[:, rows] = part.peak


@dataclass(frozen=True, slots=True)
class Judged:
    """How unusual one span of each of some signals is.

    Attributes:
        rows: the signals.
        spans: the spans.
        score: the sum of the views' surprise, where it is a record of the refractory time; else 0.
        total: the same sum in any case.
        bar: what a score must reach to be told, apart from the sensitivity: less for a signal that
            is seldom heard of, more for one that much was told of.
        surprise: of each view, (view, signal).
        seen: what the views saw.
        bounds: the distances that one value in a hundred exceeds, (view, signal).
        learned: what is known of the signals now.
    """

    rows: Rows
    spans: Spans
    score: Array
    total: Array
    bar: Array
    surprise: Array
    seen: Seen
    bounds: Array
    learned: Learned


class Bank:
    """Learns what is usual of many signals, and judges their values by it.

    Args:
        signals: how many there are; they are told by their row.
        seconds: the length of a span.
        tuning: how it learns.
    """

    def __init__(self, signals: int, seconds: float, tuning: Tuning | None = None) -> None:
        self.tuning = tuning or Tuning()
        self.buffer = SpanBuffer(signals, seconds)
        self.learned = Learned.nothing(signals, self.tuning.tails)
        self._signals = signals

    def tick(self, now: float) -> Iterator[Judged]:
        """Judge the spans that are over by now, oldest first, each signal once in a batch."""
        for rows, spans in self.buffer.closed(now):
            yield self.judge(rows, spans)

    def judge(self, rows: Rows, spans: Spans) -> Judged:
        """Judge one span of some signals, and learn from it."""
        learned = self.learned if len(rows) == self._signals else self.learned.of(rows)
        if learned is self.learned and not np.array_equal(rows, np.arange(self._signals)):
            learned = self.learned.of(rows)
        with np.errstate(over="ignore", under="ignore"):
            seen = look(learned.kept, learned.hours, spans, self.tuning.pace)
            bounds = bound(learned.tails)
            count = learned.kept[Field.COUNT]
            rarity = surprise(learned.tails, seen.distance, count, self.tuning.tails)
        bar = _bar(learned.peak, spans.lasts, count)
        rarity = np.where(count > self.tuning.warm_up, rarity, 0.0)
        total = rarity.sum(axis=0)
        _runs(learned.peak, rarity[View.DRIFT], seen.upward[View.DRIFT])
        score = _records(learned.peak, total, self.tuning.refractory)
        if learned is not self.learned:
            self.learned.put(rows, learned)
        return Judged(rows, spans, score, total, bar, rarity, seen, bounds, learned)


def _bar(peak: Array, lasts: Array, count: Array) -> Array:
    """What is so rare comes so much more seldom in a month, the fewer values a signal has."""
    peak[Peak.WARY] *= np.exp(-lasts / CALM_AGAIN_S)
    every = np.log10(np.clip(lasts, 1.0, _SLOWEST_S))
    peak[Peak.EVERY] += np.maximum(0.01, 1.0 / count) * (every - peak[Peak.EVERY])
    bar: Array = peak[Peak.WARY] - BAR_PER_DECADE * (peak[Peak.EVERY] - 1.0)
    return bar


def _runs(peak: Array, drift: Array, upward: NDArray[np.bool_]) -> None:
    """Count the spans since the drift went beyond its bound on the side that it is on."""
    way = np.where(drift > 0.0, np.where(upward, 1.0, -1.0), 0.0)
    peak[Peak.RUN] = np.where(way * peak[Peak.RUN] > 0.0, peak[Peak.RUN], 0.0) + way


def _records(peak: Array, total: Array, refractory: int) -> Array:
    """The scores that none within the refractory time before them reached; else 0."""
    record = (total > peak[Peak.SCORE]) | (peak[Peak.AGE] >= refractory)
    peak[Peak.SCORE] = np.where(record, total, peak[Peak.SCORE])
    peak[Peak.AGE] = np.where(record, 0.0, peak[Peak.AGE] + 1.0)
    return np.where(record, total, 0.0)


__all__ = ["REFRACTORY", "WARM_UP", "Bank", "Judged", "Learned", "Peak", "Tail", "Tuning"]
