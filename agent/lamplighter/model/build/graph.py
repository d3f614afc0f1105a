"""Writing a Llama-family decoder as one ONNX graph with a key/value cache.

A layer, as the nodes follow each other (float32 between them; every matrix is 8-bit)::

    residual ──> RMS norm ──> q,k,v in one matrix ──> attention with rotary and cache
        └──────────────── + <── output matrix <──────────────┘
    residual ──> RMS norm ──> gate,up in one matrix ──> silu(gate) * up ──> down matrix ──> +

Inputs: ``input_ids`` (batch, new tokens), ``seqlens_k`` (batch; length after this step, less
one), ``total_len`` (length after this step), ``n_logits`` (1; how many last positions get
logits), and ``past_k.N``, ``past_v.N`` (batch, kv heads, capacity, head width) for each layer.
Outputs: ``logits`` (batch, n_logits, vocabulary), ``present_k.N``, ``present_v.N``.
The embedding is one quantised matrix for the lookup and for the head.
The operators are those of onnxruntime's com.microsoft domain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lamplighter.errors import ModelError
from lamplighter.model.build.quantise import Blocks, quantise_8bit

if TYPE_CHECKING:
    import onnx
    from numpy.typing import NDArray

    from lamplighter.model.build.architecture import Weights

MICROSOFT = "com.microsoft"
OPSET = 21
IR_VERSION = 10
# 4: activations are quantised to 8 bits too, so that integer dot products do the work.
ACCURACY_LEVEL = 4


class GraphBuilder:
    """Turns weights into an ONNX model.

    Args:
        weights: where the tensors come from.
        block: how many weights share a scale.
        context: positions to have rotary tables for.
        progress: called with the finished share (0 to 1) after each layer.
    """

    def __init__(
        self,
        weights: Weights,
        *,
        block: int,
        context: int,
        progress: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._weights = weights
        self._shape = weights.architecture
        self._block = block
        self._context = context
        self._progress = progress
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def build(self) -> onnx.ModelProto:
        """Return the model.

        Raises:
            ModelError: a tensor is missing or has a shape that can't be quantised, or the
                package onnx is missing.
        """
        self._interface()
        self._rotary_tables()
        embedding = self._embedding()
        hidden, residual = self._first_norm(embedding)
        for layer in range(self._shape.layers):
            hidden, residual = self._layer(layer, hidden, residual)
            self._progress((layer + 1) / self._shape.layers)
        self._head(hidden, residual)
        return self._model()

    def _interface(self) -> None:
        shape = self._shape
        self._input("input_ids", "INT64", ["batch", "new"])
        self._input("seqlens_k", "INT32", ["batch"])
        self._input("total_len", "INT32", [])
        self._input("n_logits", "INT64", [1])
        self._output("logits", ["batch", "kept", shape.vocabulary])
        for layer in range(shape.layers):
            for kind in "kv":
                axes: list[str | int] = ["batch", shape.kv_heads, "capacity", shape.head_width]
                self._input(f"past_{kind}.{layer}", "FLOAT", axes)
                self._output(f"present_{kind}.{layer}", axes)

    def _rotary_tables(self) -> None:
        """Add cosines and sines of position * theta^(-2i/d) (Su et al. 2021)."""
        width = self._shape.head_width
        frequencies = self._shape.theta ** -(np.arange(0, width, 2) / width)
        angles = np.arange(self._context)[:, None] * frequencies[None]
        self._constant("cos", np.cos(angles).astype(np.float32))
        self._constant("sin", np.sin(angles).astype(np.float32))

    def _embedding(self) -> str:
        table = self._quantised("model.embed_tokens.weight")
        self._constant("embedding.values", table.values)
        self._constant("embedding.scales", table.scales[..., None])
        rows = self._node(
            "GatherBlockQuantized",
            ["embedding.values", "input_ids", "embedding.scales"],
            bits=8,
            block_size=self._block,
            gather_axis=0,
            quantize_axis=2,
        )
        self._constant("rows", np.array([0, 0, self._shape.width], np.int64))
        if self._shape.tied:
            self._constant("head.scales", table.scales)
        return self._node("Reshape", [rows, "rows"], domain="")

    def _first_norm(self, embedding: str) -> tuple[str, str]:
        gain = self._gain("model.layers.0.input_layernorm.weight")
        normed = self._node(
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
        gate, up = self._node_outputs("Split", [both], 2, domain="", axis=-1, num_outputs=2)
        # x * sigmoid(alpha * x) is SiLU for alpha 1.
        silu = self._node("QuickGelu", [gate], alpha=1.0)
        gated = self._node("Mul", [silu, up], domain="")
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
        self._add(
            "GroupQueryAttention",
            [packed, "", "", *past, "seqlens_k", "total_len", "cos", "sin"],
            outputs,
            num_heads=self._shape.heads,
            kv_num_heads=self._shape.kv_heads,
            do_rotary=1,
            rotary_interleaved=0,
        )
        return outputs[0]

    def _head(self, hidden: str, residual: str) -> None:
        self._constant("axis_1", np.array([1], np.int64))
        self._constant("to_end", np.array([np.iinfo(np.int64).max], np.int64))
        start = self._node("Neg", ["n_logits"], domain="")
        window = [start, "to_end", "axis_1"]
        hidden = self._node("Slice", [hidden, *window], domain="")
        residual = self._node("Slice", [residual, *window], domain="")
        normed, _ = self._add_and_norm(hidden, residual, self._gain("model.norm.weight"))
        if self._shape.tied:
            self._multiply(normed, "embedding.values", "head.scales", "logits")
            return
        head = self._quantised("lm_head.weight")
        self._constant("head.values", head.values)
        self._constant("head.scales", head.scales)
        self._multiply(normed, "head.values", "head.scales", "logits")

    def _matrix(self, hidden: str, modules: Sequence[str]) -> str:
        """Multiply by several modules' matrices at once; outputs stand side by side."""
        parts = [self._quantised(f"{module}.weight") for module in modules]
        values = np.concatenate([part.values for part in parts])
        scales = np.concatenate([part.scales for part in parts])
        label = f"{modules[0]}.{len(modules)}"
        self._constant(f"{label}.values", values)
        self._constant(f"{label}.scales", scales)
        columns = len(values), values.shape[1] * values.shape[2]
        return self._multiply(hidden, f"{label}.values", f"{label}.scales", f"{label}.out", columns)

    def _multiply(
        self, hidden: str, values: str, scales: str, out: str, size: tuple[int, int] | None = None
    ) -> str:
        outputs, inputs = size or (self._shape.vocabulary, self._shape.width)
        self._add(
            "MatMulNBits",
            [hidden, values, scales],
            [out],
            K=inputs,
            N=outputs,
            bits=8,
            block_size=self._block,
            accuracy_level=ACCURACY_LEVEL,
        )
        return out

    def _add_and_norm(self, delta: str, residual: str, gain: str) -> tuple[str, str]:
        label = f"norm.{len(self._nodes)}"
        outputs = [label, "", "", f"{label}.residual"]
        inputs = [delta, residual, gain]
        epsilon = self._shape.epsilon
        self._add("SkipSimplifiedLayerNormalization", inputs, outputs, epsilon=epsilon)
        return outputs[0], outputs[3]

    def _quantised(self, name: str) -> Blocks:
        return quantise_8bit(self._weights.tensor(name), self._block)

    def _gain(self, name: str) -> str:
        return self._constant(name, self._weights.tensor(name))

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        self._constants.append(_onnx().numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _input(self, name: str, kind: str, axes: Sequence[str | int]) -> None:
        element = getattr(_onnx().TensorProto, kind)
        self._inputs.append(_onnx().helper.make_tensor_value_info(name, element, axes))

    def _output(self, name: str, axes: Sequence[str | int]) -> None:
        element = _onnx().TensorProto.FLOAT
        self._outputs.append(_onnx().helper.make_tensor_value_info(name, element, axes))

    def _node(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        return self._node_outputs(kind, inputs, 1, **attributes)[0]

    def _node_outputs(
        self, kind: str, inputs: Sequence[str], count: int, **attributes: Any
    ) -> list[str]:
        outputs = [f"{kind}.{len(self._nodes)}.{number}" for number in range(count)]
        self._add(kind, inputs, outputs, **attributes)
        return outputs

    def _add(
        self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any
    ) -> None:
        attributes.setdefault("domain", MICROSOFT)
        label = f"{kind}.{len(self._nodes)}"
        self._nodes.append(
            _onnx().helper.make_node(kind, inputs, outputs, name=label, **attributes)
        )

    def _model(self) -> onnx.ModelProto:
        make = _onnx().helper
        graph = make.make_graph(
            self._nodes, "decoder", self._inputs, self._outputs, self._constants
        )
        opsets = [make.make_opsetid("", OPSET), make.make_opsetid(MICROSOFT, 1)]
        model: onnx.ModelProto = make.make_model(
            graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="lamplighter"
        )
        return model


def _onnx() -> Any:
    try:
        import onnx
        import onnx.numpy_helper
    except ImportError as error:
        reason = "building needs more packages: pip install 'lamplighter[build]'"
        raise ModelError("onnx", reason) from error
    return onnx
