"""The shape of a Llama-family decoder, and what any source of its weights offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """The shape of a decoder with grouped-query attention, rotary positions and SwiGLU.

    Attributes:
        layers: how many.
        width: of the residual stream.
        hidden: width of the feed-forward layer.
        heads: of the queries.
        kv_heads: of keys and values; divides ``heads``.
        head_width: of one head.
        vocabulary: number of token ids.
        theta: base of the rotary frequencies (Su et al. 2021).
        epsilon: of the root-mean-square norms.
        context: positions it was trained for.
        tied: the head is the embedding.
    """

    layers: int
    width: int
    hidden: int
    heads: int
    kv_heads: int
    head_width: int
    vocabulary: int
    theta: float
    epsilon: float
    context: int
    tied: bool


class Weights(Protocol):
    """Tensors by their Hugging Face names, such as ``model.layers.0.mlp.up_proj.weight``."""

    @property
    def architecture(self) -> Architecture:
        """The model's shape."""
        ...

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor, rows by outputs.

        Raises:
            ModelError: there is none of that name.
        """
        ...
