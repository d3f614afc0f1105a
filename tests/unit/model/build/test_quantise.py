from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.build.quantise import quantise_8bit


@given(
    seed=st.integers(0, 999),
    size=st.sampled_from([1e-6, 1.0, 1e4]),
    block=st.sampled_from([16, 32]),
)
def test_no_weight_is_off_by_more_than_half_a_step(seed: int, size: float, block: int) -> None:
    weight = np.random.default_rng(seed).normal(0, size, (3, 64)).astype(np.float32)
    blocks = quantise_8bit(weight, block)
    error = np.abs(blocks.dequantised() - weight).reshape(3, -1, block)
    assert (error <= blocks.scales[..., None] * 0.5001).all()


def test_zeros_stay_zeros() -> None:
    blocks = quantise_8bit(np.zeros((2, 32), np.float32), 32)
    assert (blocks.values == 128).all()
    assert (blocks.dequantised() == 0).all()


def test_a_block_that_does_not_divide_the_inputs_is_refused() -> None:
    with pytest.raises(ModelError, match="blocks of 32 do not divide 40 inputs"):
        quantise_8bit(np.zeros((2, 40), np.float32), 32)
