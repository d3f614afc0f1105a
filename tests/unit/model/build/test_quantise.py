from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.build.quantise import ZERO_8BIT, Blocks, quantise_4bit, quantise_8bit


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


@given(
    seed=st.integers(0, 999),
    size=st.sampled_from([1e-6, 1.0, 1e4]),
    shift=st.sampled_from([0.0, 3.0, -3.0]),
    block=st.sampled_from([16, 32]),
)
def test_four_bits_with_a_zero_of_its_own_are_off_by_less_than_a_step(
    seed: int, size: float, shift: float, block: int
) -> None:
    random = np.random.default_rng(seed)
    weight = (size * (random.normal(0, 1, (3, 64)) + shift)).astype(np.float32)
    blocks = quantise_4bit(weight, block)
    error = np.abs(blocks.dequantised() - weight).reshape(3, -1, block)
    # Half a step by rounding, and as much again at the ends, where the zero was rounded.
    assert (error <= blocks.scales[..., None] * 1.0001).all()
    assert blocks.values.max() <= 15


@given(seed=st.integers(0, 999), size=st.sampled_from([1e-6, 1.0, 1e4]))
def test_four_symmetric_bits_keep_the_weight_furthest_from_zero(seed: int, size: float) -> None:
    weight = np.random.default_rng(seed).normal(0, size, (3, 64)).astype(np.float32)
    blocks = quantise_4bit(weight, 32, symmetric=True)
    assert blocks.zeros is None
    furthest = np.abs(weight.reshape(3, 2, 32)).argmax(axis=-1)[..., None]
    got = np.take_along_axis(blocks.dequantised().reshape(3, 2, 32), furthest, axis=-1)
    expected = np.take_along_axis(weight.reshape(3, 2, 32), furthest, axis=-1)
    np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_zeros_stay_zeros() -> None:
    zeros = np.zeros((2, 32), np.float32)
    blocks = quantise_8bit(zeros, 32)
    assert (blocks.values == 128).all()
    for each in (blocks, quantise_4bit(zeros, 32), quantise_4bit(zeros, 32, symmetric=True)):
        assert (each.dequantised() == 0).all()


def test_two_values_of_four_bits_share_a_byte_the_first_one_low() -> None:
    values = np.arange(16, dtype=np.uint8).reshape(1, 1, 16)
    zeros = np.array([[1, 2, 3]], np.uint8)
    blocks = Blocks(values, np.ones((1, 1), np.float32), bits=4, zeros=zeros)
    assert blocks.packed().tolist() == [[[0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE]]]
    packed = blocks.packed_zeros()
    assert packed is not None
    assert packed.tolist() == [[0x21, 0x03]]


def test_bytes_are_packed_as_they_are() -> None:
    blocks = quantise_8bit(np.ones((2, 32), np.float32), 32)
    assert blocks.packed() is blocks.values
    assert blocks.packed_zeros() is None


def test_offsets_are_added_to_every_weight_of_a_block() -> None:
    values = np.full((1, 2, 16), 9, np.uint8)
    scales = np.array([[2.0, 3.0]], np.float32)
    blocks = Blocks(values, scales, bits=4, offsets=np.array([[0.5, -1.0]], np.float32))
    assert blocks.dequantised().tolist() == [[2.5] * 16 + [2.0] * 16]
    assert blocks.block == 16


def test_a_block_that_does_not_divide_the_inputs_is_refused_for_4_bits() -> None:
    with pytest.raises(ModelError, match="blocks of 32 do not divide 40 inputs"):
        quantise_4bit(np.zeros((2, 40), np.float32), 32)


def test_a_last_shorter_block_of_8_bits_is_filled_up() -> None:
    weight = np.random.default_rng(3).normal(size=(2, 40)).astype(np.float32)
    blocks = quantise_8bit(weight, 32)
    assert blocks.values.shape == (2, 2, 32)
    assert (blocks.values[:, 1, 8:] == ZERO_8BIT).all()
    assert blocks.dequantised().shape == weight.shape
    np.testing.assert_allclose(blocks.dequantised(), weight, rtol=0, atol=0.02)
