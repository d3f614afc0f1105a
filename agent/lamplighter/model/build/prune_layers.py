"""Depth pruning: a model without some of its layers.

The residual stream passes a layer that is not there unchanged. Which layers a model misses least
is for the laboratory to find out (Men et al. 2024 drop those that turn the stream least).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Architecture, Weights
from lamplighter.model.build.stored import stored_blocks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lamplighter.model.build.quantise import Blocks

_LAYER = re.compile(r"model\.layers\.(\d+)\.(.+)")


class ShallowWeights:
    """A model's weights without some layers; those that stay are numbered anew from 0.

    Args:
        base: the whole model's weights.
        dropped: numbers of the layers to leave out, as the whole model counts them.

    Raises:
        ModelError: there is no such layer, or none would be left.
    """

    def __init__(self, base: Weights, dropped: Collection[int]) -> None:
        self._base = base
        self.kept = kept_layers(base.architecture, dropped)
        self.architecture = dataclasses.replace(base.architecture, layers=len(self.kept))

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return the tensor of a layer by its new number, or one that belongs to no layer.

        Raises:
            ModelError: there is none of that name.
        """
        return self._base.tensor(self._old_name(name))

    def blocks(self, name: str) -> Blocks | None:
        """Return the blocks that the file of the whole model has, or None."""
        return stored_blocks(self._base, self._old_name(name))

    def _old_name(self, name: str) -> str:
        found = _LAYER.fullmatch(name)
        if found is None:
            return name
        number = int(found[1])
        if number >= len(self.kept):
            raise ModelError("pruned model", f"has no tensor {name}")
        return f"model.layers.{self.kept[number]}.{found[2]}"


def kept_layers(architecture: Architecture, dropped: Collection[int]) -> tuple[int, ...]:
    """Return the numbers of the layers that stay, in order.

    Raises:
        ModelError: there is no such layer, or none would be left.
    """
    layers = range(architecture.layers)
    unknown = sorted(set(dropped) - set(layers))
    if unknown:
        raise ModelError("prune", f"there is no layer {unknown[0]}; the last is {layers[-1]}")
    kept = tuple(number for number in layers if number not in dropped)
    if not kept:
        raise ModelError("prune", "no layer would be left")
    return kept
