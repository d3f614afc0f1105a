"""Merging LoRA weights into a model (Hu et al. 2021), with numpy alone."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Weights, expected_shapes
from lamplighter.model.build.safetensors import read_safetensors
from lamplighter.model.build.stored import stored_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamplighter.model.build.architecture import Architecture
    from lamplighter.model.build.quantise import Blocks

_ADAPTER_CONFIG = "adapter_config.json"
_PREFIX = "base_model.model."
# What peft can do besides A and B, with the value that leaves it out.
_PLAIN: Mapping[str, tuple[Any, ...]] = {
    "peft_type": ("LORA", None),
    "bias": ("none", None),
    "use_dora": (False, None),
    "modules_to_save": (None, []),
    "alpha_pattern": ({}, None),
    "rank_pattern": ({}, None),
    "fan_in_fan_out": (False, None),
}


class AdaptedWeights:
    """A model's weights with W + scale * B A wherever the LoRA has A and B.

    Args:
        base: the weights to adapt.
        lora: the LoRA's tensors by their names, from ``read_lora``.
        scale: what peft calls ``lora_alpha / r``.
    """

    def __init__(
        self, base: Weights, lora: Mapping[str, NDArray[np.float32]], *, scale: float
    ) -> None:
        self._base = base
        self._scale = np.float32(scale)
        self._lora = {name.removeprefix(_PREFIX): lora[name] for name in lora}

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
        down, up = self._halves(name)
        if down is None or up is None:
            return weight
        fits = down.shape == (up.shape[1], weight.shape[1]) and up.shape[0] == weight.shape[0]
        if not fits:
            raise ModelError("LoRA", f"{module}: {up.shape} x {down.shape} on {weight.shape}")
        return weight + self._scale * (up @ down)

    def blocks(self, name: str) -> Blocks | None:
        """Return the blocks that the base's file has; None for a matrix that is adapted."""
        adapted = all(half is not None for half in self._halves(name))
        return None if adapted else stored_blocks(self._base, name)

    def _halves(self, name: str) -> tuple[NDArray[np.float32] | None, NDArray[np.float32] | None]:
        module = name.removesuffix(".weight")
        down = self._lora.get(f"{module}.lora_A.weight")
        return down, self._lora.get(f"{module}.lora_B.weight")


def read_lora(
    path: Path, architecture: Architecture, *, scale: float
) -> dict[str, NDArray[np.float32]]:
    """Return the tensors of a LoRA in a safetensors file, after checking that all will be used.

    Where peft's ``adapter_config.json`` lies beside the file it must agree with ``scale``, and
    ask for nothing but A and B.

    Args:
        path: the file.
        architecture: of the model that it is to adapt.
        scale: that it will be merged with.

    Raises:
        ModelError: the file is malformed, or something in it would not be merged.
    """
    _check_config(path, scale)
    lora = read_safetensors(path)
    shapes = expected_shapes(architecture)
    modules = {name.removesuffix(".weight") for name, shape in shapes.items() if len(shape) > 1}
    halves: dict[str, set[str]] = {}
    for name in lora:
        found = re.fullmatch(r"(.+)\.lora_([AB])\.weight", name.removeprefix(_PREFIX))
        if found is None or found[1] not in modules:
            raise ModelError(path.name, f"{name} belongs to no matrix of this model")
        halves.setdefault(found[1], set()).add(found[2])
    single = [module for module, found in halves.items() if found != {"A", "B"}]
    if single or not halves:
        raise ModelError(path.name, f"holds no A and B for {single[0] if single else 'anything'}")
    return lora


def _check_config(path: Path, scale: float) -> None:
    beside = path.parent / _ADAPTER_CONFIG
    if not beside.is_file():
        return
    try:
        config = json.loads(beside.read_text(encoding="utf-8"))
        rank = config["r"]
        divisor = math.sqrt(rank) if config.get("use_rslora") else rank
        right = config["lora_alpha"] / divisor
        for key, plain in _PLAIN.items():
            if config.get(key) not in plain:
                raise ModelError(path.name, f"{beside.name}: {key} {config[key]} is not supported")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ModelError(path.name, f"{beside.name} is broken: {error!r}") from error
    if not math.isclose(right, scale, rel_tol=1e-6):
        raise ModelError(path.name, f"adapt.scale must be {right:g}, as {beside.name} has it")
