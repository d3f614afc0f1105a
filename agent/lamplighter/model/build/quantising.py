"""From weights to blocks, as a recipe says: which bits a tensor gets, and by which method."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.errors import ModelError
from lamplighter.model.build.calibrated import CalibratedLayers, LayerStore, store_name
from lamplighter.model.build.gptq import gptq_4bit
from lamplighter.model.build.quantise import Blocks, quantise_4bit, quantise_8bit
from lamplighter.model.build.quantise_search import search_4bit
from lamplighter.model.build.stored import stored_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamplighter.model.build.architecture import Architecture, Weights
    from lamplighter.model.build.recipe import Quantise

CALIBRATION_WINDOW = 512


class QuantisedWeights:
    """The tensors of a model, each in the form in which the graph stores it.

    Args:
        weights: of the model.
        settings: how they are quantised.
        calibration: tokens of the calibration text; only ``gptq`` needs it.
        identity: what the weights depend on, as plain JSON values: layers that were made for the
            same identity, settings and text are taken from the cache.
        cache: folder in which finished layers are kept between builds; None keeps none.
        progress: called with the finished share (0 to 1) after each layer.
    """

    def __init__(
        self,
        weights: Weights,
        settings: Quantise,
        *,
        calibration: Sequence[int] = (),
        identity: object = None,
        cache: Path | None = None,
        progress: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._weights = weights
        self._settings = settings
        self._calibration = calibration
        self._identity = identity
        self._cache = cache
        self._progress = progress
        self._layers: CalibratedLayers | None = None
        self._layer = -1
        self._made: dict[str, Blocks] = {}

    @property
    def architecture(self) -> Architecture:
        """The model's shape."""
        return self._weights.architecture

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor as it is, for the norms.

        Raises:
            ModelError: there is none of that name.
        """
        return self._weights.tensor(name)

    def bits(self, name: str) -> int:
        """Return how many bits a weight of a tensor gets."""
        kept = any(fnmatchcase(name, pattern) for pattern in self._settings.keep_8bit)
        return 8 if kept else self._settings.bits

    def blocks(self, name: str) -> Blocks:
        """Return a matrix in blocks.

        With ``gptq``, layers are asked for in order: each is kept until the next one is wanted.

        Raises:
            ModelError: there is none of that name, it can't be quantised so, or there is no
                calibration text where the method needs one.
        """
        if self._settings.method == "exact":
            return self._stored(name)
        if self._settings.method == "gptq" and self._settings.bits == 4:
            layer = _layer_of(name)
            if layer is not None:
                return self._calibrated(layer)[name]
        return self._alone(name)

    def _alone(self, name: str) -> Blocks:
        """Quantise a matrix without regard to its inputs."""
        weight, block = self._weights.tensor(name), self._settings.block
        if self.bits(name) == 8:
            return quantise_8bit(weight, block)
        method = quantise_4bit if self._settings.method == "nearest" else search_4bit
        return method(weight, block, symmetric=self._settings.symmetric)

    def _stored(self, name: str) -> Blocks:
        stored = stored_blocks(self._weights, name)
        if stored is None:
            raise ModelError(name, "exact: has no blocks to keep; use nearest, search or gptq")
        if stored.block != self._settings.block:
            raise ModelError(name, f"exact: its blocks are of {stored.block} weights")
        return stored

    def _calibrated(self, layer: int) -> dict[str, Blocks]:
        if layer != self._layer:
            self._layers = self._layers or self._begin()
            self._made = self._layers.blocks(layer)
            self._layer = layer
            self._progress((layer + 1) / self.architecture.layers)
        return self._made

    def _begin(self) -> CalibratedLayers:
        if len(self._calibration) < 2:
            raise ModelError("quantise", "gptq needs a calibration text")
        windows = [
            self._calibration[start : start + CALIBRATION_WINDOW]
            for start in range(0, len(self._calibration), CALIBRATION_WINDOW)
        ]
        settings = dataclasses.asdict(self._settings) | {"calibration": None}
        folder = self._cache and self._cache / store_name([self._identity, settings], windows)
        return CalibratedLayers(self._weights, self._group, windows, LayerStore(folder))

    def _group(self, names: Sequence[str], hessian: NDArray[np.float32]) -> list[Blocks]:
        """Quantise matrices that read the same input; those of 4 bits at once."""
        made = {name: self._alone(name) for name in names if self.bits(name) == 8}
        rest = [name for name in names if name not in made]
        if rest:
            matrices = [self._weights.tensor(name) for name in rest]
            joined = gptq_4bit(
                np.concatenate(matrices),
                hessian,
                self._settings.block,
                symmetric=self._settings.symmetric,
            )
            ends = np.cumsum([len(matrix) for matrix in matrices])[:-1]
            made |= zip(rest, _split(joined, [int(end) for end in ends]), strict=True)
        return [made[name] for name in names]


def _split(blocks: Blocks, ends: Sequence[int]) -> list[Blocks]:
    """Cut blocks into those of several matrices, before these rows."""
    zeros = blocks.zeros
    parts = zip(np.split(blocks.values, ends), np.split(blocks.scales, ends), strict=True)
    all_zeros = [None] * (len(ends) + 1) if zeros is None else np.split(zeros, ends)
    return [
        Blocks(values, scales, bits=blocks.bits, zeros=part)
        for (values, scales), part in zip(parts, all_zeros, strict=True)
    ]


def _layer_of(name: str) -> int | None:
    prefix, _, rest = name.partition("model.layers.")
    return None if prefix or not rest else int(rest.split(".")[0])
