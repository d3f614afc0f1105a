"""A tiny random Llama with a byte-level tokenizer, built as a real model is, in a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from lamplighter.model.build.architecture import Architecture, Weights
from lamplighter.model.build.graph import GraphBuilder
from lamplighter.model.build.quantising import QuantisedWeights
from lamplighter.model.build.recipe import Quantise
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.manifest import Manifest
from lamplighter.model.decoding.masks import Vocabulary
from lamplighter.model.locate import model_folder
from lamplighter.model.prompt.tokenizer import TextTokenizer
from lamplighter.model.runtime.session import Session

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
MERGES = (("t", "h"), ("th", "e"), ("Ġ", "l"), ("k", "i"), ("ki", "t"), ("l", "a"), ("o", "n"))
CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def tiny_tokenizer() -> Tokenizer:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = [*SPECIAL, *alphabet, *("".join(merge) for merge in MERGES)]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=list(MERGES)))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in SPECIAL]
    )
    return tokenizer


class RandomWeights:
    """Weights drawn from a seed, the same for the same tensor."""

    def __init__(self, vocabulary: int, seed: int = 7, *, tied: bool = True) -> None:
        self.seed = seed
        self.architecture = Architecture(
            layers=2,
            width=64,
            hidden=96,
            heads=4,
            kv_heads=2,
            head_width=16,
            vocabulary=vocabulary,
            theta=10000.0,
            epsilon=1e-5,
            context=256,
            tied=tied,
        )

    def tensor(self, name: str) -> NDArray[np.float32]:
        shape = self.architecture
        if name.endswith("norm.weight"):
            return np.ones(shape.width, np.float32)
        query, key = shape.heads * shape.head_width, shape.kv_heads * shape.head_width
        rows, columns = {
            "embed_tokens": (shape.vocabulary, shape.width),
            "lm_head": (shape.vocabulary, shape.width),
            "q_proj": (query, shape.width),
            "k_proj": (key, shape.width),
            "v_proj": (key, shape.width),
            "o_proj": (shape.width, query),
            "gate_proj": (shape.hidden, shape.width),
            "up_proj": (shape.hidden, shape.width),
            "down_proj": (shape.width, shape.hidden),
        }[name.split(".")[-2]]
        random = np.random.default_rng([self.seed, *name.encode()])
        return random.normal(0, 0.3, (rows, columns)).astype(np.float32)


def write_tiny_model(folder: Path, *, seed: int = 7, tied: bool = True) -> Path:
    folder.mkdir(parents=True)
    tokenizer = tiny_tokenizer()
    weights = RandomWeights(tokenizer.get_vocab_size(), seed, tied=tied)
    graph = GraphBuilder(QuantisedWeights(weights, Quantise()), context=256).build()
    onnx.save_model(
        graph,
        str(folder / files.GRAPH),
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=files.WEIGHTS,
        size_threshold=64,
    )
    tokenizer.save(str(folder / files.TOKENIZER))
    (folder / files.CHAT_TEMPLATE).write_text(CHATML, encoding="utf-8")
    Manifest(
        name="tiny",
        licence="CC0-1.0",
        context=256,
        bos="<|im_start|>",
        eos="<|im_end|>",
        architecture=asdict(weights.architecture),
        recipe={"name": "tiny"},
        versions={},
        files=files.list_files(folder),
    ).write(folder)
    return folder


@pytest.fixture(scope="session")
def make_tiny() -> Callable[..., Path]:
    """Return what writes a tiny model into a new folder: (folder, seed=, tied=)."""
    return write_tiny_model


@pytest.fixture(scope="session")
def make_weights() -> Callable[..., Weights]:
    """Return what makes a tiny model's weights: (vocabulary, seed=, tied=)."""
    return RandomWeights


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny model; tests that alter it copy it first."""
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def session(tiny: Path) -> Session:
    """Return a running decoder that all tests share; each empties it first."""
    made = Session(tiny / files.GRAPH, threads=1, context=256)
    made.start()
    return made


@pytest.fixture(scope="session")
def tokenizer(tiny: Path) -> TextTokenizer:
    made = TextTokenizer(tiny / files.TOKENIZER, eos="<|im_end|>")
    made.start()
    return made


@pytest.fixture(scope="session")
def vocabulary(tokenizer: TextTokenizer) -> Vocabulary:
    return Vocabulary(tokenizer.vocabulary())


@pytest.fixture(scope="session")
def real_model() -> Path:
    """Return the folder of the built default model."""
    folder = model_folder()
    if not (folder / files.MANIFEST).exists():
        pytest.skip("the default model is not built: run `lamplighter model build`")
    return folder


GGUF_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


def _interleave(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Order rotary rows as llama.cpp's converter does."""
    halves = rows.reshape(heads, 2, rows.shape[0] // heads // 2, rows.shape[1])
    return halves.swapaxes(1, 2).reshape(rows.shape)


def _as_gguf(weights: RandomWeights) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a one-layer model's tensors by their GGUF and by their Hugging Face names."""
    shape = weights.architecture
    names = {"model.embed_tokens.weight": "token_embd.weight"}
    names["model.norm.weight"] = "output_norm.weight"
    for module, short in GGUF_NAMES.items():
        names[f"model.layers.0.{module}.weight"] = f"blk.0.{short}.weight"
    tensors = {name: weights.tensor(name) for name in names}
    stored = {}
    for name, short in names.items():
        heads = {"attn_q": shape.heads, "attn_k": shape.kv_heads}.get(short.split(".")[-2], 0)
        stored[short] = _interleave(tensors[name], heads) if heads else tensors[name]
    return stored, tensors


def write_tiny_gguf(
    path: Path, *, family: str = "llama", pre: str = "smollm", extra: str = "", scaling: str = ""
) -> dict[str, Any]:
    """Write a one-layer model as llama.cpp would; return its tensors by Hugging Face names."""
    tokens = [*SPECIAL, *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokens += ["".join(merge) for merge in MERGES]
    stored, tensors = _as_gguf(RandomWeights(len(tokens)))
    writer = gguf.GGUFWriter(path, family)
    writer.add_block_count(1)
    writer.add_context_length(256)
    writer.add_embedding_length(64)
    writer.add_feed_forward_length(96)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    if scaling:
        writer.add_rope_scaling_type(gguf.RopeScalingType(scaling))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types([3] * len(SPECIAL) + [1] * (len(tokens) - len(SPECIAL)))
    writer.add_token_merges([" ".join(merge) for merge in MERGES])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(CHATML)
    for name, tensor in stored.items():
        kind = gguf.GGMLQuantizationType.Q8_0
        if tensor.ndim == 1:
            writer.add_tensor(name, tensor)
        else:
            writer.add_tensor(name, gguf.quants.quantize(tensor, kind), raw_dtype=kind)
    if extra:
        writer.add_tensor(extra, np.ones(64, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return tensors


@pytest.fixture
def tiny_gguf(tmp_path: Path) -> Callable[..., tuple[Path, dict[str, Any]]]:
    """Return what writes a tiny GGUF: gives its path and its tensors."""

    def write(**changes: str) -> tuple[Path, dict[str, Any]]:
        path = tmp_path / "tiny.gguf"
        return path, write_tiny_gguf(path, **changes)

    return write
