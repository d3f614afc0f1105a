from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.unit.model.runtime.exports import GRAPH, TINY, copy_tiny, external

from lamplighter.errors import ModelError
from lamplighter.model.foreign.export import (
    describe_export,
    find_graph,
    folder_of,
    read_cache_shape,
)


def folder_with(folder: Path, names: Iterable[str]) -> Path:
    for name in ("tokenizer.json", *names):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return folder


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["model.onnx"], "model.onnx"),
        (["onnx/model.onnx"], "onnx/model.onnx"),
        (["onnx/model.onnx", "onnx/model_q4.onnx", "onnx/model_fp16.onnx"], "onnx/model_q4.onnx"),
        (["onnx/model_q4.onnx", "onnx/model_quantized.onnx"], "onnx/model_quantized.onnx"),
        (["onnx/model_fp16.onnx", "onnx/model.onnx"], "onnx/model.onnx"),
        (["onnx/decoder_model_merged.onnx", "onnx/encoder.onnx"], "onnx/decoder_model_merged.onnx"),
        (["my-model.onnx"], "my-model.onnx"),
    ],
)
def test_the_graph_that_suits_a_cpu_is_chosen(
    tmp_path: Path, names: list[str], chosen: str
) -> None:
    assert find_graph(folder_with(tmp_path, names)) == chosen


@pytest.mark.parametrize(
    ("names", "reason"),
    [([], "no ONNX file"), (["a.onnx", "b.onnx"], r"several graphs \(a.onnx, b.onnx\)")],
)
def test_what_can_not_be_told_is_an_error(tmp_path: Path, names: list[str], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        find_graph(folder_with(tmp_path, names))


def test_only_listed_files_are_chosen_from(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, ["model.onnx", "onnx/model_quantized.onnx"])
    assert find_graph(folder, ["model.onnx", "tokenizer.json"]) == "model.onnx"


@pytest.mark.parametrize("name", ["model_fp16.onnx", "onnx/model_fp16.onnx"])
def test_a_path_may_name_the_graph(tmp_path: Path, name: str) -> None:
    folder = folder_with(tmp_path, ["model.onnx", name])
    assert folder_of(folder / name) == folder
    assert find_graph(folder / name) == name


def test_an_export_is_described_by_its_own_files() -> None:
    described = describe_export(TINY)
    assert (described.name, described.form) == ("tiny-export", "export")
    assert (described.context, described.bos, described.eos) == (256, "<s>", "</s>")
    assert set(described.files) == {
        "model.onnx",
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "chat_template.jinja",
        "generation_config.json",
        "config.json",
    }


def test_the_version_is_of_the_files(tmp_path: Path) -> None:
    folder = copy_tiny(tmp_path / "tiny")
    version = describe_export(folder).version
    assert version == describe_export(TINY).version
    data = bytearray(GRAPH.read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "model.onnx").write_bytes(data)
    assert describe_export(folder).version != version


def test_weights_beside_the_graph_belong_to_it(tmp_path: Path) -> None:
    folder = copy_tiny(tmp_path / "tiny")
    (folder / "model.onnx").unlink()
    (folder / "onnx").mkdir()
    external(folder / "onnx" / "model.onnx")
    before = describe_export(folder)
    assert {"onnx/model.onnx", "onnx/model.onnx_data"} <= set(before.files)
    data = folder / "onnx" / "model.onnx_data"
    data.write_bytes(data.read_bytes()[:-1] + b"\x00")
    assert describe_export(folder).version != before.version
    data.unlink()
    with pytest.raises(ModelError, match=r"model\.onnx_data"):
        describe_export(folder)


def test_weights_elsewhere_are_not_read(tmp_path: Path) -> None:
    folder = copy_tiny(tmp_path / "tiny")
    external(folder / "model.onnx")
    data = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(data.replace(b"model.onnx_data", b"/../../etc/pass"))
    with pytest.raises(ModelError, match="name that is not read"):
        describe_export(folder)


def test_a_folder_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    shutil.copy(GRAPH, tmp_path / "model.onnx")
    with pytest.raises(ModelError, match=r"holds no tokenizer\.json"):
        describe_export(tmp_path)


@pytest.mark.parametrize(
    ("name", "config", "expected"),
    [
        ("config.json", {"num_attention_heads": 4, "hidden_size": 32}, (4, 8, None)),
        (
            "config.json",
            {
                "num_attention_heads": 4,
                "num_key_value_heads": 2,
                "head_dim": 16,
                "hidden_size": 32,
                "max_position_embeddings": 512,
            },
            (2, 16, 512),
        ),
        ("config.json", {"text_config": {"num_key_value_heads": 2, "head_dim": 4}}, (2, 4, None)),
        (
            "genai_config.json",
            {
                "model": {
                    "context_length": 4096,
                    "decoder": {"num_key_value_heads": 8, "head_size": 64},
                }
            },
            (8, 64, 4096),
        ),
        ("config.json", {"max_position_embeddings": "many", "head_dim": True}, (None, None, None)),
    ],
)
def test_shapes_are_read_where_files_tell_them(
    tmp_path: Path, name: str, config: object, expected: tuple[int | None, ...]
) -> None:
    (tmp_path / name).write_text(json.dumps(config))
    shape = read_cache_shape(tmp_path)
    assert (shape.heads, shape.width, shape.context) == expected
