"""Merging LoRA weights into a model (Hu et al. 2021), with numpy alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamplighter.model.build.architecture import Architecture

_MAX_HEADER = 16 * 1024 * 1024


class AdaptedWeights:
    """A model's weights with W + scale * B A wherever the LoRA has A and B.

    Args:
        base: the weights to adapt.
        lora: the LoRA's tensors, from ``read_safetensors``.
        scale: what peft calls ``lora_alpha / r``.
    """

    def __init__(
        self, base: Weights, lora: dict[str, NDArray[np.float32]], *, scale: float
    ) -> None:
        self._base = base
        self._scale = np.float32(scale)
        self._lora = {name.removeprefix("base_model.model."): lora[name] for name in lora}

    @property
    def architecture(self) -> Architecture:
        """The base model's shape."""
        return self._base.architecture

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return the merged tensor.

        Raises:
            ModelError: the base has none of that name, or the LoRA does not fit it.
        """
        weight = self._base.tensor(name)
        module = name.removesuffix(".weight")
        down = self._lora.get(f"{module}.lora_A.weight")
        up = self._lora.get(f"{module}.lora_B.weight")
        if down is None or up is None:
            return weight
        fits = down.shape == (up.shape[1], weight.shape[1]) and up.shape[0] == weight.shape[0]
        if not fits:
            raise ModelError("LoRA", f"{module}: {up.shape} x {down.shape} on {weight.shape}")
        return weight + self._scale * (up @ down)


def read_safetensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return the tensors of a safetensors file as 32-bit floats (from F32, F16 or BF16).

    The format: eight bytes with the header's length, a JSON header with the type, shape and
    place of each tensor, then the data.

    Raises:
        ModelError: the file can't be read or is malformed.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(path.name, str(error)) from error
    length = int.from_bytes(data[:8], "little")
    if length > min(len(data) - 8, _MAX_HEADER):
        raise ModelError(path.name, "is no safetensors file")
    try:
        header = json.loads(data[8 : 8 + length])
        return {
            name: _tensor(data[8 + length :], entry)
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(path.name, f"is no safetensors file: {error}") from error


def _tensor(data: bytes, entry: dict[str, Any]) -> NDArray[np.float32]:
    begin, end = (int(offset) for offset in entry["data_offsets"])
    raw = data[begin:end]
    if entry["dtype"] == "BF16":
        wide = np.frombuffer(raw, np.uint16).astype(np.uint32) << 16
        values = wide.view(np.float32)
    else:
        kind = {"F32": np.float32, "F16": np.float16}[str(entry["dtype"])]
        values = np.frombuffer(raw, kind).astype(np.float32)
    return values.reshape(entry["shape"])
