"""Blocks that a source holds already: which of them are left after adapting and pruning."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lamplighter.model.build.quantise import Blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamplighter.model.build.architecture import Weights

_BY_ROW = ("values", "scales", "zeros", "offsets")


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


def stored_grid(weights: Weights, name: str) -> Blocks | None:
    """Return the blocks that a matrix's file has, even where the matrix was adapted since.

    Returns:
        None where the file has none, or none of an exact form here.

    Raises:
        ModelError: there is no matrix of that name.
    """
    read = getattr(weights, "grid", None)
    found = read(name) if read else stored_blocks(weights, name)
    return found if isinstance(found, Blocks) else None


def joined(parts: Sequence[Blocks]) -> Blocks:
    """Return the rows of several matrices as one; all have the same form and inputs."""
    made: dict[str, Any] = {
        field: np.concatenate([getattr(part, field) for part in parts])
        for field in _BY_ROW
        if getattr(parts[0], field) is not None
    }
    return dataclasses.replace(parts[0], **made)


def rows_of(blocks: Blocks, rows: NDArray[np.intp] | list[int]) -> Blocks:
    """Return some rows of a matrix in blocks, in the given order."""
    parts: dict[str, Any] = {
        part: value[rows] for part in _BY_ROW if (value := getattr(blocks, part)) is not None
    }
    return dataclasses.replace(blocks, **parts)
