"""Reading a GGUF file: tensors, shape, tokenizer and chat template.

The format is llama.cpp's (``gguf`` on PyPI reads it). Two things differ from Hugging Face's
form: tensor names, and the rows of the query and key projections, which llama.cpp keeps with
the two halves of each rotary pair interleaved.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Architecture, checked, expected_shapes
from lamplighter.model.build.gguf_blocks import blocks_of
from lamplighter.model.build.stored import rows_of

if TYPE_CHECKING:
    from gguf import GGUFReader, ReaderTensor
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from lamplighter.model.build.quantise import Blocks

_LAYER_NAMES = {
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
_OTHER_NAMES = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}
Number = TypeVar("Number", bound=np.generic)
_CONTROL_TOKEN = 3  # gguf's TokenType.CONTROL


class GgufWeights:
    """The weights of a Llama-family model in a GGUF file, dequantised as they are asked for.

    Args:
        path: the file, which stays open (memory-mapped) as long as this object lives.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader = _open(path)
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}
        self.architecture = self._architecture()

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor by its Hugging Face name, rows by outputs, as 32-bit floats.

        Raises:
            ModelError: there is none of that name, or its number format is unknown.
        """
        from gguf.quants import dequantize

        stored = self._stored(name)
        try:
            flat = dequantize(np.asarray(stored.data), stored.tensor_type)
            tensor = np.asarray(flat, np.float32).reshape(_shape_of(stored))
        except (NotImplementedError, ValueError) as error:
            raise ModelError(self.path.name, f"{name}: {error}") from error
        heads = self._rotary_heads(name)
        return np.ascontiguousarray(_unpermute(tensor, heads) if heads else tensor)

    def _stored(self, name: str) -> ReaderTensor:
        """Return a tensor that is there, in the shape that the metadata makes it."""
        stored = self._tensors.get(_gguf_name(name))
        if stored is None:
            raise ModelError(self.path.name, f"has no tensor {name}")
        shape, expected = _shape_of(stored), self._shapes.get(name)
        if expected is not None and shape != expected:
            reason = f"{name} is {shape}, but the metadata makes it {expected}"
            raise ModelError(self.path.name, reason)
        return stored

    @cached_property
    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return expected_shapes(self.architecture)

    def _rotary_heads(self, name: str) -> int:
        """Return how many heads the rows of a tensor are rotary pairs of; 0 for none."""
        if ".q_proj." in name:
            return self.architecture.heads
        return self.architecture.kv_heads if ".k_proj." in name else 0

    def blocks(self, name: str) -> Blocks | None:
        """Return a matrix in the blocks that the file has, exactly.

        Returns:
            None where the file's number format has no exact form here.

        Raises:
            ModelError: there is no tensor of that name.
        """
        stored = self._stored(name)
        found = blocks_of(stored.tensor_type.name, np.asarray(stored.data))
        heads = self._rotary_heads(name)
        if found is None or not heads:
            return found
        order = _unpermute(np.arange(len(found.values))[:, None], heads)[:, 0]
        return rows_of(found, order)

    def field(self, key: str, default: Any = None) -> Any:
        """Return a metadata value.

        Raises:
            ModelError: the file lacks it and no default is given, or it is broken.
        """
        field = self._reader.fields.get(key)
        if field is not None:
            try:
                return field.contents()
            except (ValueError, IndexError, TypeError) as error:
                raise ModelError(self.path.name, f"metadata {key} is broken: {error}") from error
        if default is None:
            raise ModelError(self.path.name, f"has no metadata {key}")
        return default

    @property
    def chat_template(self) -> str:
        """The jinja2 chat template, or "" where the file has none."""
        return str(self.field("tokenizer.chat_template", ""))

    def special_tokens(self) -> dict[str, str]:
        """Return the texts of the begin and end tokens: ``bos`` and ``eos``.

        Raises:
            ModelError: the file does not number them, or has no such tokens.
        """
        tokens = self.field("tokenizer.ggml.tokens")
        try:
            return {
                kind: tokens[int(self.field(f"tokenizer.ggml.{kind}_token_id"))]
                for kind in ("bos", "eos")
            }
        except (ValueError, IndexError, TypeError) as error:
            raise ModelError(self.path.name, f"has no such token: {error}") from error

    def tokenizer(self) -> Tokenizer:
        """Return the tokenizer.

        Raises:
            ModelError: it is of a kind that this function can't rebuild exactly.
        """
        from tokenizers import (
            AddedToken,
            Tokenizer,
            decoders,
            models,
            pre_tokenizers,
        )

        kind = (self.field("tokenizer.ggml.model"), self.field("tokenizer.ggml.pre", "gpt-2"))
        if kind not in (("gpt2", "smollm"), ("gpt2", "gpt-2")):
            raise ModelError(self.path.name, f"tokenizer {kind[0]}/{kind[1]} is not supported")
        tokens = self.field("tokenizer.ggml.tokens")
        merges = [tuple(merge.split(" ")) for merge in self.field("tokenizer.ggml.merges")]
        vocabulary = {token: number for number, token in enumerate(tokens)}
        try:
            tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
        except Exception as error:  # the Rust library raises plain Exception
            raise ModelError(self.path.name, f"its tokenizer is broken: {error}") from error
        by_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False)
        digits = pre_tokenizers.Digits(individual_digits=True)
        steps = [digits, by_bytes] if kind[1] == "smollm" else [by_bytes]
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
        tokenizer.decoder = decoders.ByteLevel()
        types = self.field("tokenizer.ggml.token_type")
        special = [t for t, kind in zip(tokens, types, strict=True) if kind == _CONTROL_TOKEN]
        tokenizer.add_special_tokens(
            [AddedToken(token, special=True, normalized=False) for token in special]
        )
        return tokenizer

    def tokenizer_json(self) -> str:
        """Return the contents of a ``tokenizer.json`` made from the metadata.

        Raises:
            ModelError: the tokenizer is of a kind that can't be rebuilt exactly.
        """
        return str(self.tokenizer().to_str(pretty=True))

    def _architecture(self) -> Architecture:
        family = self.field("general.architecture")
        if family != "llama":
            raise ModelError(self.path.name, f"is a {family} model; only llama is supported")
        if "rope_freqs.weight" in self._tensors:
            raise ModelError(self.path.name, "scaled rotary frequencies are not supported")
        biased = [name for name in self._tensors if name.endswith(".bias")]
        if biased:
            raise ModelError(self.path.name, f"biases are not supported: {biased[0]}")
        scaling = str(self.field("llama.rope.scaling.type", "none"))
        if scaling != "none":
            raise ModelError(
                self.path.name, f"scaled rotary positions ({scaling}) are not supported"
            )
        try:
            return checked(self._shape(), self.path.name)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise ModelError(self.path.name, f"its metadata is broken: {error}") from error

    def _shape(self) -> Architecture:
        width = int(self.field("llama.embedding_length"))
        heads = int(self.field("llama.attention.head_count"))
        return Architecture(
            layers=int(self.field("llama.block_count")),
            width=width,
            hidden=int(self.field("llama.feed_forward_length")),
            heads=heads,
            kv_heads=int(self.field("llama.attention.head_count_kv", heads)),
            head_width=int(self.field("llama.rope.dimension_count", width // heads)),
            vocabulary=len(self.field("tokenizer.ggml.tokens")),
            theta=float(self.field("llama.rope.freq_base", 10000.0)),
            epsilon=float(self.field("llama.attention.layer_norm_rms_epsilon")),
            context=int(self.field("llama.context_length")),
            tied="output.weight" not in self._tensors,
        )


def _open(path: Path) -> GGUFReader:
    try:
        from gguf import GGUFReader
    except ImportError as error:
        reason = "building needs more packages: pip install 'lamplighter[build]'"
        raise ModelError(path.name, reason) from error
    try:
        return GGUFReader(path)
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise ModelError(path.name, f"is no GGUF file: {error}") from error


def _shape_of(stored: ReaderTensor) -> tuple[int, ...]:
    """Return a tensor's shape, outermost axis first."""
    return tuple(int(length) for length in reversed(stored.shape))


def _gguf_name(name: str) -> str:
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    layer, _, part = name.removeprefix("model.layers.").partition(".")
    return f"blk.{layer}.{_LAYER_NAMES.get(part.removesuffix('.weight'), part)}.weight"


def _unpermute(rows: NDArray[Number], heads: int) -> NDArray[Number]:
    """Turn llama.cpp's interleaved rotary pairs into the half-split order."""
    split = rows.reshape(heads, rows.shape[0] // heads // 2, 2, rows.shape[1])
    return split.swapaxes(1, 2).reshape(rows.shape)
