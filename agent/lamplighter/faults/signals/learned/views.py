"""What is looked at in every signal: four views of a value, each in units of its own usual spread.

All arrays have one column a signal, so that a thousand signals cost a few dozen array operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Hours = NDArray[np.float32]
Index = NDArray[np.intp]

HOURS: Final = 24
_HOUR_S: Final = 3600.0


class View(IntEnum):
    """What a value is looked at for."""

    POINT = 0
    """The value itself against what this hour of the day was like, and how much it varied."""
    LEVEL = 1
    """The mean of the last few values' distances from what their hours were like."""
    DRIFT = 2
    """The mean of the last dozens of values against that of the last thousands."""
    SPREAD = 3
    """How much it moves from value to value, against how much it did."""


class Field(IntEnum):
    """What is kept of a signal between its values; means are above the anchor."""

    ANCHOR = 0
    COUNT = 1
    LAST = 2
    STEP = 3
    MEAN = 4
    SLOW = 5
    SHORT = 6
    LONG = 7
    POINT_VAR = 8
    SHORT_VAR = 9
    LONG_VAR = 10
    MOVE_VAR = 11
    RECENT_MOVE = 12
    LOG = 13
    LOG_VAR = 14
    MOVES = 15


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the views forget, in shares a value.

    Attributes:
        mean: of the usual mean and the usual spreads: about the last 500 values.
        slow: of the mean that drift is told by: about the last 2,000.
        short: of the mean that the level is told by: about the last 5.
        long: of the mean that drift shows in: about the last 60.
        move: of the moves from value to value: about the last 20.
        hour: of an hour's mean, a whole hour of values.
    """

    mean: float = 0.002
    slow: float = 0.0005
    short: float = 0.2
    long: float = 1.0 / 60.0
    move: float = 0.05
    hour: float = 0.4


@dataclass(frozen=True, slots=True)
class Spans:
    """One span of values for each signal: its mean, extremes, and when it began.

    Attributes:
        mean: of the span's values.
        least: the least of them.
        greatest: the greatest of them.
        time: when the span began, UTC seconds.
        lasts: seconds since the signal's span before it.
    """

    mean: Array
    least: Array
    greatest: Array
    time: Array
    lasts: Array


@dataclass(frozen=True, slots=True)
class Seen:
    """What the views saw, a row a view and a column a signal.

    Attributes:
        distance: from what is usual, in usual spreads, 0 or more.
        upward: whether it is above what is usual.
        centre: what is usual, in the signal's unit (SPREAD: the usual move).
        spread: the usual distance from it, in the signal's unit.
    """

    distance: Array
    upward: NDArray[np.bool_]
    centre: Array
    spread: Array


class Hourly(IntEnum):
    """What is kept of each hour of the day."""

    MEAN = 0
    """Of its values, above the anchor."""
    VAR = 1
    """The mean square of their distances from it."""
    WORTH = 2
    """How many values these means are of."""


def look(kept: Array, hours: Hours, spans: Spans, pace: Pace) -> Seen:
    """Look at one span of each signal, and learn from it.

    Args:
        kept: the signals' fields, (Field, signal); changed in place.
        hours: what the hours of the day were like, (Hourly, hour, signal); changed in place.
        spans: the values.
        pace: how fast to forget.
    """
    first = kept[Field.COUNT] == 0.0
    if first.any():
        _begin(kept, spans, first)
    kept[Field.COUNT] += 1.0
    level = spans.mean - kept[Field.ANCHOR]
    usual = np.maximum(pace.mean, 1.0 / kept[Field.COUNT])
    slow = np.maximum(pace.slow, 1.0 / kept[Field.COUNT])
    floor = _resolution(kept, spans, level)
    at = (spans.time // _HOUR_S % HOURS).astype(np.intp), np.arange(len(level))
    hour = _Hour(hours, at, kept[Field.MEAN], kept[Field.POINT_VAR])

    above = spans.greatest - kept[Field.ANCHOR] - hour.mean
    below = hour.mean - spans.least + kept[Field.ANCHOR]
    point = np.where(above >= below, above, -below)
    kept[Field.SHORT] += pace.short * (level - hour.mean - kept[Field.SHORT])
    kept[Field.LONG] += pace.long * (level - kept[Field.LONG])
    drift = kept[Field.LONG] - kept[Field.SLOW]
    move = (level - kept[Field.LAST]) ** 2 + (spans.greatest - spans.least) ** 2
    kept[Field.RECENT_MOVE] += pace.move * (move - kept[Field.RECENT_MOVE])
    least_move = 1e-6 * kept[Field.MOVE_VAR] + 0.1 * floor + _TINY
    log_move = np.log(kept[Field.RECENT_MOVE] + least_move)
    moves = np.isfinite(kept[Field.STEP])
    kept[Field.LOG] = np.where(moves & (kept[Field.MOVES] == 0.0), log_move, kept[Field.LOG])
    kept[Field.MOVES] += moves
    change = np.where(moves, log_move - kept[Field.LOG], 0.0)
    swing = np.maximum(pace.mean, 1.0 / np.maximum(kept[Field.MOVES], 1.0))

    moved = np.stack((point, kept[Field.SHORT], drift, change))
    spread = np.sqrt(
        np.stack(
            (
                0.5 * (kept[Field.POINT_VAR] + hour.var) + floor,
                kept[Field.SHORT_VAR] + floor,
                kept[Field.LONG_VAR] + floor,
                kept[Field.LOG_VAR] + _LOG_FLOOR,
            )
        )
    )
    expected = hour.mean + kept[Field.ANCHOR]
    centre = np.stack((expected, expected, kept[Field.SLOW] + kept[Field.ANCHOR], kept[Field.LOG]))
    seen = Seen(np.abs(moved) / spread, moved >= 0.0, centre, spread)

    squares = moved * moved
    squares[View.DRIFT] = np.minimum(squares[View.DRIFT], _CLIP * _CLIP * spread[View.DRIFT] ** 2)
    kept[Field.POINT_VAR] += usual * (squares[View.POINT] - kept[Field.POINT_VAR])
    kept[Field.SHORT_VAR] += usual * (squares[View.LEVEL] - kept[Field.SHORT_VAR])
    kept[Field.LONG_VAR] += slow * (squares[View.DRIFT] - kept[Field.LONG_VAR])
    kept[Field.LOG_VAR] += swing * (squares[View.SPREAD] - kept[Field.LOG_VAR])
    kept[Field.MOVE_VAR] += usual * (move - kept[Field.MOVE_VAR])
    kept[Field.LOG] += swing * change
    kept[Field.MEAN] += usual * (level - kept[Field.MEAN])
    kept[Field.SLOW] += slow * (level - kept[Field.SLOW])
    kept[Field.LAST] = level
    hour.learn(level, squares[View.POINT], pace.hour * np.minimum(spans.lasts, _HOUR_S) / _HOUR_S)
    return seen


class _Hour:
    """The hour of the day that each signal's span is in."""

    def __init__(self, hours: Hours, at: tuple[Index, Index], usual: Array, var: Array) -> None:
        self._hours = hours
        self._at = at
        self._worth = hours[(Hourly.WORTH, *at)]
        mean = hours[(Hourly.MEAN, *at)].astype(np.float64)
        self.mean = np.where(self._worth > 0.0, mean, usual)
        self.var = np.where(self._worth > 0.0, hours[(Hourly.VAR, *at)].astype(np.float64), var)

    def learn(self, level: Array, square: Array, share: Array) -> None:
        """Learn from a value; it counts for a share, in a new hour for more."""
        share = np.maximum(1.0 / (self._worth + _DOUBT), share)
        self._hours[(Hourly.MEAN, *self._at)] = self.mean + share * (level - self.mean)
        self._hours[(Hourly.VAR, *self._at)] = np.minimum(
            self.var + share * (square - self.var), _MOST
        )
        self._hours[(Hourly.WORTH, *self._at)] = self._worth + 1.0


