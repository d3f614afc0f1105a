"""Weights in memory: what every step of the laboratory takes and returns."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Architecture, Weights, expected_shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

EMBEDDING = "model.embed_tokens.weight"
HEAD = "lm_head.weight"
LAST_NORM = "model.norm.weight"
ATTENTION = tuple(f"self_attn.{name}_proj" for name in "qkvo")
FEED_FORWARD = tuple(f"mlp.{name}_proj" for name in ("gate", "up", "down"))
NORMS = ("input_layernorm", "post_attention_layernorm")


@dataclass(frozen=True, slots=True)
class MemoryWeights:
    """A model's tensors by their Hugging Face names; a ``Weights`` for every builder.

    Attributes:
        architecture: the model's shape.
        tensors: rows by outputs, 32-bit floats; not to be changed in place.
    """

    architecture: Architecture
    tensors: Mapping[str, NDArray[np.float32]]

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor.

        Raises:
            ModelError: there is none of that name.
        """
        try:
            return self.tensors[name]
        except KeyError as error:
            raise ModelError("weights", f"there is no tensor {name}") from error

    def with_changed(
        self, changed: Mapping[str, NDArray[np.float32]], **shape: int
    ) -> MemoryWeights:
        """Return a copy with some tensors and some lengths of the shape replaced."""
        architecture = dataclasses.replace(self.architecture, **shape)  # type: ignore[arg-type]
        contiguous = {name: np.ascontiguousarray(value) for name, value in changed.items()}
        return MemoryWeights(architecture, {**self.tensors, **contiguous})

    @property
    def parameters(self) -> int:
        """How many numbers the model has; a tied head counts once."""
        return sum(value.size for value in self.tensors.values())


def read(weights: Weights) -> MemoryWeights:
    """Return weights of any source, read into memory.

    Raises:
        ModelError: a tensor is missing.
    """
    shape = weights.architecture
    return MemoryWeights(shape, {name: weights.tensor(name) for name in expected_shapes(shape)})


def layer(number: int) -> str:
    """Return what the names of a layer's tensors begin with."""
    return f"model.layers.{number}"
