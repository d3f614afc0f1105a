"""Unstructured pruning: single weights set to zero.

On the kernels that run here it brings nothing by itself: a zero is stored and multiplied like
any other number. It is in the laboratory to be compared with, and because a file of many zeros
packs better.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from tools.model.weights import ATTENTION, FEED_FORWARD, MemoryWeights, layer

from lamplighter.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    # Of the importances of a matrix: which of its weights go.
    Least = Callable[[NDArray[np.float32]], NDArray[np.bool_]]


def sparse(
    weights: MemoryWeights,
    share: float,
    *,
    norms: Mapping[str, NDArray[np.float32]] | None = None,
) -> MemoryWeights:
    """Return a model with this share of each output's weights set to zero, the least ones.

    Args:
        weights: the model.
        share: of the weights of every row, 0 to 1.
        norms: of each module's inputs by the module's name: a weight then counts as its
            magnitude times that (Wanda, Sun et al. 2023); None: as its magnitude.

    Raises:
        ModelError: the share is none, or a module's inputs are not known.
    """
    if not 0 <= share < 1:
        raise ModelError("magnitude", f"a share of {share} can't be dropped")
    return _masked(weights, norms, lambda importance: _least_of_row(importance, share))


def semi_structured(
    weights: MemoryWeights,
    kept: int,
    among: int,
    *,
    norms: Mapping[str, NDArray[np.float32]] | None = None,
) -> MemoryWeights:
    """Return a model that keeps ``kept`` of every ``among`` neighbouring weights, as 2 of 4.

    Raises:
        ModelError: ``among`` does not divide a matrix's inputs, or is below ``kept``.
    """
    if not 1 <= kept <= among:
        raise ModelError("magnitude", f"{kept} of {among} can't be kept")

    def least(importance: NDArray[np.float32]) -> NDArray[np.bool_]:
        rows, inputs = importance.shape
        if inputs % among:
            raise ModelError("magnitude", f"groups of {among} do not divide {inputs} inputs")
        grouped = importance.reshape(rows, -1, among)
        return _lowest(grouped, among - kept).reshape(rows, inputs)

    return _masked(weights, norms, least)


def _masked(
    weights: MemoryWeights,
    norms: Mapping[str, NDArray[np.float32]] | None,
    least: Least,
) -> MemoryWeights:
    changed = {}
    for number in range(weights.architecture.layers):
        for part in (*ATTENTION, *FEED_FORWARD):
            module = f"{layer(number)}.{part}"
            weight = weights.tensor(f"{module}.weight")
            importance = np.abs(weight)
            if norms is not None:
                importance = importance * _inputs(norms, module)
            changed[f"{module}.weight"] = np.where(least(importance), np.float32(0), weight)
    return weights.with_changed(changed)


def _inputs(norms: Mapping[str, NDArray[np.float32]], module: str) -> NDArray[np.float32]:
    if module not in norms:
        raise ModelError("magnitude", f"the inputs of {module} are not known")
    return norms[module]


def _least_of_row(importance: NDArray[np.float32], share: float) -> NDArray[np.bool_]:
    return _lowest(importance, int(importance.shape[-1] * share))


def _lowest(importance: NDArray[np.float32], count: int) -> NDArray[np.bool_]:
    """Return a mask of exactly ``count`` least numbers along the last axis."""
    mask = np.zeros(importance.shape, np.bool_)
    places = np.argsort(importance, axis=-1, kind="stable")[..., :count]
    np.put_along_axis(mask, places, values=True, axis=-1)
    return mask
