"""The tiny export of the test data, and variants of it as other tools write them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16

TINY = Path(__file__).resolve().parents[3] / "data" / "models" / "tiny-export"
GRAPH = TINY / "model.onnx"
EXPECTED: dict[str, Any] = json.loads((TINY / "expected.json").read_text())


def copy_tiny(folder: Path) -> Path:
    """Copy the export into a new folder."""
    shutil.copytree(TINY, folder)
    return folder


def quantised(path: Path) -> None:
    """Write it as transformers.js's ``model_quantized.onnx``: weights in 8 bits."""
    quantize_dynamic(GRAPH, path, weight_type=QuantType.QInt8)


def blockwise(path: Path) -> None:
    """Write it as ``model_q4.onnx``: weights in blocks of 32 with 4 bits each."""
    model = onnx.load(GRAPH)
    weights = {each.name: each for each in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type != "MatMul" or node.input[1] not in weights:
            continue
        rows = numpy_helper.to_array(weights[node.input[1]]).T
        outputs, width = rows.shape
        blocks = np.pad(rows, ((0, 0), (0, -width % 32))).reshape(outputs, -1, 32)
        scales = np.abs(blocks).max(-1, keepdims=True) / 7
        quants = np.clip(np.rint(blocks / scales) + 8, 0, 15).astype(np.uint8)
        packed = quants[..., 0::2] | quants[..., 1::2] << 4
        names = [f"{node.input[1]}_{part}" for part in ("q4", "scales")]
        stored = (packed, scales.astype(np.float32).reshape(-1))
        model.graph.initializer.extend(map(numpy_helper.from_array, stored, names))
        sizes = {"K": width, "N": outputs, "bits": 4, "block_size": 32}
        node.CopyFrom(
            helper.make_node(
                "MatMulNBits",
                [node.input[0], *names],
                node.output,
                domain="com.microsoft",
                **sizes,
            )
        )
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    onnx.save_model(model, path)


def half(path: Path) -> None:
    """Write it as ``model_fp16.onnx``: weights, cache and logits in half precision."""
    onnx.save_model(convert_float_to_float16(onnx.load(GRAPH)), path)


def external(path: Path) -> None:
    """Write it with its weights beside it, in ``model.onnx_data``."""
    data = f"{path.name}_data"
    onnx.save_model(
        onnx.load(GRAPH), path, save_as_external_data=True, location=data, size_threshold=64
    )


def named_axes(path: Path) -> None:
    """Write it with names for the axes that config.json gives the lengths of."""
    model = onnx.load(GRAPH)
    for node in model.graph.input:
        if node.name.startswith("past"):
            node.type.tensor_type.shape.dim[1].dim_param = "heads"
            node.type.tensor_type.shape.dim[3].dim_param = "width"
    onnx.save_model(model, path)


def last_logits(path: Path) -> None:
    """Write it with ``num_logits_to_keep``: the logits of the last tokens only."""
    model = onnx.load(GRAPH)
    graph = model.graph
    graph.input.append(helper.make_tensor_value_info("num_logits_to_keep", 7, []))
    for node in graph.node:
        node.output[:] = ["all_logits" if name == "logits" else name for name in node.output]
    ints = {"from_axis": [-2], "axis": [1], "far": [2**62], "row": [1]}
    for name, values in ints.items():
        graph.initializer.append(helper.make_tensor(name, 7, [1], values))
    graph.node.extend(
        [
            helper.make_node("Neg", ["num_logits_to_keep"], ["negative"]),
            helper.make_node("Reshape", ["negative", "row"], ["start"]),
            helper.make_node(
                "Slice", ["all_logits", "start", "far", "axis"], ["logits"], "last_logits"
            ),
        ]
    )
    onnx.save_model(model, path)


def plain(path: Path) -> None:
    """Write it as it is."""
    shutil.copy(GRAPH, path)


# How alike a variant's logits have to be to those of the export: their correlation.
VARIANTS: Mapping[str, tuple[Callable[[Path], None], float]] = {
    "plain": (plain, 0.999999),
    "external": (external, 0.999999),
    "named_axes": (named_axes, 0.999999),
    "last_logits": (last_logits, 0.999999),
    "half": (half, 0.9999),
    "quantised": (quantised, 0.99),
    "blockwise": (blockwise, 0.8),
}
