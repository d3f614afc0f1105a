from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lamplighter.errors import ModelError
from lamplighter.model.build.adapt import AdaptedWeights, read_safetensors
from lamplighter.model.build.architecture import Weights

NAME = "model.layers.0.mlp.up_proj"


def write_safetensors(path: Path, tensors: dict[str, np.ndarray[Any, Any]], kind: str) -> None:
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


@pytest.mark.parametrize("kind", ["F32", "F16", "BF16"])
def test_lora_weights_are_read_and_merged(
    tmp_path: Path, make_weights: Callable[..., Weights], kind: str
) -> None:
    base = make_weights(40)
    random = np.random.default_rng(1)
    down, up = random.normal(size=(4, 64)), random.normal(size=(96, 4))
    path = tmp_path / "lora.safetensors"
    prefix = f"base_model.model.{NAME}"
    tensors = {f"{prefix}.lora_A.weight": down, f"{prefix}.lora_B.weight": up}
    write_safetensors(path, tensors, kind)
    adapted = AdaptedWeights(base, read_safetensors(path), scale=2.0)
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


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 20,
        (2).to_bytes(8, "little") + b"[]",
        (3).to_bytes(8, "little") + b'{"a',
        (8).to_bytes(8, "little") + b'{"a": 1}',
    ],
)
def test_a_file_that_is_no_safetensors_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "lora.safetensors"
    path.write_bytes(data)
    with pytest.raises(ModelError, match="is no safetensors file"):
        read_safetensors(path)
