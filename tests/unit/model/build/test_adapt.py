from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lamplighter.errors import ModelError
from lamplighter.model.build.adapt import AdaptedWeights, read_lora
from lamplighter.model.build.architecture import Weights

WriteSafetensors = Callable[..., None]
NAME = "model.layers.0.mlp.up_proj"


@pytest.mark.parametrize("kind", ["F32", "F16", "BF16"])
def test_lora_weights_are_read_and_merged(
    tmp_path: Path,
    make_weights: Callable[..., Weights],
    write_safetensors: WriteSafetensors,
    kind: str,
) -> None:
    base = make_weights(40)
    random = np.random.default_rng(1)
    down, up = random.normal(size=(4, 64)), random.normal(size=(96, 4))
    path = tmp_path / "lora.safetensors"
    prefix = f"base_model.model.{NAME}"
    tensors = {f"{prefix}.lora_A.weight": down, f"{prefix}.lora_B.weight": up}
    write_safetensors(path, tensors, kind)
    adapted = AdaptedWeights(base, read_lora(path, base.architecture, scale=2.0), scale=2.0)
    merged = adapted.tensor(f"{NAME}.weight")
    expected = base.tensor(f"{NAME}.weight") + 2.0 * (up @ down)
    np.testing.assert_allclose(merged, expected, atol={"F32": 1e-4, "F16": 0.05, "BF16": 0.3}[kind])
    other = "model.layers.0.mlp.down_proj.weight"
    np.testing.assert_array_equal(adapted.tensor(other), base.tensor(other))


def test_lora_weights_of_another_model_are_refused(make_weights: Callable[..., Weights]) -> None:
    lora = {
        f"{NAME}.lora_A.weight": np.zeros((4, 32), np.float32),
        f"{NAME}.lora_B.weight": np.zeros((96, 4), np.float32),
    }
    with pytest.raises(ModelError, match="up_proj"):
        AdaptedWeights(make_weights(40), lora, scale=1.0).tensor(f"{NAME}.weight")


def lora_of(**changes: Any) -> dict[str, NDArray[np.float32]]:
    tensors = {
        f"{NAME}.lora_A.weight": np.zeros((4, 64), np.float32),
        f"{NAME}.lora_B.weight": np.zeros((96, 4), np.float32),
    }
    return {**tensors, **changes}


@pytest.mark.parametrize(
    ("tensors", "reason"),
    [
        (lora_of(**{"x.lora_A.weight": np.zeros((4, 64))}), "x.lora_A.weight belongs to no matrix"),
        (
            lora_of(**{"model.embed_tokens.lora_embedding_A": np.zeros((4, 64))}),
            "lora_embedding_A belongs to no matrix",
        ),
        ({f"{NAME}.lora_A.weight": np.zeros((4, 64))}, "holds no A and B for .*up_proj"),
        ({}, "holds no A and B for anything"),
    ],
)
def test_what_would_not_be_merged_is_refused(
    tmp_path: Path,
    make_weights: Callable[..., Weights],
    write_safetensors: WriteSafetensors,
    tensors: dict[str, NDArray[np.float32]],
    reason: str,
) -> None:
    path = tmp_path / "lora.safetensors"
    write_safetensors(path, tensors)
    with pytest.raises(ModelError, match=reason):
        read_lora(path, make_weights(40).architecture, scale=1.0)


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"r": 16, "lora_alpha": 16}, r"adapt\.scale must be 1,"),
        ({"r": 16, "lora_alpha": 32, "use_rslora": True}, r"adapt\.scale must be 8,"),
        ({"r": 16, "lora_alpha": 32, "use_dora": True}, "use_dora True is not supported"),
        ({"r": 16, "lora_alpha": 32, "bias": "all"}, "bias all is not supported"),
        ({"r": 0, "lora_alpha": 32}, "is broken"),
        ({"r": 16}, "is broken"),
        ([], "is broken"),
    ],
)
def test_pefts_settings_have_to_agree(
    tmp_path: Path,
    make_weights: Callable[..., Weights],
    write_safetensors: WriteSafetensors,
    config: Any,
    reason: str,
) -> None:
    path, shape = tmp_path / "lora.safetensors", make_weights(40).architecture
    write_safetensors(path, lora_of())
    beside = tmp_path / "adapter_config.json"
    beside.write_text(json.dumps({"r": 16, "lora_alpha": 32, "bias": "none"}))
    assert len(read_lora(path, shape, scale=2.0)) == 2
    beside.write_text(json.dumps(config))
    with pytest.raises(ModelError, match=reason):
        read_lora(path, shape, scale=2.0)
