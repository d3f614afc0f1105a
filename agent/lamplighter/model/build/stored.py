"""Blocks that a source holds already: which of them are left after adapting and pruning."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from lamplighter.model.build.quantise import Blocks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lamplighter.model.build.architecture import Weights


def stored_blocks(weights: Weights, name: str) -> Blocks | None:
    """Return a matrix in the blocks that its file has, for weights that can tell.

    Returns:
        None where the file has none, or none of an exact form here, or the matrix was changed.

    Raises:
        ModelError: there is no matrix of that name.
    """
    read = getattr(weights, "blocks", None)
    found = read(name) if read else None
    return found if isinstance(found, Blocks) else None


def rows_of(blocks: Blocks, rows: NDArray[np.intp] | list[int]) -> Blocks:
    """Return some rows of a matrix in blocks, in the given order."""
    parts: dict[str, Any] = {
        part: value[rows]
        for part in ("values", "scales", "zeros", "offsets")
        if (value := getattr(blocks, part)) is not None
    }
    return dataclasses.replace(blocks, **parts)
