from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Weights, expected_shapes
from lamplighter.model.build.huggingface import HuggingFaceWeights, relevant_files

WriteFolder = Callable[..., tuple[Path, Weights]]


@pytest.mark.parametrize("shards", [0, 3])
@pytest.mark.parametrize("tied", [True, False])
def test_every_tensor_is_read(write_folder: WriteFolder, shards: int, *, tied: bool) -> None:
    folder, weights = write_folder(tied=tied, shards=shards)
    found = HuggingFaceWeights(folder)
    found.check()
    assert found.architecture == weights.architecture
    for name in expected_shapes(weights.architecture):
        np.testing.assert_array_equal(found.tensor(name), weights.tensor(name))


def test_half_precision_is_widened(write_folder: WriteFolder) -> None:
    folder, weights = write_folder(kind="BF16")
    name = "model.layers.1.mlp.down_proj.weight"
    np.testing.assert_allclose(
        HuggingFaceWeights(folder).tensor(name), weights.tensor(name), rtol=2**-7
    )


def test_tokenizer_and_template_are_as_they_are(write_folder: WriteFolder) -> None:
    folder, _ = write_folder()
    found = HuggingFaceWeights(folder)
    assert found.tokenizer_json() == (folder / "tokenizer.json").read_text()
    assert "messages" in found.chat_template
    (folder / "chat_template.jinja").write_text("{{ messages }}")
    assert HuggingFaceWeights(folder).chat_template == "{{ messages }}"


def rewrite(folder: Path, name: str, **values: Any) -> None:
    (folder / name).write_text(json.dumps(values))


def test_the_default_of_several_templates_is_taken(write_folder: WriteFolder) -> None:
    folder, _ = write_folder()
    templates = [{"name": name, "template": f"{name}!"} for name in ("tool_use", "default")]
    rewrite(folder, "tokenizer_config.json", chat_template=templates)
    assert HuggingFaceWeights(folder).chat_template == "default!"
    (folder / "tokenizer_config.json").unlink()
    assert HuggingFaceWeights(folder).chat_template == ""


def test_the_tokenizers_end_token_comes_before_the_models(write_folder: WriteFolder) -> None:
    folder, _ = write_folder(eos_token_id=0)
    assert HuggingFaceWeights(folder).special_tokens() == {"bos": "", "eos": "<|im_end|>"}
    rewrite(folder, "special_tokens_map.json", bos_token="<|im_start|>")
    assert HuggingFaceWeights(folder).special_tokens()["bos"] == "<|im_start|>"
    rewrite(folder, "tokenizer_config.json")
    assert HuggingFaceWeights(folder).special_tokens()["eos"] == "<|endoftext|>"
    rewrite(folder, "generation_config.json", eos_token_id=[2, 0])
    assert HuggingFaceWeights(folder).special_tokens()["eos"] == "<|im_end|>"


def test_a_folder_that_names_no_end_is_refused(write_folder: WriteFolder) -> None:
    folder, _ = write_folder(eos_token_id=None)
    rewrite(folder, "tokenizer_config.json")
    with pytest.raises(ModelError, match="no file says which token ends"):
        HuggingFaceWeights(folder).special_tokens()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"vocab_size": 500}, r"embed_tokens\.weight is \(262, 64\), but .* \(500, 64\)"),
        ({"num_hidden_layers": 3}, r"has no tensor model\.layers\.2\."),
        ({"tie_word_embeddings": False}, r"has no tensor lm_head\.weight"),
    ],
)
def test_tensors_that_do_not_fit_the_configuration_are_named(
    write_folder: WriteFolder, changes: dict[str, Any], reason: str
) -> None:
    folder, _ = write_folder(**changes)
    with pytest.raises(ModelError, match=reason):
        HuggingFaceWeights(folder).check()


def test_biases_are_refused(write_folder: WriteFolder, write_safetensors: Any) -> None:
    folder, _ = write_folder(shards=2)
    index = json.loads((folder / "model.safetensors.index.json").read_text())
    name = "model.layers.0.self_attn.q_proj.bias"
    write_safetensors(folder / "extra.safetensors", {name: np.zeros(64, np.float32)})
    index["weight_map"][name] = "extra.safetensors"
    rewrite(folder, "model.safetensors.index.json", **index)
    with pytest.raises(ModelError, match="biases are not supported"):
        HuggingFaceWeights(folder).check()


def read_all(source: HuggingFaceWeights) -> None:
    source.check()
    source.tokenizer_json()


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_file_that_is_missing_is_named(write_folder: WriteFolder, missing: str) -> None:
    folder, _ = write_folder()
    (folder / missing).unlink()
    with pytest.raises(ModelError, match=missing.replace(".", r"\.")):
        read_all(HuggingFaceWeights(folder))


def test_an_index_can_not_lead_out_of_the_folder(write_folder: WriteFolder) -> None:
    folder, _ = write_folder(shards=1)
    rewrite(folder, "model.safetensors.index.json", weight_map={"a": "../other.safetensors"})
    with pytest.raises(ModelError, match="outside the folder"):
        HuggingFaceWeights(folder).check()


@pytest.mark.parametrize(
    "listed",
    [None, ["x"], {}, {"a": 5}, {"a": ["x"]}, {"a": "weights.bin"}, {"a": ".."}, {"a": ""}],
)
def test_an_index_names_nothing_but_files_that_the_hash_covers(
    write_folder: WriteFolder, listed: object
) -> None:
    folder, _ = write_folder(shards=1)
    rewrite(folder, "model.safetensors.index.json", weight_map=listed)
    with pytest.raises(ModelError, match=r"model\.safetensors\.index\.json"):
        HuggingFaceWeights(folder).check()


def test_only_what_a_build_reads_counts(write_folder: WriteFolder) -> None:
    folder, _ = write_folder()
    (folder / "README.md").write_text("about")
    (folder / "pytorch_model.bin").write_bytes(b"x")
    assert sorted(path.name for path in relevant_files(folder)) == [
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    ]
