"""GPTQ: quantising a matrix so that its outputs stay, not its weights (Frantar et al. 2022).

What counts is the error of the product, ``|X W' - X Q'|²``, over the inputs X of a calibration
text. With H = X'X it is, for each row of weights w and its quantised form q::

    (w - q) H (w - q)'

Going through the columns from the first to the last, each is rounded, and what the rounding
did to the outputs is taken up by the columns that still are free: the best way to do this is to
subtract ``error / U[i, i] * U[i, i+1:]``, where U is upper triangular and U'U the inverse of H. The
scale of a block is chosen when its first column is reached, for the weights as they are by then.

A second round goes through the columns again. By now none is free, but each may move to another
step where that makes the product better with all others as they are (coordinate descent,
Behdin et al. 2023). It can't make it worse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lamplighter.errors import ModelError
from lamplighter.model.build.quantise import Blocks, in_blocks
from lamplighter.model.build.quantise_search import fit_4bit, steps_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Of the mean of H's diagonal, added to it. A few thousand tokens never show all that comes: on
# another text, 0.1 left 7 % less error than the usual 0.01 behind the widest matrices.
_DAMPING = 0.1
_LARGEST = 15


def gptq_4bit(
    weight: NDArray[np.float32],
    hessian: NDArray[np.float32],
    block: int,
    *,
    symmetric: bool = False,
) -> Blocks:
    """Quantise to 4 bits so that the product with the calibration's inputs changes least.

    Args:
        weight: a matrix, rows by inputs.
        hessian: X'X (or its mean over the rows of X), inputs by inputs.
        block: how many inputs share a scale; must divide the number of inputs.
        symmetric: the zero is 8 in every block.

    Raises:
        ModelError: the block does not divide the inputs, or the Hessian holds no finite numbers.
    """
    rows, blocks, _ = in_blocks(weight, block).shape
    damped = _damped(hessian)
    values = np.empty((rows, blocks, block), np.float32)
    scales = np.empty((rows, blocks), np.float32)
    zeros = np.empty((rows, blocks), np.float32)
    free, upper = weight.copy(), _inverse_root(damped)
    for number in range(blocks):
        start, end = number * block, (number + 1) * block
        inside = upper[start:end, start:end]
        columns = free[:, start:end]
        importance = np.diag(inside) ** -2
        scale, zero = fit_4bit(columns, importance, symmetric=symmetric)
        values[:, number], errors = _round_block(columns, inside, scale, zero)
        free[:, end:] -= errors @ upper[start:end, end:]
        scales[:, number], zeros[:, number] = scale, zero
    _descend(weight, damped, values, scales, zeros)
    return Blocks(
        values.astype(np.uint8),
        scales,
        bits=4,
        zeros=None if symmetric else zeros.astype(np.uint8),
    )


def output_error(
    weight: NDArray[np.float32], other: NDArray[np.float32], hessian: NDArray[np.float32]
) -> float:
    """Return the squared error of a matrix's outputs, as a share of their squared size."""
    difference = weight - other
    error = float(((difference @ hessian) * difference).sum(dtype=np.float64))
    return error / float(((weight @ hessian) * weight).sum(dtype=np.float64))


def _damped(hessian: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return H with a share of its mean diagonal on it; inputs that are always 0 count little."""
    mean = float(np.mean(np.diag(hessian)))
    if not np.isfinite(hessian).all():
        raise ModelError("quantise", "the calibration text brings numbers that are not finite")
    return hessian + np.eye(len(hessian), dtype=np.float32) * np.float32(_DAMPING * mean or 1.0)


def _inverse_root(hessian: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the upper triangular U with U'U = the inverse of H."""
    inverse = np.linalg.inv(hessian.astype(np.float64))
    root: NDArray[np.float32] = np.linalg.cholesky(inverse).T.astype(np.float32)
    return root


def _round_block(
    columns: NDArray[np.float32],
    upper: NDArray[np.float32],
    scale: NDArray[np.float32],
    zero: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Round a block's columns one after the other; return the steps and the errors to pass on.

    Args:
        columns: rows by block; changed: they take up each other's errors.
        upper: this block's part of U.
        scale: of each row.
        zero: of each row.
    """
    steps, errors = np.empty_like(columns), np.empty_like(columns)
    for index in range(columns.shape[1]):
        column = columns[:, index]
        steps[:, index] = steps_of(column, scale, zero)
        rounded = (steps[:, index] - zero) * scale
        errors[:, index] = (column - rounded) / upper[index, index]
        columns[:, index + 1 :] -= errors[:, index, None] * upper[index, index + 1 :]
    return steps, errors


def _descend(
    weight: NDArray[np.float32],
    hessian: NDArray[np.float32],
    values: NDArray[np.float32],
    scales: NDArray[np.float32],
    zeros: NDArray[np.float32],
) -> None:
    """Move each value, in turn, to the step that is best with all others as they are.

    With ``slope = (w - q) H`` the best place of column j is ``q[j] + slope[j] / H[j, j]``.
    """
    rows, blocks, block = values.shape
    rounded = ((values - zeros[..., None]) * scales[..., None]).reshape(rows, -1)
    slope = (weight - rounded) @ hessian
    for number in range(blocks):
        start, end = number * block, (number + 1) * block
        inside = hessian[start:end, start:end]
        moves = np.zeros((rows, block), np.float32)
        near = slope[:, start:end].copy()
        for index in range(block):
            place = rounded[:, start + index] + near[:, index] / inside[index, index]
            step = steps_of(place, scales[:, number], zeros[:, number])
            moves[:, index] = (step - values[:, number, index]) * scales[:, number]
            values[:, number, index] = step
            near -= moves[:, index, None] * inside[index]
        slope -= moves @ hessian[start:end]
