from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from lamplighter.model.fidelity.agreement import agreement
from lamplighter.model.fidelity.perplexity import Stream


def constant(*probabilities: float) -> Stream:
    """Return a stream that always predicts the same."""

    def stream(windows: Sequence[Sequence[int]]) -> Iterator[NDArray[np.float32]]:
        for window in windows:
            for start in range(0, len(window), 64):
                row = np.log(np.array([probabilities], np.float32))
                yield np.repeat(row, len(window[start : start + 64]), axis=0)

    return stream


def test_a_model_agrees_with_itself() -> None:
    same = agreement(constant(0.2, 0.8), constant(0.2, 0.8), [0] * 200, window=130)
    assert same.divergence == pytest.approx(0, abs=1e-6)
    assert same.top_1 == 1
    assert same.positions == 198


def test_divergence_is_of_the_second_from_the_first() -> None:
    got = agreement(constant(0.5, 0.5), constant(0.9, 0.1), [0] * 5)
    expected = 0.5 * math.log(0.5 / 0.9) + 0.5 * math.log(0.5 / 0.1)
    assert got.divergence == pytest.approx(expected, rel=1e-5)


def test_a_changed_mind_is_counted() -> None:
    assert agreement(constant(0.4, 0.6), constant(0.6, 0.4), [0] * 5).top_1 == 0
