from __future__ import annotations

import numpy as np
import pytest
from gguf import GGMLQuantizationType, quants
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.model.build.gguf_blocks import BLOCK, blocks_of


@given(
    seed=st.integers(0, 999),
    kind=st.sampled_from(["Q8_0", "Q4_0", "Q4_1"]),
    size=st.sampled_from([1e-2, 1.0, 100.0]),
)
@settings(max_examples=40, deadline=None)
def test_blocks_stand_for_what_llama_cpp_stored(seed: int, kind: str, size: float) -> None:
    weight = np.random.default_rng(seed).normal(0, size, (3, 4 * BLOCK)).astype(np.float32)
    stored = quants.quantize(weight, GGMLQuantizationType[kind])
    blocks = blocks_of(kind, stored)
    assert blocks is not None
    assert blocks.bits == (8 if kind == "Q8_0" else 4)
    exact = quants.dequantize(stored, GGMLQuantizationType[kind])
    if kind == "Q4_1":  # (q - 8) d + (m + 8 d) rounds once more than q d + m
        np.testing.assert_allclose(blocks.dequantised(), exact, atol=4e-6 * size)
    else:
        np.testing.assert_array_equal(blocks.dequantised(), exact)


@pytest.mark.parametrize("kind", ["Q5_1", "F16", "Q6_K"])
def test_other_formats_have_no_exact_form(kind: str) -> None:
    assert blocks_of(kind, np.zeros((1, 24), np.uint8)) is None