# An hour that nothing is known of is like all others, for so many values: a fault in it is none.
_DOUBT: Final = 100.0
# A drift counts at most as so many usual ones, or it would soon be its own measure.
_CLIP: Final = 3.0
_TINY: Final = 1e-60
_LOG_FLOOR: Final = 0.01
# More than this is no number in four bytes.
_MOST: Final = 1e37
_NOISE: Final = 1e-9


def _begin(kept: Array, spans: Spans, first: NDArray[np.bool_]) -> None:
    kept[Field.ANCHOR] = np.where(first, spans.mean, kept[Field.ANCHOR])
    kept[Field.STEP] = np.where(first, np.inf, kept[Field.STEP])


def _resolution(kept: Array, spans: Spans, level: Array) -> Array:
    """The square of half the signal's least step so far: no spread counts as less.

    A value that moves for the first time shows its resolution, and nothing unusual.
    """
    within = spans.greatest - spans.least
    between = np.abs(level - kept[Field.LAST])
    step = np.where(within > 0.0, within, between)
    real = step > _NOISE * (np.abs(spans.mean) + np.abs(kept[Field.ANCHOR]))
    kept[Field.STEP] = np.where(real, np.minimum(kept[Field.STEP], step), kept[Field.STEP])
    known = np.where(np.isfinite(kept[Field.STEP]), kept[Field.STEP], 0.0)
    return 0.25 * known * known + _TINY
