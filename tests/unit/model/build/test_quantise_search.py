from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.build.quantise import quantise_4bit
from lamplighter.model.build.quantise_search import fit_4bit, search_4bit


@given(
    seed=st.integers(0, 999),
    size=st.sampled_from([1e-5, 1.0, 1e4]),
    block=st.sampled_from([16, 32]),
    symmetric=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_the_squared_error_is_below_that_of_rounding_between_the_extremes(
    seed: int,
    size: float,
    block: int,
    symmetric: bool,  # noqa: FBT001 - of the test
) -> None:
    weight = np.random.default_rng(seed).normal(0, size, (5, 64)).astype(np.float32)
    searched = search_4bit(weight, block, symmetric=symmetric)
    rounded = quantise_4bit(weight, block, symmetric=symmetric)
    error = np.square(searched.dequantised() - weight).sum()
    assert error < np.square(rounded.dequantised() - weight).sum()
    assert searched.values.max() <= 15
    assert (searched.zeros is None) == symmetric


def test_an_important_weight_is_met_better() -> None:
    groups = np.random.default_rng(4).normal(size=(200, 32)).astype(np.float32)
    flat, pointed = np.ones(32, np.float32), np.ones(32, np.float32)
    pointed[7] = 1000

    def error(importance: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
        scales, zeros = fit_4bit(groups, importance, symmetric=False)
        steps = np.clip(np.rint(groups / scales[:, None]) + zeros[:, None], 0, 15)
        rounded = (steps - zeros[:, None]) * scales[:, None]
        return float(np.square(rounded - groups)[:, 7].mean())

    assert error(pointed) < 0.5 * error(flat)


def test_zeros_stay_zeros() -> None:
    for symmetric in (True, False):
        blocks = search_4bit(np.zeros((2, 32), np.float32), 32, symmetric=symmetric)
        assert (blocks.dequantised() == 0).all()


def test_a_block_that_does_not_divide_the_inputs_is_refused() -> None:
    with pytest.raises(ModelError, match="blocks of 32 do not divide 40 inputs"):
        search_4bit(np.zeros((2, 40), np.float32), 32)
