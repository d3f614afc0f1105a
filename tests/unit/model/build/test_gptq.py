from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lamplighter.errors import ModelError
from lamplighter.model.build.gptq import gptq_4bit, output_error
from lamplighter.model.build.quantise import quantise_4bit
from lamplighter.model.build.quantise_search import search_4bit


def layer(seed: int, rows: int = 12, inputs: int = 64) -> tuple[NDArray[np.float32], ...]:
    """Return a random matrix and the Hessian of inputs that depend on each other."""
    random = np.random.default_rng(seed)
    weight = random.normal(0, 0.1, (rows, inputs)).astype(np.float32)
    mixed = random.normal(size=(300, 20)) @ random.normal(size=(20, inputs))
    seen = (mixed + 0.3 * random.normal(size=(300, inputs))).astype(np.float32)
    return weight, seen.T @ seen / np.float32(len(seen))


@given(seed=st.integers(0, 999), symmetric=st.booleans(), block=st.sampled_from([16, 32]))
@settings(max_examples=25, deadline=None)
def test_outputs_on_the_calibration_text_are_never_worse_than_by_rounding(
    seed: int,
    symmetric: bool,  # noqa: FBT001 - a parameter of the test
    block: int,
) -> None:
    weight, hessian = layer(seed)
    blocks = gptq_4bit(weight, hessian, block, symmetric=symmetric)
    rounded = quantise_4bit(weight, block, symmetric=symmetric)
    searched = search_4bit(weight, block, symmetric=symmetric)
    assert blocks.bits == 4
    assert (blocks.zeros is None) == symmetric
    assert blocks.values.max() <= 15
    error = output_error(weight, blocks.dequantised(), hessian)
    assert error < output_error(weight, rounded.dequantised(), hessian)
    assert error < output_error(weight, searched.dequantised(), hessian)


def test_much_is_won_where_inputs_depend_on_each_other() -> None:
    weight, hessian = layer(5, rows=64)
    error = output_error(weight, gptq_4bit(weight, hessian, 32).dequantised(), hessian)
    rounded = output_error(weight, quantise_4bit(weight, 32).dequantised(), hessian)
    assert error < 0.5 * rounded


def test_weights_on_the_steps_of_a_scale_stay() -> None:
    random = np.random.default_rng(1)
    steps = random.integers(0, 16, (4, 64)).astype(np.float32)
    steps[:, ::32], steps[:, 1::32] = 0, 15  # both ends occur, so that the steps are known
    weight = (steps - 8) * np.float32(0.02)
    _, hessian = layer(2)
    blocks = gptq_4bit(weight, hessian, 32)
    np.testing.assert_allclose(blocks.dequantised(), weight, atol=1e-6)


def test_inputs_that_are_always_zero_do_no_harm() -> None:
    weight, hessian = layer(3)
    hessian[:, :40] = hessian[:40] = 0
    blocks = gptq_4bit(weight, hessian, 32)
    assert np.isfinite(blocks.dequantised()).all()
    dead = gptq_4bit(weight, np.zeros_like(hessian), 32)
    assert np.abs(dead.dequantised() - weight).max() < 0.05


def test_a_calibration_that_overflowed_is_refused() -> None:
    weight, hessian = layer(3)
    hessian[0, 0] = np.inf
    with pytest.raises(ModelError, match="not finite"):
        gptq_4bit(weight, hessian, 32)
