"""Looking for the scale and the zero of a block that leave the least squared error.

Rounding to the nearest of 16 steps between a block's extremes spends steps on its extremes. A
smaller step cuts them off and is finer everywhere else; a larger one makes room where the zero,
a whole number, would cut them off. Here a row of steps is tried for each block; for each the
integers are rounded, and then the scale that fits these integers best is the one of least squares,
sum(w q) / sum(q q), in closed form. The zero is tried on both sides of where the lowest weight
puts it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.model.build.quantise import ZERO_4BIT, Blocks, in_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEPS = 8
_WIDEST, _NARROWEST = 1.2, 0.85  # of the step between the extremes
_LARGEST = 15


def search_4bit(weight: NDArray[np.float32], block: int, *, symmetric: bool = False) -> Blocks:
    """Quantise to 4 bits with the scale, and the zero, of least squared error.

    Args:
        weight: a matrix, rows by inputs.
        block: how many inputs share a scale; must divide the number of inputs.
        symmetric: the zero is 8 in every block.

    Raises:
        ModelError: the block does not divide the inputs.
    """
    grouped = in_blocks(weight, block)
    rows, blocks, _ = grouped.shape
    flat = grouped.reshape(-1, block)
    scales, zeros = fit_4bit(flat, np.ones(block, np.float32), symmetric=symmetric)
    values = steps_of(flat, scales[:, None], zeros[:, None])
    return Blocks(
        values.astype(np.uint8).reshape(grouped.shape),
        scales.reshape(rows, blocks),
        bits=4,
        zeros=None if symmetric else zeros.astype(np.uint8).reshape(rows, blocks),
    )


def fit_4bit(
    groups: NDArray[np.float32], importance: NDArray[np.float32], *, symmetric: bool
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the scale and the zero for each group of weights.

    Args:
        groups: shape (groups, block).
        importance: how much the squared error of each weight counts, shape (block).
        symmetric: the zero is 8 in every group.

    Returns:
        Two arrays of shape (groups); the zeros are whole numbers from 0 to 15.
    """
    least = np.full(len(groups), np.inf, np.float32)
    scales = np.ones(len(groups), np.float32)
    zeros = np.full(len(groups), ZERO_4BIT, np.float32)
    for step, zero in _candidates(groups, symmetric=symmetric):
        offsets = steps_of(groups, step[:, None], zero[:, None]) - zero[:, None]
        fitted = _least_squares(groups, offsets, importance, step)
        error = np.square(offsets * fitted[:, None] - groups) @ importance
        better = error < least
        least[better], scales[better], zeros[better] = error[better], fitted[better], zero[better]
    return scales, zeros


def steps_of(
    weights: NDArray[np.float32], scales: NDArray[np.float32], zeros: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the nearest of the 16 steps for each weight, as whole 32-bit floats."""
    divisor = np.where(scales == 0, np.float32(1), scales)
    steps: NDArray[np.float32] = np.clip(np.rint(weights / divisor) + zeros, 0, _LARGEST)
    return steps


def _candidates(
    groups: NDArray[np.float32], *, symmetric: bool
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Yield steps and zeros to try, one of each for each group."""
    lowest = np.minimum(groups.min(axis=1), 0)
    highest = np.maximum(groups.max(axis=1), 0)
    middle = np.full(len(groups), ZERO_4BIT, np.float32)
    furthest = np.where(-lowest > highest, lowest, highest)
    for share in np.linspace(_WIDEST, _NARROWEST, _STEPS, dtype=np.float32):
        if symmetric:
            # The furthest weight is at -8 or at 7: 16 steps are not the same to both sides.
            yield share * furthest / np.float32(-ZERO_4BIT), middle
            yield share * furthest / np.float32(ZERO_4BIT - 1), middle
            continue
        step = share * (highest - lowest) / np.float32(_LARGEST)
        zero = np.rint(-lowest * share / np.where(step == 0, np.float32(1), step))
        for shift in (-1, 0, 1):
            yield step, np.clip(zero + np.float32(shift), 0, _LARGEST)


def _least_squares(
    groups: NDArray[np.float32],
    offsets: NDArray[np.float32],
    importance: NDArray[np.float32],
    otherwise: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return the scales that fit whole offsets best; ``otherwise`` where all of them are 0."""
    squares = np.square(offsets) @ importance
    products = (offsets * groups) @ importance
    fitted = products / np.where(squares == 0, np.float32(1), squares)
    scales: NDArray[np.float32] = np.where(squares == 0, otherwise, fitted)
    return scales
