"""How a machine's signals go together: a principal component model, and what speaks against it.

Sources: J. E. Jackson, A User's Guide to Principal Components (Wiley 1991) for T², Q and Hawkins'
statistic of the components left out; W. Ku, R. H. Storer and C. Georgakis, Chemometrics and
Intelligent Laboratory Systems 30 (1995) 179-196 for past values beside the present ones; C. F.
Alcala and S. J. Qin, Automatica 45 (2009) 1593-1600 for contributions by reconstruction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamplighter.faults.machines.pattern_limits import chi_square_limit, q_limit

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST_SIGNALS = 3
# T², Q, and Hawkins' statistic.
STATISTICS = 3
# The share of the variance that the components kept must explain.
_EXPLAINED = 0.9
# Each eigenvalue is drawn this far towards 1: a direction may only seem to have no variance.
_SHRINKAGE = 0.01


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model. Each used signal stands in it twice: as it is, and its slow average.

    Attributes:
        used: indices of the signals, in the machine's order.
        places: indices of their values and slow averages in the whole vector.
        mean: of those.
        scale: their standard deviations.
        components: the components, in columns, the greatest first; rounded to 4 bytes, as a
            gateway keeps a thousand of these.
        weights: by statistic, what the square of each component counts: T², Q and Hawkins'
            statistic, each as a share of its theoretical limit.
    """

    used: NDArray[np.intp]
    places: NDArray[np.intp]
    mean: Vector
    scale: Vector
    components: NDArray[np.float32]
    weights: Vector

    def statistics(self, vector: Vector) -> Vector:
        """T², Q and Hawkins' statistic of a whole vector, as shares of theoretical limits."""
        found: Vector = self.weights @ (self._standard(vector) @ self.components) ** 2
        return found

    def contributions(self, vector: Vector, weights: Vector) -> Vector:
        """Each used signal's share in what is unusual, 0 to 1; together they are 1.

        By reconstruction: by how much the weighted sum of the statistics would shrink if this
        signal alone had the value that the others let expect. A single signal at fault has the
        greatest share for certain, which plain contributions do not warrant.
        """
        by_component = weights @ self.weights
        scores = self._standard(vector) @ self.components
        diagonal = self.components**2 @ by_component
        each = (self.components @ (by_component * scores)) ** 2 / np.maximum(diagonal, 1e-12)
        shrinks = each.reshape(2, -1).sum(axis=0)
        total = float(shrinks.sum())
        shares: Vector = (
            shrinks / total if total > 0.0 else np.full(len(shrinks), 1.0 / len(shrinks))
        )
        return shares

    def _standard(self, vector: Vector) -> Vector:
        standard: Vector = (vector[self.places] - self.mean) / self.scale
        return standard


def fit(mean: Vector, covariance: Vector, used: NDArray[np.intp]) -> Model | None:
    """The model of the signals ``used``; None where they are fewer than three.

    Args:
        mean: of the whole vector: all signals' values, then their slow averages.
        covariance: of the same.
        used: which signals vary.
    """
    if len(used) < LEAST_SIGNALS:
        return None
    places = np.concatenate([used, used + len(mean) // 2])
    scale = np.sqrt(np.maximum(np.diagonal(covariance)[places], 1e-300))
    correlation = covariance[np.ix_(places, places)] / np.outer(scale, scale)
    size = len(places)
    values, vectors = np.linalg.eigh((1.0 - _SHRINKAGE) * correlation + _SHRINKAGE * np.eye(size))
    values, vectors = np.maximum(values[::-1], _SHRINKAGE), vectors[:, ::-1]
    explained = np.cumsum(values) / values.sum()
    kept = min(int(np.searchsorted(explained, _EXPLAINED)) + 1, size - 1)
    weights = np.zeros((STATISTICS, size))
    weights[0, :kept] = 1.0 / values[:kept] / chi_square_limit(kept)
    weights[1, kept:] = 1.0 / q_limit(values[kept:])
    weights[2, kept:] = 1.0 / values[kept:] / chi_square_limit(size - kept)
    return Model(used, places, mean[places], scale, vectors.astype(np.float32), weights)
