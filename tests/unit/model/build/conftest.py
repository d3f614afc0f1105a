"""Sources of a build, made by hand: safetensors files and Hugging Face folders."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from lamplighter.model.build.architecture import Weights, expected_shapes

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
TEMPLATE = "{% for m in messages %}{{ m['role'] + ': ' + m['content'] + '<|im_end|>' }}{% endfor %}"


def _write_safetensors(
    path: Path, tensors: Mapping[str, NDArray[np.float32]], kind: str = "F32"
) -> None:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, tensor in tensors.items():
        raw = tensor.astype(np.float32).view(np.uint32) >> 16
        data = {
            "F32": tensor.astype(np.float32).tobytes(),
            "F16": tensor.astype(np.float16).tobytes(),
            "BF16": raw.astype(np.uint16).tobytes(),
        }[kind]
        offsets = [len(body), len(body) + len(data)]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": offsets}
        body += data
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)


@pytest.fixture(scope="session")
def write_safetensors() -> Callable[..., None]:
    """Return what writes a safetensors file: (path, tensors, kind)."""
    return _write_safetensors


def folder_tokenizer() -> Tokenizer:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = [*SPECIAL, *alphabet, "th", "the", "Ġthe"]
    bpe = models.BPE(
        vocab={token: number for number, token in enumerate(tokens)},
        merges=[("t", "h"), ("th", "e"), ("Ġ", "the")],
    )
    tokenizer = Tokenizer(bpe)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in SPECIAL]
    )
    return tokenizer


def _config_of(weights: Weights) -> dict[str, Any]:
    shape = weights.architecture
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "hidden_size": shape.width,
        "intermediate_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "vocab_size": shape.vocabulary,
        "rms_norm_eps": shape.epsilon,
        "rope_theta": shape.theta,
        "max_position_embeddings": shape.context,
        "tie_word_embeddings": shape.tied,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }


@pytest.fixture
def write_folder(
    tmp_path: Path, make_weights: Callable[..., Weights]
) -> Callable[..., tuple[Path, Weights]]:
    """Return what writes a tiny Hugging Face folder.

    It takes ``tied``, ``kind`` (the number format), ``shards`` (0: one file and no index), and
    changes of ``config.json``.
    """

    def write(
        *, tied: bool = True, kind: str = "F32", shards: int = 0, **changes: Any
    ) -> tuple[Path, Weights]:
        folder = tmp_path / "folder"
        folder.mkdir()
        tokenizer = folder_tokenizer()
        tokenizer.save(str(folder / "tokenizer.json"))
        weights = make_weights(tokenizer.get_vocab_size(), tied=tied)
        tensors = {name: weights.tensor(name) for name in expected_shapes(weights.architecture)}
        config = {**_config_of(weights), **changes}
        (folder / "config.json").write_text(json.dumps(config))
        (folder / "tokenizer_config.json").write_text(
            json.dumps({"chat_template": TEMPLATE, "eos_token": {"content": "<|im_end|>"}})
        )
        places = {name: 0 if not shards else n % shards for n, name in enumerate(tensors)}
        files = {
            number: f"model-{number}.safetensors" if shards else "model.safetensors"
            for number in set(places.values())
        }
        for number, name in files.items():
            part = {each: tensors[each] for each in tensors if places[each] == number}
            _write_safetensors(folder / name, part, kind)
        if shards:
            index = {"weight_map": {name: files[number] for name, number in places.items()}}
            (folder / "model.safetensors.index.json").write_text(json.dumps(index))
        return folder, weights

    return write
