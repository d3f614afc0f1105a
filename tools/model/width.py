"""Width pruning: narrower feed-forward layers, fewer heads, a narrower residual stream.

All three keep what carries most, judged by what flows through it on sample texts (see
``importance``), and leave a smaller dense model that every kernel runs faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tools.model.weights import EMBEDDING, HEAD, LAST_NORM, NORMS, MemoryWeights, layer

from lamplighter.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def narrower_feed_forward(
    weights: MemoryWeights, norms: NDArray[np.float32], hidden: int
) -> MemoryWeights:
    """Return a model with ``hidden`` channels in each feed-forward layer.

    A channel's importance is the norm of its activation times the norm of the column that
    reads it: what it adds to the residual stream, were the channels independent.

    Args:
        weights: the model.
        norms: of the activations, shape (layers, channels).
        hidden: channels to keep, as blocks of the quantised form divide them.

    Raises:
        ModelError: there are not so many.
    """
    _check("feed-forward channels", hidden, weights.architecture.hidden)
    changed = {}
    for number in range(weights.architecture.layers):
        name = f"{layer(number)}.mlp"
        down = weights.tensor(f"{name}.down_proj.weight")
        kept = _strongest(norms[number] * np.linalg.norm(down, axis=0), hidden)
        changed[f"{name}.down_proj.weight"] = down[:, kept]
        for part in ("gate_proj", "up_proj"):
            changed[f"{name}.{part}.weight"] = weights.tensor(f"{name}.{part}.weight")[kept]
    return weights.with_changed(changed, hidden=hidden)


def fewer_heads(weights: MemoryWeights, norms: NDArray[np.float32], groups: int) -> MemoryWeights:
    """Return a model with ``groups`` key/value heads a layer, and the query heads that read them.

    Query heads that share keys and values go together: kernels want groups of one size.

    Args:
        weights: the model.
        norms: of what the heads put out, shape (layers, heads * head width).
        groups: how many to keep.

    Raises:
        ModelError: there are not so many.
    """
    shape = weights.architecture
    _check("groups of heads", groups, shape.kv_heads)
    each = shape.heads // shape.kv_heads * shape.head_width
    changed = {}
    for number in range(shape.layers):
        name = f"{layer(number)}.self_attn"
        output = weights.tensor(f"{name}.o_proj.weight")
        strength = (norms[number] * np.linalg.norm(output, axis=0)).reshape(shape.kv_heads, each)
        kept = _strongest((strength**2).sum(axis=1), groups)
        queries = _runs(kept, each)
        keys = _runs(kept, shape.head_width)
        changed[f"{name}.o_proj.weight"] = output[:, queries]
        changed[f"{name}.q_proj.weight"] = weights.tensor(f"{name}.q_proj.weight")[queries]
        for part in ("k_proj", "v_proj"):
            changed[f"{name}.{part}.weight"] = weights.tensor(f"{name}.{part}.weight")[keys]
    heads = shape.heads // shape.kv_heads * groups
    return weights.with_changed(changed, heads=heads, kv_heads=groups)


def narrower_stream(
    weights: MemoryWeights, norms: NDArray[np.float32], width: int
) -> MemoryWeights:
    """Return a model whose residual stream has ``width`` channels, the same ones in every layer.

    The channels with the largest normed activations stay (Minitron, Muralidharan et al. 2024).
    The norms take the mean square over the channels that stay, so gains need no change when those
    are as strong as the rest; training again repairs what they are not.

    Args:
        weights: the model.
        norms: of the normed activations over all layers, shape (width,).
        width: channels to keep.

    Raises:
        ModelError: there are not so many.
    """
    shape = weights.architecture
    _check("channels", width, shape.width)
    kept = _strongest(norms, width)
    changed = {EMBEDDING: weights.tensor(EMBEDDING)[:, kept]}
    if not shape.tied:
        changed[HEAD] = weights.tensor(HEAD)[:, kept]
    changed[LAST_NORM] = weights.tensor(LAST_NORM)[kept]
    for number in range(shape.layers):
        for norm in NORMS:
            name = f"{layer(number)}.{norm}.weight"
            changed[name] = weights.tensor(name)[kept]
        for part in ("q_proj", "k_proj", "v_proj"):
            name = f"{layer(number)}.self_attn.{part}.weight"
            changed[name] = weights.tensor(name)[:, kept]
        for part in ("gate_proj", "up_proj"):
            name = f"{layer(number)}.mlp.{part}.weight"
            changed[name] = weights.tensor(name)[:, kept]
        for part in ("self_attn.o_proj", "mlp.down_proj"):
            name = f"{layer(number)}.{part}.weight"
            changed[name] = weights.tensor(name)[kept]
    return weights.with_changed(changed, width=width)


def _strongest(importance: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return the places of the largest, in their order."""
    return np.sort(np.argsort(-importance, kind="stable")[:count])


def _runs(kept: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    return (kept[:, None] * length + np.arange(length)).reshape(-1)


def _check(what: str, wanted: int, there: int) -> None:
    if not 1 <= wanted <= there:
        raise ModelError("width", f"{wanted} of {there} {what} can't be kept")
