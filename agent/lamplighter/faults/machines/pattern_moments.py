"""Mean and covariance of a machine's signals, learned step by step with weights that fade."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lamplighter.faults.machines.pattern_model import Flags, Model, Vector, fit

# So many vectors give the first centre and scale, by median and median absolute deviation.
FIRST = 60
# A signal that had fewer different values so far says nothing of how it goes with the others.
LEAST_CHANGES = 30
_MAD_TO_SIGMA = 1.4826
# What is farther out is learned as if it were here, so that outliers bend nothing.
_CLIPPED_AT = 5.0
# Less than this share of its mean is no variation but rounding.
_LEAST_SPREAD = 1e-6


@dataclass(slots=True)
class Moments:
    """Mean and covariance of a machine's vectors so far.

    A vector holds all signals' values, then their slow averages.

    Attributes:
        size: how many signals there are.
        memory: over how many vectors the past fades.
        count: how many vectors were learned.
        mean: of the vector.
        covariance: of the vector.
        changes: how often each signal had a new value, up to 30.
    """

    size: int
    memory: float
    count: float = 0.0
    mean: Vector = field(init=False)
    covariance: Vector = field(init=False)
    changes: Vector = field(init=False)
    _first: list[Vector] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing known."""
        self.mean = np.zeros(2 * self.size)
        self.covariance = np.zeros((2 * self.size, 2 * self.size))
        self.changes = np.zeros(self.size)

    @property
    def begun(self) -> bool:
        """Whether a centre and a scale are known."""
        return self.count >= FIRST

    @property
    def level(self) -> Vector:
        """The signals' means."""
        return self.mean[: self.size]

    @property
    def spread(self) -> Vector:
        """The signals' standard deviations."""
        spread: Vector = np.sqrt(np.diagonal(self.covariance)[: self.size])
        return spread

    def learn(self, vector: Vector, present: Flags, changed: Flags) -> None:
        """Take a vector of what is usual.

        Args:
            vector: finite values.
            present: by signal, whether its value counts.
            changed: by signal, whether it has another value than before.
        """
        self.changes = np.minimum(self.changes + changed, LEAST_CHANGES)
        self.count += 1
        if self._first or self.count == 1:
            self._first.append(vector)
            if self.begun:
                self._begin()
            return
        weight = 1.0 / min(self.count, self.memory)
        reach = _CLIPPED_AT * np.sqrt(np.diagonal(self.covariance))
        reach[reach == 0.0] = np.inf
        difference = np.clip(vector - self.mean, -reach, reach)
        if present.all():
            self.mean += weight * difference
            self.covariance += weight * np.outer(difference, difference)
            self.covariance *= 1.0 - weight
            return
        places = np.flatnonzero(np.concatenate([present, present]))
        self.mean[places] += weight * difference[places]
        block = np.ix_(places, places)
        product = np.outer(difference[places], difference[places])
        self.covariance[block] = (1.0 - weight) * (self.covariance[block] + weight * product)

    def fitted(self, present: Flags) -> Model | None:
        """The model of the signals that vary and are present, as now known."""
        if not self.begun:
            return None
        spread = self.spread
        varies = (spread > _LEAST_SPREAD * np.abs(self.level)) & (spread > 0.0)
        used = np.flatnonzero(varies & present & (self.changes >= LEAST_CHANGES))
        return fit(self.mean, self.covariance, used)

    def _begin(self) -> None:
        """The first centre and scale: robust, as nothing is known yet to tell outliers by."""
        first = np.array(self._first)
        self._first = []
        self.mean = np.median(first, axis=0)
        off = first - self.mean
        deviation = _MAD_TO_SIGMA * np.median(np.abs(off), axis=0)
        spread = np.where(deviation > 0.0, deviation, off.std(axis=0))
        clipped = np.clip(off, -_CLIPPED_AT * spread, _CLIPPED_AT * spread)
        self.covariance = clipped.T @ clipped / len(first)
