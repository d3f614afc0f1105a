"""The graph against a Llama written out in numpy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.quantise import quantise_8bit
from lamplighter.model.runtime.session import Session

Array = NDArray[np.float32]


class NumpyLlama:
    """The textbook form of the model, on the same quantised matrices."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.shape = weights.architecture

    def matrix(self, name: str) -> Array:
        return quantise_8bit(self.weights.tensor(f"{name}.weight"), 32).dequantised()

    def norm(self, rows: Array) -> Array:
        scale = np.sqrt((rows**2).mean(-1, keepdims=True) + self.shape.epsilon)
        return np.asarray(rows / scale, np.float32)

    def rotate(self, heads: Array) -> Array:
        length, _, width = heads.shape
        angles = np.arange(length)[:, None] * self.shape.theta ** -(np.arange(0, width, 2) / width)
        cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
        first, second = heads[..., : width // 2], heads[..., width // 2 :]
        turned = [first * cos - second * sin, second * cos + first * sin]
        return np.concatenate(turned, axis=-1).astype(np.float32)

    def attention(self, layer: int, rows: Array) -> Array:
        name, shape = f"model.layers.{layer}.self_attn", self.shape
        heads = [rows @ self.matrix(f"{name}.{each}_proj").T for each in "qkv"]
        query, key, value = (head.reshape(len(rows), -1, shape.head_width) for head in heads)
        group = shape.heads // shape.kv_heads
        key, value = np.repeat(self.rotate(key), group, 1), np.repeat(value, group, 1)
        scores = np.einsum("qhd,khd->hqk", self.rotate(query), key) / np.sqrt(shape.head_width)
        scores += np.triu(np.full(scores.shape[1:], -np.inf), 1)
        chances = np.exp(scores - scores.max(-1, keepdims=True))
        chances /= chances.sum(-1, keepdims=True)
        mixed = np.einsum("hqk,khd->qhd", chances, value).reshape(len(rows), -1)
        return np.asarray(mixed @ self.matrix(f"{name}.o_proj").T, np.float32)

    def logits(self, tokens: list[int]) -> Array:
        table = self.matrix("model.embed_tokens")
        rows = table[tokens]
        for layer in range(self.shape.layers):
            rows = rows + self.attention(layer, self.norm(rows))
            name, hidden = f"model.layers.{layer}.mlp", self.norm(rows)
            gate = hidden @ self.matrix(f"{name}.gate_proj").T
            gated = gate / (1 + np.exp(-gate)) * (hidden @ self.matrix(f"{name}.up_proj").T)
            rows = rows + gated @ self.matrix(f"{name}.down_proj").T
        head = table if self.shape.tied else self.matrix("lm_head")
        return np.asarray(self.norm(rows) @ head.T, np.float32)


@pytest.mark.parametrize("tied", [True, False])
def test_the_graph_computes_a_llama(
    tmp_path: Path,
    make_tiny: Callable[..., Path],
    make_weights: Callable[..., Weights],
    *,
    tied: bool,
) -> None:
    folder = make_tiny(tmp_path / "tiny", tied=tied)
    session = Session(folder / "model.onnx", threads=1, context=64)
    session.start()
    tokens = [4, 90, 17, 200, 33, 5, 120]
    found = session.forward(tokens, kept=len(tokens))
    expected = NumpyLlama(make_weights(found.shape[1], tied=tied)).logits(tokens)
    # Activations are quantised to 8 bits in the graph, so the two agree to about a percent.
    error = np.linalg.norm(found - expected) / np.linalg.norm(expected)
    assert error < 0.03
