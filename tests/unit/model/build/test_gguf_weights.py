from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import expected_shapes
from lamplighter.model.build.gguf_weights import GgufWeights
from lamplighter.model.build.quantise import quantise_8bit


def test_tensors_come_back_by_their_names_in_rotary_halves(tiny_gguf: Any) -> None:
    path, tensors = tiny_gguf()
    weights = GgufWeights(path)
    for name, expected in tensors.items():
        # Q8_0 keeps each weight to within half a step of its block.
        step = np.abs(expected).max() / 127
        np.testing.assert_allclose(weights.tensor(name), expected, atol=step, err_msg=name)


def test_the_shape_is_read(tiny_gguf: Any) -> None:
    path, _ = tiny_gguf()
    shape = GgufWeights(path).architecture
    assert (shape.layers, shape.width, shape.hidden) == (1, 64, 96)
    assert (shape.heads, shape.kv_heads, shape.head_width) == (4, 2, 16)
    assert shape.theta == 10000.0
    assert shape.tied


def test_requantising_a_q8_matrix_loses_nothing(tiny_gguf: Any) -> None:
    path, _ = tiny_gguf()
    weight = GgufWeights(path).tensor("model.layers.0.mlp.up_proj.weight")
    again = quantise_8bit(weight, 32).dequantised()
    np.testing.assert_allclose(again, weight, atol=1e-6)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, 9000),
    written=st.sampled_from([b"\xff", b"\x00", b"\xff" * 8, b"\x00" * 8, b"\x03" + bytes(7)]),
    cut=st.integers(0, 9000) | st.none(),
)
def test_a_damaged_file_is_refused_or_read(
    tiny_gguf: Any, tmp_path: Path, at: int, written: bytes, cut: int | None
) -> None:
    path, _ = tiny_gguf()
    raw = bytearray(path.read_bytes())
    raw[at : at + len(written)] = written
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(raw if cut is None else raw[:cut])
    with suppress(ModelError):
        weights = GgufWeights(damaged)
        for name, shape in expected_shapes(weights.architecture).items():
            assert weights.tensor(name).shape == shape
            weights.blocks(name)
        weights.tokenizer_json()
        assert set(weights.special_tokens()) == {"bos", "eos"}


def test_the_tokenizer_is_rebuilt(tiny_gguf: Any) -> None:
    path, _ = tiny_gguf()
    weights = GgufWeights(path)
    tokenizer = weights.tokenizer()
    encoded = tokenizer.encode("<|im_start|>the 21<|im_end|>")
    assert encoded.tokens == ["<|im_start|>", "the", "Ġ", "2", "1", "<|im_end|>"]
    assert weights.special_tokens() == {"bos": "<|im_start|>", "eos": "<|im_end|>"}
    assert "messages" in weights.chat_template


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"family": "mamba"}, "is a mamba model"),
        ({"pre": "other"}, "tokenizer gpt2/other is not supported"),
        ({"extra": "blk.0.attn_q.bias"}, "biases are not supported"),
        ({"extra": "rope_freqs.weight"}, "rotary frequencies"),
        ({"scaling": "yarn"}, r"rotary positions \(yarn\)"),
    ],
)
def test_what_can_not_be_built_exactly_is_refused(
    tiny_gguf: Any, changes: dict[str, str], reason: str
) -> None:
    path, _ = tiny_gguf(**changes)
    with pytest.raises(ModelError, match=reason):
        GgufWeights(path).tokenizer()


def test_a_missing_tensor_is_named(tiny_gguf: Any) -> None:
    path, _ = tiny_gguf()
    with pytest.raises(ModelError, match=r"has no tensor lm_head\.weight"):
        GgufWeights(path).tensor("lm_head.weight")


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUX" + bytes(100))
    with pytest.raises(ModelError, match=r"model\.gguf: is no GGUF file"):
        GgufWeights(path)
    assert int.from_bytes(b"GGUX", "little") != gguf.GGUF_MAGIC
