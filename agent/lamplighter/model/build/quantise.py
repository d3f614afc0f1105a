"""Quantising weights block by block: small integers and one scale a block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

ZERO_8BIT = 128


@dataclass(frozen=True, slots=True)
class Blocks:
    """A quantised matrix, rows by blocks by weights: ``(values - 128) * scales``.

    Attributes:
        values: unsigned bytes, shape (rows, blocks, block).
        scales: shape (rows, blocks).
    """

    values: NDArray[np.uint8]
    scales: NDArray[np.float32]

    def dequantised(self) -> NDArray[np.float32]:
        """Return the matrix that these blocks stand for."""
        wide = self.values.astype(np.float32) - np.float32(ZERO_8BIT)
        rows, blocks, block = self.values.shape
        return (wide * self.scales[..., None]).reshape(rows, blocks * block)


def quantise_8bit(weight: NDArray[np.float32], block: int) -> Blocks:
    """Quantise symmetrically to 8 bits, rounding to the nearest of -127 to 127.

    The error of a weight is at most half its block's scale. Weights that came from llama.cpp's
    Q8_0 with the same block keep their values, since each block holds its own largest.

    Args:
        weight: a matrix, rows by inputs.
        block: how many inputs share a scale; must divide the number of inputs.

    Raises:
        ModelError: the block does not divide the inputs.
    """
    rows, inputs = weight.shape
    if inputs % block:
        raise ModelError("quantise", f"blocks of {block} do not divide {inputs} inputs")
    grouped = weight.reshape(rows, inputs // block, block)
    scales = np.abs(grouped).max(axis=-1) / np.float32(127)
    divisor = np.where(scales == 0, np.float32(1), scales)[..., None]
    rounded = np.clip(np.rint(grouped / divisor), -127, 127)
    values = (rounded + ZERO_8BIT).astype(np.uint8)
    return Blocks(values, scales.astype(np.float32))
