"""Quantising weights block by block: small integers and one scale a block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

ZERO_8BIT = 128
ZERO_4BIT = 8
_NIBBLE = np.uint8(4)


@dataclass(frozen=True, slots=True)
class Blocks:
    """A quantised matrix, rows by blocks by weights: ``(values - zeros) * scales + offsets``.

    Attributes:
        values: unsigned integers below ``2 ** bits``, one a byte, shape (rows, blocks, block).
        scales: shape (rows, blocks).
        bits: 8 or 4.
        zeros: the integer that stands for nothing, shape (rows, blocks); None: the middle,
            ``2 ** (bits - 1)``, everywhere.
        offsets: added to every weight of a block, shape (rows, blocks); None: nothing is. With
            them a product is ``x (values - zeros) scales`` and, beside it, the sums of x over
            each block times ``offsets`` (rows by blocks) transposed.
        inputs: of the matrix, where the last block is longer and filled up with what stands for
            nothing; None: they fill the blocks.
    """

    values: NDArray[np.uint8]
    scales: NDArray[np.float32]
    bits: int = 8
    zeros: NDArray[np.uint8] | None = None
    offsets: NDArray[np.float32] | None = None
    inputs: int | None = None

    @property
    def block(self) -> int:
        """How many weights share a scale."""
        return int(self.values.shape[2])

    def packed(self) -> NDArray[np.uint8]:
        """Return the values as MatMulNBits takes them: of 4 bits two a byte, the first one low.

        The shape is (rows, blocks, block * bits / 8).
        """
        if self.bits == 8:
            return self.values
        return self.values[..., 0::2] | (self.values[..., 1::2] << _NIBBLE)

    def packed_zeros(self) -> NDArray[np.uint8] | None:
        """Return the zeros as MatMulNBits takes them, shape (rows, ceil(blocks * bits / 8))."""
        if self.zeros is None or self.bits == 8:
            return self.zeros
        even = np.pad(self.zeros, ((0, 0), (0, self.zeros.shape[1] % 2)))
        return even[:, 0::2] | (even[:, 1::2] << _NIBBLE)

    def dequantised(self) -> NDArray[np.float32]:
        """Return the matrix that these blocks stand for."""
        middle = np.full_like(self.scales, 1 << (self.bits - 1))
        zeros = middle if self.zeros is None else self.zeros.astype(np.float32)
        wide = (self.values.astype(np.float32) - zeros[..., None]) * self.scales[..., None]
        if self.offsets is not None:
            wide += self.offsets[..., None]
        return wide.reshape(len(wide), -1)[:, : self.inputs]


def quantise_8bit(weight: NDArray[np.float32], block: int) -> Blocks:
    """Quantise symmetrically to 8 bits, rounding to the nearest of -127 to 127.

    The error of a weight is at most half its block's scale. Weights that came from llama.cpp's
    Q8_0 with the same block keep their values, since each block holds its own largest.

    Args:
        weight: a matrix, rows by inputs.
        block: how many inputs share a scale; a last, shorter one is filled up.
    """
    rows, inputs = weight.shape
    missing = -inputs % block
    grouped = np.pad(weight, ((0, 0), (0, missing))).reshape(rows, -1, block)
    scales = np.abs(grouped).max(axis=-1) / np.float32(127)
    rounded = np.clip(np.rint(grouped / _divisor(scales)[..., None]), -127, 127)
    values = (rounded + ZERO_8BIT).astype(np.uint8)
    return Blocks(values, scales.astype(np.float32), inputs=inputs if missing else None)


def quantise_4bit(weight: NDArray[np.float32], block: int, *, symmetric: bool = False) -> Blocks:
    """Quantise to 4 bits, rounding to the nearest of 16 steps between a block's extremes.

    Args:
        weight: a matrix, rows by inputs.
        block: how many inputs share a scale; must divide the number of inputs.
        symmetric: the zero is 8 in every block, and the weight furthest from it is exact, as in
            llama.cpp's Q4_0; else each block has an integer zero of its own.

    Raises:
        ModelError: the block does not divide the inputs.
    """
    grouped = in_blocks(weight, block)
    if symmetric:
        furthest = np.abs(grouped).argmax(axis=-1)[..., None]
        scales = np.take_along_axis(grouped, furthest, axis=-1)[..., 0] / np.float32(-8)
        zeros = np.full_like(scales, ZERO_4BIT)
    else:
        lowest = np.minimum(grouped.min(axis=-1), 0)
        scales = (np.maximum(grouped.max(axis=-1), 0) - lowest) / np.float32(15)
        zeros = np.rint(-lowest / _divisor(scales))
    values = np.rint(grouped / _divisor(scales)[..., None]) + zeros[..., None]
    return Blocks(
        np.clip(values, 0, 15).astype(np.uint8),
        scales.astype(np.float32),
        bits=4,
        zeros=None if symmetric else zeros.astype(np.uint8),
    )


def in_blocks(weight: NDArray[np.float32], block: int) -> NDArray[np.float32]:
    """Return a matrix as rows by blocks by weights.

    Raises:
        ModelError: the block does not divide the inputs.
    """
    rows, inputs = weight.shape
    if inputs % block:
        raise ModelError("quantise", f"blocks of {block} do not divide {inputs} inputs")
    return weight.reshape(rows, inputs // block, block)


def _divisor(scales: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(scales == 0, np.float32(1), scales)
