"""Products with quantised matrices, as nodes of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.errors import ModelError

if TYPE_CHECKING:
    from lamplighter.model.build.onnx_graph import OnnxGraph
    from lamplighter.model.build.quantise import Blocks

# 4: activations are quantised to 8 bits too, so that integer dot products do the work.
ACCURACY_LEVEL = 4


def multiply(graph: OnnxGraph, rows: str, label: str, parts: Sequence[Blocks]) -> str:
    """Multiply by several matrices; their outputs stand side by side.

    Matrices of one form are put together into one product.

    Args:
        graph: gets the nodes.
        rows: name of the input, (batch, new tokens, inputs).
        label: begins the names of the constants.
        parts: the matrices, all with the same number of inputs.

    Returns:
        The output's name.
    """
    forms = [list(group) for _, group in groupby(parts, key=_form)]
    outputs = [
        _product(graph, rows, label if len(forms) == 1 else f"{label}.{number}", group)
        for number, group in enumerate(forms)
    ]
    return outputs[0] if len(outputs) == 1 else graph.node("Concat", outputs, domain="", axis=-1)


def head_product(graph: OnnxGraph, rows: str, label: str, matrix: Blocks, output: str) -> None:
    """Multiply by one matrix whose constants may be in the graph already; name the output."""
    if matrix.offsets is not None:
        raise ModelError(label, "a head with offsets has no form here")
    _matmul(graph, [rows, *_constants(graph, label, [matrix])], [matrix], output)


def look_up(graph: OnnxGraph, numbers: str, label: str, table: Blocks, width: int) -> str:
    """Take rows of a quantised matrix; return the output's name, (batch, new tokens, width).

    Raises:
        ModelError: the matrix has offsets, which the lookup does not know.
    """
    if table.offsets is not None:
        raise ModelError(label, "a lookup with offsets has no form here")
    values, _, *zeros = _constants(graph, label, [table])
    blocks, block = table.scales.shape[1], table.block
    flat = graph.constant(f"{label}.rows.scales", table.scales[..., None])
    if table.zeros is not None:
        # One block to a row here: each zero has a byte of its own.
        zeros = [graph.constant(f"{label}.rows.zeros", table.zeros[..., None])]
    rows = graph.node(
        "GatherBlockQuantized",
        [values, numbers, flat, *zeros],
        bits=table.bits,
        block_size=block,
        gather_axis=0,
        quantize_axis=2,
    )
    shape = graph.constant(f"{label}.shape", np.array([0, 0, blocks * block], np.int64))
    made = graph.node("Reshape", [rows, shape], domain="")
    if blocks * block == width:
        return made
    cut = [("from", 0), ("to", width), ("axis", 2)]
    ends = [graph.constant(f"{label}.{name}", np.array([end], np.int64)) for name, end in cut]
    return graph.node("Slice", [made, *ends], domain="")


def _form(part: Blocks) -> tuple[int, int, bool, bool]:
    return part.bits, part.block, part.zeros is None, part.offsets is None


def _product(graph: OnnxGraph, rows: str, label: str, parts: Sequence[Blocks]) -> str:
    output = f"{label}.out"
    _matmul(graph, [rows, *_constants(graph, label, parts)], parts, output)
    offsets = [part.offsets for part in parts if part.offsets is not None]
    if not offsets:
        return output
    # What the offsets add is a product too, with the sums of the input over each block.
    grouped = np.array([0, 0, parts[0].scales.shape[1], parts[0].block], np.int64)
    blocks = graph.node(
        "Reshape", [rows, graph.constant(f"blocks.{grouped[2]}", grouped)], domain=""
    )
    last = graph.constant("last_axis", np.array([-1], np.int64))
    sums = graph.node("ReduceSum", [blocks, last], domain="", keepdims=0)
    table = graph.constant(f"{label}.offsets", np.concatenate(offsets).T)
    return graph.node("Add", [output, graph.node("MatMul", [sums, table], domain="")], domain="")


def _matmul(graph: OnnxGraph, inputs: Sequence[str], parts: Sequence[Blocks], output: str) -> None:
    first = parts[0]
    graph.add(
        "MatMulNBits",
        inputs,
        [output],
        K=first.inputs or first.scales.shape[1] * first.block,
        N=sum(len(part.scales) for part in parts),
        bits=first.bits,
        block_size=first.block,
        accuracy_level=ACCURACY_LEVEL,
    )


def _constants(graph: OnnxGraph, label: str, parts: Sequence[Blocks]) -> list[str]:
    names = [
        graph.constant(f"{label}.values", np.concatenate([part.packed() for part in parts])),
        graph.constant(f"{label}.scales", np.concatenate([part.scales for part in parts])),
    ]
    if parts[0].zeros is not None:
        names.append(graph.constant(f"{label}.zeros", _packed_zeros(parts)))
    return names


def _packed_zeros(parts: Sequence[Blocks]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.concatenate([packed for part in parts if (packed := part.packed_zeros()) is not None])
