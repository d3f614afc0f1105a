"""A Llama-family decoder in plain numpy: what a built graph is held against.

Everything a decoder does stands here once, in 32-bit floats and without a cache (the symbols
are those of Touvron et al. 2023)::

    x = embedding of the tokens
    for each layer:
        h = norm(x);  q, k, v = h Wq', h Wk', h Wv'      q and k turned by their position
        x = x + attention(q, k, v) Wo'                   a position sees itself and the past
        h = norm(x);  x = x + (silu(h Wg') * (h Wu')) Wd'
    logits = norm(x) W'                                  W: the embedding again, or a head

It goes layer by layer over all texts at once, so that one layer's weights are in memory at a
time. Products are done by a function that is handed in: calibration puts its own there, sees what
goes into each matrix, and answers with what the quantised matrix makes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamplighter.model.build.architecture import Architecture, Weights

# Called with the names of matrices that read the same input, and that input, (tokens, inputs);
# returns the product with each, (tokens, outputs).
Multiply = Callable[[Sequence[str], "NDArray[np.float32]"], "list[NDArray[np.float32]]"]

_PORTION = 64  # rows of logits at a time: 49,152 words in 32 bits are 12 MiB then
_EMBEDDING = "model.embed_tokens.weight"
_HEAD = "lm_head.weight"


class Reference:
    """The exact forward pass of some weights.

    Args:
        weights: of the model; a layer's are asked for each time that the layer is gone through.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._shape = weights.architecture

    def logits(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Return the logits after each token, shape (tokens, vocabulary)."""
        return np.concatenate(list(self.stream([tokens])))

    def stream(self, windows: Sequence[Sequence[int]]) -> Iterator[NDArray[np.float32]]:
        """Yield the logits after each token of each window, up to 64 tokens at a time.

        Windows know nothing of each other. This is a ``perplexity.Stream``.
        """
        hidden = self.embedded(windows)
        for layer in range(self._shape.layers):
            hidden = self.layer(layer, hidden, self.multiply)
        gain = self._weights.tensor("model.norm.weight")
        head = self._weights.tensor(_EMBEDDING if self._shape.tied else _HEAD)
        for window in hidden:
            normed = rms_norm(window, gain, self._shape.epsilon)
            for start in range(0, len(normed), _PORTION):
                yield normed[start : start + _PORTION] @ head.T

    def embedded(self, windows: Sequence[Sequence[int]]) -> list[NDArray[np.float32]]:
        """Return the embedding of each window, shape (tokens, width): the first layer's input."""
        table = self._weights.tensor(_EMBEDDING)
        return [table[list(window)] for window in windows]

    def multiply(
        self, names: Sequence[str], inputs: NDArray[np.float32]
    ) -> list[NDArray[np.float32]]:
        """Return the product of an input with each of the named matrices, transposed."""
        return [inputs @ self._weights.tensor(name).T for name in names]

    def layer(
        self, number: int, hidden: Sequence[NDArray[np.float32]], multiply: Multiply
    ) -> list[NDArray[np.float32]]:
        """Return what a layer makes of its input, window by window.

        Args:
            number: of the layer, from 0.
            hidden: each window's residual stream, shape (tokens, width).
            multiply: called once with query, key and value, then with the output matrix, with
                gate and up, and with down, in this order; always with all windows' rows at once.
        """
        name = f"model.layers.{number}"
        ends = np.cumsum([len(window) for window in hidden])[:-1]
        residual = np.concatenate(list(hidden))
        query, key, value = multiply(
            [f"{name}.self_attn.{each}_proj.weight" for each in "qkv"],
            self._normed(f"{name}.input_layernorm.weight", residual),
        )
        attended = np.concatenate(
            [
                attention(self._shape, *window)
                for window in zip(
                    *(np.split(rows, ends) for rows in (query, key, value)), strict=True
                )
            ]
        )
        residual = residual + multiply([f"{name}.self_attn.o_proj.weight"], attended)[0]
        gate, up = multiply(
            [f"{name}.mlp.{each}_proj.weight" for each in ("gate", "up")],
            self._normed(f"{name}.post_attention_layernorm.weight", residual),
        )
        down = multiply([f"{name}.mlp.down_proj.weight"], silu(gate) * up)[0]
        return np.split(residual + down, ends)

    def _normed(self, gain: str, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        return rms_norm(rows, self._weights.tensor(gain), self._shape.epsilon)


def rms_norm(
    rows: NDArray[np.float32], gain: NDArray[np.float32], epsilon: float
) -> NDArray[np.float32]:
    """Return rows divided by their root mean square, times a gain (Zhang and Sennrich 2019)."""
    square = np.mean(rows * rows, axis=-1, keepdims=True)
    normed: NDArray[np.float32] = rows / np.sqrt(square + np.float32(epsilon)) * gain
    return normed


def silu(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return x * sigmoid(x); where e^-x overflows, 0, which is the limit."""
    with np.errstate(over="ignore"):
        gated: NDArray[np.float32] = values / (1 + np.exp(-values))
    return gated


def rotated(heads: NDArray[np.float32], theta: float) -> NDArray[np.float32]:
    """Turn each head by its position (Su et al. 2021).

    Number i of a head's first half and number i of its second half are a point in a plane; at
    position p it is turned by p * theta^(-2i/width).

    Args:
        heads: shape (tokens, heads, width), from position 0 on.
        theta: base of the frequencies.
    """
    tokens, _, width = heads.shape
    frequencies = theta ** -(np.arange(0, width, 2) / width)
    angles = (np.arange(tokens)[:, None] * frequencies)[:, None]
    cosine, sine = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
    first, second = heads[..., : width // 2], heads[..., width // 2 :]
    return np.concatenate([first * cosine - second * sine, second * cosine + first * sine], -1)


def attention(
    shape: Architecture,
    query: NDArray[np.float32],
    key: NDArray[np.float32],
    value: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return causal attention with grouped queries over one window (Ainslie et al. 2023).

    Args:
        shape: of the model.
        query: shape (tokens, heads * head width).
        key: shape (tokens, kv heads * head width).
        value: as ``key``.

    Returns:
        The values each position gathered, shaped like ``query``.
    """
    tokens, width = len(query), shape.head_width
    queries = rotated(query.reshape(tokens, shape.heads, width), shape.theta)
    keys = rotated(key.reshape(tokens, shape.kv_heads, width), shape.theta)
    values = value.reshape(tokens, shape.kv_heads, width)
    future = np.triu(np.full((tokens, tokens), -np.inf, np.float32), 1)
    gathered = np.empty((tokens, shape.heads, width), np.float32)
    for head in range(shape.heads):
        group = head * shape.kv_heads // shape.heads
        scores = queries[:, head] @ keys[:, group].T / np.float32(np.sqrt(width)) + future
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        gathered[:, head] = weights @ values[:, group]
    return gathered.reshape(tokens, -1)
