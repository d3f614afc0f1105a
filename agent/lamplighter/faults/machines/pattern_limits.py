"""Limits of Hotelling's T² and of Q: from theory first, then as a machine's own past says.

Theory takes values for normally distributed and independent of each other in time, which those of
machines are not. So it only scales the statistics; what counts as unusual is learned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# The normal distribution's upper 1 % point: it scales the statistics and is no alarm limit.
_Z_99 = 2.326
# How far above its mean the cube root of a statistic must be, in its standard deviations.
_SIGMAS = 6.0
# The least standard deviation of a cube root: a statistic that hardly varies is no licence.
_LEAST_SPREAD = 0.05
# The greatest value counts only when so many further ones have come without an alarm.
_CONFIRMED_AFTER = 1440
_LEAST_Q = 1e-9


def chi_square_limit(freedom: int) -> float:
    """The upper 1 % point of chi square with so many degrees of freedom.

    It is the limit of T², as the F limit ``k(n²-1)/(n(n-k)) F(k, n-k)`` becomes for the many
    observations that a running machine gives. By Wilson and Hilferty, PNAS 17 (1931) 684-688:
    ``k (1 - 2/(9k) + z sqrt(2/(9k)))³``.
    """
    part = 2.0 / (9.0 * freedom)
    return freedom * (1.0 - part + _Z_99 * math.sqrt(part)) ** 3


def q_limit(residual: NDArray[np.float64]) -> float:
    """The upper 1 % point of Q by Jackson and Mudholkar, Technometrics 21 (1979) 341-349.

    Args:
        residual: the eigenvalues of the components that were left out.
    """
    first, second, third = (float(np.sum(residual**power)) for power in (1, 2, 3))
    if first <= _LEAST_Q or second <= 0.0:
        return _LEAST_Q
    exponent = max(1.0 - 2.0 * first * third / (3.0 * second**2), 0.05)
    spread = _Z_99 * math.sqrt(2.0 * second * exponent**2) / first
    shift = second * exponent * (exponent - 1.0) / first**2
    return float(first * max(spread + 1.0 + shift, 0.05) ** (1.0 / exponent))


@dataclass(slots=True)
class Calibration:
    """The usual range of one statistic of one machine, learned from what came in.

    The cube root of a chi square is nearly normal (Wilson and Hilferty), whatever its scale and
    its degrees of freedom: so its mean and deviation give a limit far out in the tail. The
    greatest value keeps the limit above what the machine is known to do. It counts only two to
    four hours (at a step of 5 s) later, so that a fault that grows slowly does not push its limit
    ahead of itself, and is slowly forgotten.

    Attributes:
        count: how many values it was learned from.
        mean: of the cube roots.
        variance: of the cube roots.
        greatest: the greatest cube root that counts.
        pending: the greatest cube root of the two hours before those, which does not count yet.
        awaited: the same of late.
        waited: how many values have come since ``awaited`` was begun.
    """

    count: float = 0.0
    mean: float = 0.0
    variance: float = 0.0
    greatest: float = 0.0
    pending: float = 0.0
    awaited: float = 0.0
    waited: float = 0.0

    def learn(self, value: float, memory: float) -> None:
        """Take a usual value; ``memory`` is over how many values it is forgotten."""
        root = max(value, 0.0) ** (1.0 / 3.0)
        self.count += 1.0
        weight = 1.0 / min(self.count, memory)
        difference = root - self.mean
        self.mean += weight * difference
        self.variance = (1.0 - weight) * (self.variance + weight * difference * difference)
        # Half of what it stands out by is forgotten after each memory.
        self.greatest -= math.log(2.0) / memory * max(0.0, self.greatest - self.mean)
        self.awaited = max(self.awaited, root)
        self.waited += 1.0
        if self.waited >= min(_CONFIRMED_AFTER, self.count / 2.0):
            self.greatest = max(self.greatest, self.pending)
            self.pending, self.awaited, self.waited = self.awaited, 0.0, 0.0

    def alarmed(self) -> None:
        """An alarm came: what led up to it is not usual."""
        self.pending = self.awaited = self.waited = 0.0

    def limit(self, above_greatest: float) -> float:
        """What is above this is unusual; infinite before the first value.

        Args:
            above_greatest: how many times the greatest value that the machine is known for.
        """
        if not self.count:
            return math.inf
        spread = max(math.sqrt(self.variance), _LEAST_SPREAD * self.mean)
        usual = float((self.mean + _SIGMAS * spread) ** 3)
        return max(usual, above_greatest * float(self.greatest**3))
