"""Weights set to zero."""

from __future__ import annotations

import numpy as np
import pytest
from tools.model.magnitude import semi_structured, sparse
from tools.model.weights import ATTENTION, EMBEDDING, FEED_FORWARD, MemoryWeights, layer

from lamplighter.errors import ModelError

NAME = f"{layer(1)}.mlp.up_proj.weight"


def modules() -> list[str]:
    return [f"{layer(n)}.{part}" for n in range(3) for part in (*ATTENTION, *FEED_FORWARD)]


def test_each_row_loses_its_least_weights(weights: MemoryWeights) -> None:
    pruned = sparse(weights, 0.25)
    before, after = weights.tensor(NAME), pruned.tensor(NAME)
    assert ((after == 0).sum(axis=1) == 8).all()
    dropped = np.abs(before[after == 0].reshape(64, 8)).max(axis=1)
    assert (dropped <= np.where(after == 0, np.inf, np.abs(after)).min(axis=1)).all()
    assert np.array_equal(after[after != 0], before[after != 0])
    assert np.array_equal(pruned.tensor(EMBEDDING), weights.tensor(EMBEDDING))


def test_weights_of_strong_inputs_count_for_more(weights: MemoryWeights) -> None:
    norms = {
        name: np.ones(weights.tensor(f"{name}.weight").shape[1], np.float32) for name in modules()
    }
    norms[NAME.removesuffix(".weight")][:16] = 1000
    after = sparse(weights, 0.5, norms=norms).tensor(NAME)
    assert (after[:, :16] != 0).all()
    assert (after[:, 16:] == 0).all()


def test_two_of_every_four_stay(weights: MemoryWeights) -> None:
    after = semi_structured(weights, 2, 4).tensor(NAME)
    assert ((after.reshape(64, 8, 4) != 0).sum(axis=-1) == 2).all()


def test_what_can_not_be_pruned_is_refused(weights: MemoryWeights) -> None:
    with pytest.raises(ModelError, match=r"share of 1\.0"):
        sparse(weights, 1.0)
    with pytest.raises(ModelError, match="groups of 5"):
        semi_structured(weights, 2, 5)
    with pytest.raises(ModelError, match="5 of 4"):
        semi_structured(weights, 5, 4)
    with pytest.raises(ModelError, match="not known"):
        sparse(weights, 0.5, norms={})
