"""Picking one of several tokens by their probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


_COLDEST = np.float32(1e-30)


def log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the natural logarithms of the probabilities that scores stand for."""
    shifted = scores - scores.max()
    normalised: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum())
    return normalised


class Sampler:
    """Picks greedily, or draws with temperature.

    It draws from the best (top-k, Fan et al. 2018), and of these from the nucleus (top-p, Holtzman
    et al. 2020).

    Args:
        temperature: 0 picks the most probable; above, differences are divided by it.
        top_k: draws only from so many of the most probable; 0 from all.
        top_p: draws only from the most probable that hold this share together.
        seed: the same seed draws the same row.
    """

    def __init__(
        self, *, temperature: float = 0.0, top_k: int = 0, top_p: float = 1.0, seed: int = 0
    ) -> None:
        self._temperature = temperature
        self._top_k = top_k
        self._top_p = top_p
        self._random = np.random.default_rng(seed)

    def pick(self, log_probabilities: NDArray[np.float32]) -> int:
        """Return the place of the pick."""
        if self._temperature <= 0:
            return int(log_probabilities.argmax())
        # From the best on, so that a tiny temperature makes the others nothing, and it no NaN.
        below = log_probabilities - log_probabilities.max()
        chances = np.exp(log_softmax(below / max(np.float32(self._temperature), _COLDEST)))
        order = np.argsort(-chances, kind="stable")[: self._top_k or None]
        held = np.cumsum(chances[order], dtype=np.float64)
        nucleus = int(np.searchsorted(held, self._top_p * held[-1])) + 1
        draw = self._random.random() * held[min(nucleus, len(order)) - 1]
        return int(order[min(int(np.searchsorted(held, draw, side="right")), len(order) - 1)])
