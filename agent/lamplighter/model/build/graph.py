"""Writing a Llama-family decoder as one ONNX graph with a key/value cache.

A layer, as the nodes follow each other (float32 between them; matrices are quantised)::

    residual ──> RMS norm ──> q,k,v in one matrix ──> attention with rotary and cache
        └──────────────── + <── output matrix <──────────────┘
    residual ──> RMS norm ──> gate,up in one matrix ──> silu(gate) * up ──> down matrix ──> +

Inputs: ``input_ids`` (batch, new tokens), ``seqlens_k`` (batch; length after this step, less
one), ``total_len`` (length after this step), ``n_logits`` (1; how many last positions get
logits; none do for a negative number of at least as many as are new), and ``past_k.N``,
``past_v.N`` (batch, kv heads, capacity, head width) for each layer.
Outputs: ``logits`` (batch, n_logits, vocabulary), ``present_k.N``, ``present_v.N``.
The embedding is one quantised matrix for the lookup and for the head.
The operators are those of onnxruntime's com.microsoft domain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.onnx_graph import OnnxGraph
from lamplighter.model.build.products import head_product, look_up, multiply

if TYPE_CHECKING:
    import onnx
    from numpy.typing import NDArray

    from lamplighter.model.build.quantise import Blocks

_EMBEDDING = "model.embed_tokens.weight"


class BlockWeights(Weights, Protocol):
    """Weights that give their matrices in blocks."""

    def blocks(self, name: str) -> Blocks:
        """Return a matrix in blocks; a layer's are asked for layer by layer.

        Raises:
            ModelError: there is none of that name, or it can't be quantised.
        """
        ...


class GraphBuilder:
    """Turns weights into an ONNX model.

    Args:
        weights: where the tensors come from.
        context: positions to have rotary tables for.
        before_head: what the last norm's output is multiplied by, shape (width, width), as
            ``RotatedWeights.before_head`` gives it; None: nothing.
        progress: called with the finished share (0 to 1) after each layer.
    """

    def __init__(
        self,
        weights: BlockWeights,
        *,
        context: int,
        before_head: NDArray[np.float32] | None = None,
        progress: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._weights = weights
        self._shape = weights.architecture
        self._context = context
        self._before_head = before_head
        self._progress = progress
        self._graph = OnnxGraph()

    def build(self) -> onnx.ModelProto:
        """Return the model.

        Raises:
            ModelError: a tensor is missing or has a shape that can't be quantised, or the
                package onnx is missing.
        """
        self._interface()
        self._rotary_tables()
        table = self._weights.blocks(_EMBEDDING)
        embedding = look_up(self._graph, "input_ids", "embedding", table, self._shape.width)
        hidden, residual = self._first_norm(embedding)
        for layer in range(self._shape.layers):
            hidden, residual = self._layer(layer, hidden, residual)
            self._progress((layer + 1) / self._shape.layers)
        self._head(hidden, residual, table)
        return self._graph.model()

    def _interface(self) -> None:
        shape, graph = self._shape, self._graph
        graph.input("input_ids", "INT64", ["batch", "new"])
        graph.input("seqlens_k", "INT32", ["batch"])
        graph.input("total_len", "INT32", [])
        graph.input("n_logits", "INT64", [1])
        graph.output("logits", ["batch", "kept", shape.vocabulary])
        for layer in range(shape.layers):
            for kind in "kv":
                axes: list[str | int] = ["batch", shape.kv_heads, "capacity", shape.head_width]
                graph.input(f"past_{kind}.{layer}", "FLOAT", axes)
                graph.output(f"present_{kind}.{layer}", axes)

    def _rotary_tables(self) -> None:
        """Add cosines and sines of position * theta^(-2i/d) (Su et al. 2021)."""
        width = self._shape.head_width
        frequencies = self._shape.theta ** -(np.arange(0, width, 2) / width)
        angles = np.arange(self._context)[:, None] * frequencies[None]
        self._graph.constant("cos", np.cos(angles).astype(np.float32))
        self._graph.constant("sin", np.sin(angles).astype(np.float32))

    def _first_norm(self, embedding: str) -> tuple[str, str]:
        gain = self._gain("model.layers.0.input_layernorm.weight")
        normed = self._graph.node(
            "SimplifiedLayerNormalization",
            [embedding, gain],
            domain="",
            axis=-1,
            epsilon=self._shape.epsilon,
        )
        return normed, embedding

    def _layer(self, layer: int, hidden: str, residual: str) -> tuple[str, str]:
        """Add a layer; return its feed-forward output, normed for the next, and residual."""
        name = f"model.layers.{layer}"
        attended = self._attention(layer, hidden)
        output = self._matrix(attended, [f"{name}.self_attn.o_proj"])
        gain = self._gain(f"{name}.post_attention_layernorm.weight")
        hidden, residual = self._add_and_norm(output, residual, gain)
        both = self._matrix(hidden, [f"{name}.mlp.gate_proj", f"{name}.mlp.up_proj"])
        gate, up = self._graph.node_outputs("Split", [both], 2, domain="", axis=-1, num_outputs=2)
        # x * sigmoid(alpha * x) is SiLU for alpha 1.
        silu = self._graph.node("QuickGelu", [gate], alpha=1.0)
        gated = self._graph.node("Mul", [silu, up], domain="")
        down = self._matrix(gated, [f"{name}.mlp.down_proj"])
        if layer + 1 == self._shape.layers:
            return down, residual
        gain = self._gain(f"model.layers.{layer + 1}.input_layernorm.weight")
        return self._add_and_norm(down, residual, gain)

    def _attention(self, layer: int, hidden: str) -> str:
        name = f"model.layers.{layer}.self_attn"
        packed = self._matrix(hidden, [f"{name}.{each}_proj" for each in "qkv"])
        outputs = [f"attended.{layer}", f"present_k.{layer}", f"present_v.{layer}"]
        past = [f"past_k.{layer}", f"past_v.{layer}"]
        self._graph.add(
            "GroupQueryAttention",
            [packed, "", "", *past, "seqlens_k", "total_len", "cos", "sin"],
            outputs,
            num_heads=self._shape.heads,
            kv_num_heads=self._shape.kv_heads,
            do_rotary=1,
            rotary_interleaved=0,
        )
        return outputs[0]

    def _head(self, hidden: str, residual: str, embedding: Blocks) -> None:
        graph = self._graph
        graph.constant("axis_1", np.array([1], np.int64))
        graph.constant("to_end", np.array([np.iinfo(np.int64).max], np.int64))
        window = [graph.node("Neg", ["n_logits"], domain=""), "to_end", "axis_1"]
        hidden = graph.node("Slice", [hidden, *window], domain="")
        residual = graph.node("Slice", [residual, *window], domain="")
        normed, _ = self._add_and_norm(hidden, residual, self._gain("model.norm.weight"))
        if self._before_head is not None:
            mixing = graph.constant("before_head", self._before_head)
            normed = graph.node("MatMul", [normed, mixing], domain="")
        if self._shape.tied:
            head_product(graph, normed, "embedding", embedding, "logits")
        else:
            head_product(graph, normed, "head", self._weights.blocks("lm_head.weight"), "logits")

    def _matrix(self, hidden: str, modules: Sequence[str]) -> str:
        """Multiply by several modules' matrices at once; outputs stand side by side."""
        parts = [self._weights.blocks(f"{module}.weight") for module in modules]
        return multiply(self._graph, hidden, f"{modules[0]}.{len(modules)}", parts)

    def _add_and_norm(self, delta: str, residual: str, gain: str) -> tuple[str, str]:
        normed = f"{gain}.normed"
        outputs = [normed, "", "", f"{gain}.residual"]
        epsilon = self._shape.epsilon
        self._graph.add(
            "SkipSimplifiedLayerNormalization", [delta, residual, gain], outputs, epsilon=epsilon
        )
        return normed, outputs[3]

    def _gain(self, name: str) -> str:
        return self._graph.constant(name, self._weights.tensor(name))
