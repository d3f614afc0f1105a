"""Quantising layer by layer, each for the inputs that the quantised layers before it give.

A calibration text goes through the model once. At each matrix it is stopped: the inputs make the
matrix's Hessian, the matrix is quantised, and the text goes on with what the quantised matrix made
of it, so that a later matrix can make up for what an earlier one lost. One layer is in memory at
a time.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lamplighter.errors import ModelError
from lamplighter.model.build.quantise import Blocks
from lamplighter.model.fidelity.reference import Multiply, Reference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamplighter.model.build.architecture import Weights

# Called with the names of matrices that read the same input and the Hessian of this input,
# (inputs, inputs); returns the blocks of each.
QuantiseGroup = Callable[[Sequence[str], "NDArray[np.float32]"], "list[Blocks]"]

_FORMAT = "lamplighter-calibrated-2"


class CalibratedLayers:
    """The quantised matrices of a model's layers, made as they are asked for.

    Args:
        weights: of the model.
        quantise: quantises matrices that read the same input.
        windows: the calibration text, cut into windows of tokens.
        store: where finished layers are kept; a layer that is there is not made again.
    """

    def __init__(
        self,
        weights: Weights,
        quantise: QuantiseGroup,
        windows: Sequence[Sequence[int]],
        store: LayerStore,
    ) -> None:
        self._reference = Reference(weights)
        self._quantise = quantise
        self._windows = windows
        self._store = store
        self._hidden: list[NDArray[np.float32]] = []
        self._reached = 0

    def blocks(self, layer: int) -> dict[str, Blocks]:
        """Return the blocks of a layer's matrices, by the names of their tensors.

        Args:
            layer: from 0; at least the one that was asked for last, unless it is in the store.

        Raises:
            ModelError: the layer was passed and is not kept, or a tensor can't be quantised.
        """
        kept = self._store.read(layer)
        if kept is not None:
            return kept
        while self._reached < layer:
            self._go_through(self._reached)
        if self._reached > layer:
            raise ModelError("quantise", f"layer {layer} was passed and is not kept")
        return self._make(layer)

    def _go_through(self, layer: int) -> None:
        """Bring the text to the next layer."""
        kept = self._store.read(layer)
        if kept is None:
            self._make(layer)
            return

        def multiply(
            names: Sequence[str], inputs: NDArray[np.float32]
        ) -> list[NDArray[np.float32]]:
            return [inputs @ kept[name].dequantised().T for name in names]

        self._pass(multiply)

    def _make(self, layer: int) -> dict[str, Blocks]:
        """Quantise the layer that the text has come to, and bring the text to the next."""
        made: dict[str, Blocks] = {}

        def multiply(
            names: Sequence[str], inputs: NDArray[np.float32]
        ) -> list[NDArray[np.float32]]:
            hessian = inputs.T @ inputs / np.float32(len(inputs))
            made.update(zip(names, self._quantise(names, hessian), strict=True))
            return [inputs @ made[name].dequantised().T for name in names]

        self._pass(multiply)
        self._store.write(layer, made)
        return made

    def _pass(self, multiply: Multiply) -> None:
        if not self._hidden:
            self._hidden = self._reference.embedded(self._windows)
        self._hidden = self._reference.layer(self._reached, self._hidden, multiply)
        self._reached += 1


class LayerStore:
    """Finished layers in a folder, one file each; a broken file is a missing one.

    Args:
        folder: is made when the first layer is written; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def read(self, layer: int) -> dict[str, Blocks] | None:
        """Return a layer's blocks, or None where they are not kept."""
        if self._folder is None:
            return None
        try:
            with np.load(self._folder / _file_name(layer), allow_pickle=False) as file:
                return _unpacked({key: file[key] for key in file.files})
        except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile):
            return None

    def write(self, layer: int, blocks: dict[str, Blocks]) -> None:
        """Keep a layer's blocks.

        Raises:
            OSError: they can't be written.
        """
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, allow_pickle=False, **_packed(blocks))
            Path(name).replace(self._folder / _file_name(layer))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def store_name(identity: object, windows: Sequence[Sequence[int]]) -> str:
    """Return the name of a folder for layers that were made of exactly this.

    Args:
        identity: everything but the text that they depend on, as plain JSON values.
        windows: the calibration text.
    """
    text = json.dumps([_FORMAT, identity, [list(map(int, each)) for each in windows]])
    return f"calibrated-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _file_name(layer: int) -> str:
    return f"layer-{layer}.npz"


def _packed(blocks: dict[str, Blocks]) -> dict[str, NDArray[Any]]:
    return {
        f"{name}:{part.name}": np.asarray(value)
        for name, each in blocks.items()
        for part in dataclasses.fields(Blocks)
        if (value := getattr(each, part.name)) is not None
    }


def _unpacked(arrays: dict[str, NDArray[Any]]) -> dict[str, Blocks]:
    parts: dict[str, dict[str, Any]] = {}
    for key, value in arrays.items():
        name, _, part = key.rpartition(":")
        parts.setdefault(name, {})[part] = value if value.ndim else int(value)
    return {name: Blocks(**given) for name, given in parts.items()}
