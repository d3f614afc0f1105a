"""The shape of a Llama-family decoder, and what any source of its weights offers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lamplighter.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST_LAYERS = 1000


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


def checked(architecture: Architecture, model: str) -> Architecture:
    """Return a shape that a file describes, if a decoder can have it.

    Args:
        architecture: as the file has it.
        model: the name for errors.

    Raises:
        ModelError: a number is none that a decoder can have.
    """
    shape = architecture
    for name in ("layers", "width", "hidden", "heads", "kv_heads", "head_width", "vocabulary"):
        if getattr(shape, name) < 1:
            raise ModelError(model, f"its {name.replace('_', ' ')} can't be {getattr(shape, name)}")
    if shape.layers > _MOST_LAYERS:
        raise ModelError(model, f"{shape.layers} layers are more than {_MOST_LAYERS}")
    if shape.heads % shape.kv_heads or shape.head_width % 2:
        found = f"{shape.heads} heads, {shape.kv_heads} for keys, of {shape.head_width}"
        raise ModelError(model, f"{found} are not supported")
    if shape.context < 1:
        raise ModelError(model, f"its context can't be {shape.context}")
    for name in ("theta", "epsilon"):
        if not 0 < getattr(shape, name) < math.inf:
            raise ModelError(model, f"its {name} can't be {getattr(shape, name)}")
    return shape


def expected_shapes(architecture: Architecture) -> dict[str, tuple[int, ...]]:
    """Return the shape of every tensor that a model has, by its name."""
    shape = architecture
    width, hidden = shape.width, shape.hidden
    query, key = shape.heads * shape.head_width, shape.kv_heads * shape.head_width
    table = (shape.vocabulary, width)
    layer: dict[str, tuple[int, ...]] = {
        "input_layernorm": (width,),
        "self_attn.q_proj": (query, width),
        "self_attn.k_proj": (key, width),
        "self_attn.v_proj": (key, width),
        "self_attn.o_proj": (width, query),
        "post_attention_layernorm": (width,),
        "mlp.gate_proj": (hidden, width),
        "mlp.up_proj": (hidden, width),
        "mlp.down_proj": (width, hidden),
    }
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": table}
    for number in range(shape.layers):
        for module, size in layer.items():
            shapes[f"model.layers.{number}.{module}.weight"] = size
    shapes["model.norm.weight"] = (width,)
    return shapes if shape.tied else {**shapes, "lm_head.weight": table}
