"""Values as they arrive, gathered into spans: what the views look at is one span at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamplighter.faults.signals.learned.views import Array, Spans

Rows = NDArray[np.intp]

# A span is over so many of its lengths after its first value came, though no other followed.
_OVERDUE = 1.25


class SpanBuffer:
    """The open span of every signal, and the values that came since the last look.

    Args:
        signals: how many there are.
        seconds: the length of a span. A slower signal has one value a span.
    """

    def __init__(self, signals: int, seconds: float) -> None:
        self._seconds = seconds
        self._rows = array("q")
        self._values = array("d")
        self._times = array("d")
        self._number = np.zeros(signals)
        self._count = np.zeros(signals)
        self._total = np.zeros(signals)
        self._least = np.zeros(signals)
        self._greatest = np.zeros(signals)
        self._time = np.zeros(signals)
        self._before = np.full(signals, np.nan)
        self._opened = np.full(signals, np.inf)

    def add(self, row: int, value: float, time: float) -> None:
        """Take a finite value of a signal; ``time`` is UTC seconds."""
        self._rows.append(row)
        self._values.append(value)
        self._times.append(time)

    def clock_set(self, by: float) -> None:
        """The clock that spans are ended by was set, so many seconds forward."""
        self._opened += by

    def closed(self, now: float) -> Iterator[tuple[Rows, Spans]]:
        """The spans that are over, oldest first, each signal at most once in a batch."""
        if self._rows:
            yield from self._folded(now)
        overdue = np.flatnonzero(now - self._opened >= self._seconds * _OVERDUE)
        if len(overdue):
            yield overdue, self._end(overdue)

    def _folded(self, now: float) -> Iterator[tuple[Rows, Spans]]:
        rows = np.array(self._rows, dtype=np.intp)
        values = np.array(self._values)
        times = np.array(self._times)
        del self._rows[:], self._values[:], self._times[:]
        order = np.argsort(rows, kind="stable")
        rows, values, times = rows[order], values[order], times[order]
        numbers = times // self._seconds
        begins = np.ones(len(rows), dtype=np.bool_)
        begins[1:] = (rows[1:] != rows[:-1]) | (numbers[1:] != numbers[:-1])
        at = np.flatnonzero(begins)
        parts = _Parts(
            rows[at],
            numbers[at],
            np.diff(np.append(at, len(rows))).astype(np.float64),
            np.add.reduceat(values, at),
            np.minimum.reduceat(values, at),
            np.maximum.reduceat(values, at),
            times[at],
        )
        place = parts.place()
        for turn in range(int(place.max()) + 1):
            yield from self._take(parts.picked(place == turn), now)

    def _take(self, part: _Parts, now: float) -> Iterator[tuple[Rows, Spans]]:
        """Join each part to its signal's open span, or end that and open another."""
        rows = part.rows
        open_ = self._count[rows] > 0.0
        fresh = ~open_ | (self._number[rows] != part.numbers)
        ended = rows[fresh & open_]
        if len(ended):
            yield ended, self._end(ended)
        new = rows[fresh]
        self._number[new] = part.numbers[fresh]
        self._time[new] = part.times[fresh]
        self._opened[new] = now
        self._least[new] = np.inf
        self._greatest[new] = -np.inf
        self._total[new] = 0.0
        self._count[rows] += part.counts
        self._total[rows] += part.totals
        self._least[rows] = np.minimum(self._least[rows], part.least)
        self._greatest[rows] = np.maximum(self._greatest[rows], part.greatest)

    def _end(self, rows: Rows) -> Spans:
        time = self._time[rows]
        lasts = time - self._before[rows]
        spans = Spans(
            self._total[rows] / self._count[rows],
            self._least[rows],
            self._greatest[rows],
            time,
            np.where(np.isnan(lasts), self._seconds, np.maximum(lasts, 0.0)),
        )
        self._before[rows] = time
        self._count[rows] = 0.0
        self._opened[rows] = np.inf
        return spans


@dataclass(frozen=True, slots=True)
class _Parts:
    """Values that came together and are of one span, for several signals."""

    rows: Rows
    numbers: Array
    counts: Array
    totals: Array
    least: Array
    greatest: Array
    times: Array

    def place(self) -> Rows:
        """Which of its signal's parts each one is, from 0."""
        index = np.arange(len(self.rows))
        first = np.ones(len(self.rows), dtype=np.bool_)
        first[1:] = self.rows[1:] != self.rows[:-1]
        return index - np.maximum.accumulate(np.where(first, index, 0))

    def picked(self, which: NDArray[np.bool_]) -> _Parts:
        """Some of them."""
        return _Parts(
            self.rows[which],
            self.numbers[which],
            self.counts[which],
            self.totals[which],
            self.least[which],
            self.greatest[which],
            self.times[which],
        )
