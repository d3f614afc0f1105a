"""Products on the runtime's kernels against numpy."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lamplighter.errors import ModelError
from lamplighter.model.build.onnx_graph import OnnxGraph
from lamplighter.model.build.products import head_product, look_up, multiply
from lamplighter.model.build.quantise import Blocks, quantise_4bit, quantise_8bit
from lamplighter.model.runtime.session import load_runtime

Array = NDArray[np.float32]


def drawn(rows: int, inputs: int) -> Array:
    return np.random.default_rng([rows, inputs]).normal(size=(rows, inputs)).astype(np.float32)


def with_offsets(rows: int, inputs: int) -> Blocks:
    plain = quantise_4bit(drawn(rows, inputs), 32, symmetric=True)
    offsets = drawn(rows, inputs // 32)
    return Blocks(plain.values, plain.scales, bits=4, offsets=offsets)


def run(graph: OnnxGraph, output: str, given: NDArray[np.generic]) -> Array:
    graph.output(output, ["batch", "new", "outputs"])
    runtime = load_runtime()
    session = runtime.InferenceSession(
        graph.model().SerializeToString(), providers=["CPUExecutionProvider"]
    )
    made: Array = session.run([output], {session.get_inputs()[0].name: given})[0]
    return made


PARTS = {
    "8 bits": [quantise_8bit(drawn(24, 64), 32), quantise_8bit(drawn(8, 64), 32)],
    "8 bits, last block filled up": [quantise_8bit(drawn(16, 96), 64)],
    "4 bits": [quantise_4bit(drawn(16, 64), 32, symmetric=True)],
    "4 bits with zeros": [quantise_4bit(drawn(16, 96), 32), quantise_4bit(drawn(8, 96), 32)],
    "4 bits with offsets": [with_offsets(16, 64), with_offsets(8, 64)],
    "of several forms": [
        quantise_4bit(drawn(16, 64), 32),
        quantise_8bit(drawn(8, 64), 32),
        with_offsets(24, 64),
    ],
}


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_a_product_is_that_of_the_dequantised_matrices(parts: list[Blocks]) -> None:
    matrix = np.concatenate([part.dequantised() for part in parts])
    rows = drawn(5, matrix.shape[1])[None]
    graph = OnnxGraph()
    graph.input("rows", "FLOAT", ["batch", "new", matrix.shape[1]])
    found = run(graph, multiply(graph, "rows", "matrix", parts), rows)
    expected = rows @ matrix.T
    # The kernels quantise the input to 8 bits.
    assert np.linalg.norm(found - expected) < 0.02 * np.linalg.norm(expected)


TABLES = {
    "8 bits": quantise_8bit(drawn(40, 64), 32),
    "8 bits, last block filled up": quantise_8bit(drawn(40, 96), 64),
    "4 bits": quantise_4bit(drawn(40, 64), 32, symmetric=True),
    "4 bits with zeros": quantise_4bit(drawn(40, 96), 32),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_looked_up_row_is_the_dequantised_one(table: Blocks) -> None:
    rows = table.dequantised()
    graph = OnnxGraph()
    graph.input("numbers", "INT64", ["batch", "new"])
    output = look_up(graph, "numbers", "table", table, rows.shape[1])
    found = run(graph, output, np.array([[3, 0, 39]]))
    np.testing.assert_allclose(found[0], rows[[3, 0, 39]], rtol=0, atol=1e-6)


def test_a_table_with_offsets_is_refused() -> None:
    graph = OnnxGraph()
    with pytest.raises(ModelError, match="lookup with offsets"):
        look_up(graph, "numbers", "table", with_offsets(8, 64), 64)
    with pytest.raises(ModelError, match="head with offsets"):
        head_product(graph, "rows", "head", with_offsets(8, 64), "logits")
