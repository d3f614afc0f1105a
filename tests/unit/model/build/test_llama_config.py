from __future__ import annotations

from typing import Any

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.build.llama_config import read_architecture

CONFIG = {
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "vocab_size": 300,
}


def test_what_is_not_given_is_as_transformers_has_it() -> None:
    shape = read_architecture(CONFIG, "mine")
    assert (shape.heads, shape.kv_heads, shape.head_width) == (4, 4, 16)
    assert (shape.theta, shape.epsilon, shape.context) == (10000.0, 1e-6, 2048)
    assert not shape.tied


def test_what_is_given_is_read() -> None:
    given = {
        "num_key_value_heads": 2,
        "head_dim": 32,
        "rope_theta": 500000.0,
        "rope_scaling": None,
        "rms_norm_eps": 1e-5,
        "max_position_embeddings": 8192,
        "tie_word_embeddings": True,
        "attention_bias": False,
        "mlp_bias": False,
    }
    shape = read_architecture({**CONFIG, **given}, "mine")
    assert (shape.kv_heads, shape.head_width) == (2, 32)
    assert (shape.theta, shape.epsilon, shape.context) == (500000.0, 1e-5, 8192)
    assert shape.tied


def test_rotary_settings_are_found_where_newer_versions_keep_them() -> None:
    rope = {"rope_type": "default", "rope_theta": 100000.0}
    assert read_architecture({**CONFIG, "rope_parameters": rope}, "mine").theta == 100000.0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"model_type": "qwen3"}, "is a qwen3 model"),
        ({"model_type": None}, "is a None model"),
        ({"attention_bias": True}, "biases are not supported: attention_bias"),
        ({"mlp_bias": True}, "biases are not supported: mlp_bias"),
        ({"hidden_act": "gelu"}, "hidden_act gelu"),
        ({"model_type": "mistral", "sliding_window": 4096}, "sliding window"),
        ({"rope_scaling": {"rope_type": "llama3", "factor": 8}}, r"rotary positions \(llama3\)"),
        ({"rope_scaling": {"type": "linear", "factor": 2}}, r"rotary positions \(linear\)"),
        ({"rope_parameters": {"rope_type": "yarn"}}, r"rotary positions \(yarn\)"),
        ({"rope_scaling": "odd"}, r"rotary positions \(odd\)"),
        ({"partial_rotary_factor": 0.5}, "partial rotary"),
        ({"quantization_config": {"bits": 4}}, "is quantised already"),
        ({"hidden_size": "wide"}, "config.json is broken"),
        ({"num_attention_heads": 0}, "config.json is broken"),
        ({"hidden_size": float("inf")}, "config.json is broken"),
        ({"num_hidden_layers": 0}, "its layers can't be 0"),
        ({"num_hidden_layers": 10**9}, "1000000000 layers"),
        ({"num_key_value_heads": 3}, "4 heads, 3 for keys"),
        ({"head_dim": 15}, "of 15 are not supported"),
        ({"max_position_embeddings": 0}, "its context can't be 0"),
        ({"rms_norm_eps": float("nan")}, "its epsilon can't be nan"),
    ],
)
def test_what_would_compute_something_else_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        read_architecture({**CONFIG, **changes}, "mine")


@pytest.mark.parametrize("missing", ["hidden_size", "vocab_size", "num_hidden_layers"])
def test_what_is_missing_is_named(missing: str) -> None:
    config = {key: value for key, value in CONFIG.items() if key != missing}
    with pytest.raises(ModelError, match=f"lacks '{missing}'"):
        read_architecture(config, "mine")
