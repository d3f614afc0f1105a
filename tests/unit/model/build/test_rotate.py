from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.rotate import RotatedWeights, orthogonal
from lamplighter.model.fidelity.reference import Reference, rms_norm


@pytest.mark.parametrize("size", [1, 2, 9, 16, 64, 96, 576])
def test_the_turn_is_orthogonal_and_mixes_evenly(size: int) -> None:
    turn = orthogonal(size)
    np.testing.assert_allclose(turn @ turn.T, np.eye(size), rtol=0, atol=1e-5)
    assert np.abs(turn).max() <= 1.5 / np.sqrt(size)
    np.testing.assert_array_equal(turn, orthogonal(size))


@pytest.mark.parametrize("tied", [True, False])
def test_turned_weights_compute_the_same(
    make_weights: Callable[..., Weights], *, tied: bool
) -> None:
    weights = _Gains(make_weights(300, tied=tied))
    rotated = RotatedWeights(weights)
    tokens = [4, 90, 17, 200, 33]
    before_head = rotated.before_head()
    assert (before_head is not None) == tied
    hidden = Reference(rotated).embedded([tokens])
    for layer in range(weights.architecture.layers):
        hidden = Reference(rotated).layer(layer, hidden, Reference(rotated).multiply)
    normed = rms_norm(hidden[0], rotated.tensor("model.norm.weight"), 1e-5)
    mixed = normed if before_head is None else normed @ before_head
    head = rotated.tensor("model.embed_tokens.weight" if tied else "lm_head.weight")
    np.testing.assert_allclose(mixed @ head.T, Reference(weights).logits(tokens), rtol=0, atol=2e-3)


def test_an_input_that_stands_out_is_spread(make_weights: Callable[..., Weights]) -> None:
    rows = np.zeros((1, 64), np.float32)
    rows[0, 5] = 100
    assert np.abs(rows @ orthogonal(64)).max() < 13
    assert RotatedWeights(make_weights(300)).architecture.width == 64


class _Gains:
    """Weights with norms whose gains are not all the same."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.architecture = weights.architecture

    def tensor(self, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        weight = self._weights.tensor(name)
        if not name.endswith("norm.weight"):
            return weight
        gains = np.random.default_rng([1, *name.encode()]).uniform(0.5, 2, weight.shape)
        return gains.astype(np.float32)
