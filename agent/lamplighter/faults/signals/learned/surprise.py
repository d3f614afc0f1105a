"""How surprising a distance is for this signal: its tail, learned by the signal itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import log, log10

import numpy as np

from lamplighter.faults.signals.learned.views import Array


class Tail(IntEnum):
    """What is kept of a view's distances."""

    BOUND = 0
    """The logarithm of the distance that only the given share of values exceeds."""
    EXCESS = 1
    """The sum of the logarithms of how far they exceeded it."""
    COUNT = 2
    """How many of them that sum is of."""


@dataclass(frozen=True, slots=True)
class Tails:
    """How the tail of a distance's distribution is learned.

    Beyond a bound that a small share of values exceeds, the logarithm of the excess is taken for
    exponentially distributed: Hill's estimator (B. M. Hill, Annals of Statistics 3, 1975), kept
    as a running mean. The bound follows its quantile by stochastic approximation.

    Attributes:
        share: of the values that exceed the bound.
        bound: the distance that the bound starts from: a normal distribution's.
        index: the mean log excess to start from (the tail's index): a normal distribution's.
        worth: how many exceeding values that start counts for, and at most how many are kept.
        pace: how fast the bound follows, as a share a value.
        early: how many values later the bound follows at its last pace.
        clip: an excess counts at most so many times the mean one, so that one fault does not
            hide the next.
        weights: how much a value counts, by view: what changes slowly repeats itself, so that one
            long fault must not count as dozens.
    """

    share: float = 0.01
    bound: float = 2.58
    index: float = 0.15
    worth: float = 100.0
    pace: float = 0.002
    early: float = 200.0
    clip: float = 3.0
    weights: tuple[float, ...] = (1.0, 1.0, 0.05, 1.0)


_STRIDE = 3.0
_FARTHEST = 1e4
_NEAREST = 1e-2


def begin(tails: Tails, views: int, signals: int) -> Array:
    """The tails of signals nothing is known of, (Tail, view, signal)."""
    kept = np.empty((len(Tail), views, signals))
    kept[Tail.BOUND] = log(tails.bound)
    kept[Tail.EXCESS] = tails.worth * tails.index
    kept[Tail.COUNT] = tails.worth
    return kept


def surprise(kept: Array, distance: Array, count: Array, tails: Tails) -> Array:
    """The negative decimal logarithm of how rare each distance is, and learn from it.

    Args:
        kept: the tails, (Tail, view, signal); changed in place.
        distance: of each view, (view, signal).
        count: how many values each signal has had.
        tails: how tails are learned.

    Returns:
        2 for one value in a hundred, 3 for one in a thousand; 0 within the bound.
    """
    far = np.log(np.minimum(distance, _FARTHEST) + _NEAREST)
    excess = far - kept[Tail.BOUND]
    over = excess > 0.0
    index = kept[Tail.EXCESS] / kept[Tail.COUNT]
    rarity = np.where(over, excess / (index * log(10.0)) - log10(tails.share), 0.0)

    weight = np.array(tails.weights[: len(distance)])[:, None]
    stride = weight * _STRIDE * np.maximum(tails.pace, 1.0 / (count + tails.early))
    kept[Tail.BOUND] += stride * np.where(over, 1.0 - tails.share, -tails.share)
    shrink = tails.worth / (tails.worth + 1.0)
    total = (kept[Tail.EXCESS] + np.minimum(excess, tails.clip * index)) * shrink
    kept[Tail.EXCESS] += np.where(over, weight * (total - kept[Tail.EXCESS]), 0.0)
    return rarity


def bound(kept: Array) -> Array:
    """The distance that the given share of values exceeded, (view, signal)."""
    found: Array = np.exp(kept[Tail.BOUND]) - _NEAREST
    return np.maximum(found, 0.0)
