from __future__ import annotations

from pathlib import Path

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.model.runtime.exports import GRAPH, external

from lamplighter.errors import ModelError
from lamplighter.model.runtime.outline import read_outline


def test_an_outline_is_what_onnx_reads() -> None:
    graph = onnx.load(GRAPH).graph
    outline = read_outline(GRAPH)
    assert list(outline.inputs) == [node.name for node in graph.input]
    assert list(outline.outputs) == [node.name for node in graph.output]
    assert outline.data == ()


def test_files_of_weights_are_named(tmp_path: Path) -> None:
    external(tmp_path / "model.onnx")
    assert read_outline(tmp_path / "model.onnx").data == ("model.onnx_data",)


def test_weights_are_no_inputs_even_where_old_files_list_them(tmp_path: Path) -> None:
    model = onnx.load(GRAPH)
    weight = model.graph.initializer[0]
    model.graph.input.append(
        onnx.helper.make_tensor_value_info(weight.name, weight.data_type, weight.dims)
    )
    onnx.save_model(model, tmp_path / "model.onnx")
    assert weight.name not in read_outline(tmp_path / "model.onnx").inputs


def test_a_missing_file_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is no ONNX file"):
        read_outline(tmp_path / "model.onnx")


@given(data=st.binary(max_size=60), keep=st.integers(0, 300))
def test_broken_files_are_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, keep: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "broken.onnx"
    path.write_bytes(GRAPH.read_bytes()[:keep] + data)
    try:
        outline = read_outline(path)
    except ModelError as error:
        assert "is no ONNX file" in str(error)
    else:
        assert outline.inputs == outline.outputs == ()
