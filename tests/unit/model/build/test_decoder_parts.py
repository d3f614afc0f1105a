from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.decoder_parts import decoder_parts
from lamplighter.model.build.huggingface import HuggingFaceWeights
from lamplighter.model.build.recipe import Adapt, KeptTokens, Prune, Recipe, Source
from lamplighter.model.hashing import sha256_of

LAYER = "model.layers.{}.mlp.up_proj"


@pytest.fixture
def source(write_folder: Callable[..., tuple[Path, Weights]]) -> HuggingFaceWeights:
    return HuggingFaceWeights(write_folder()[0])


@pytest.fixture
def lora(tmp_path: Path, write_safetensors: Callable[..., None]) -> Path:
    """Return a LoRA of layer 0 that adds one to each weight."""
    name = LAYER.format(0)
    tensors = {
        f"{name}.lora_A.weight": np.ones((1, 64), np.float32),
        f"{name}.lora_B.weight": np.ones((96, 1), np.float32),
    }
    write_safetensors(tmp_path / "lora.safetensors", tensors)
    return tmp_path / "lora.safetensors"


def recipe(**changes: Any) -> Recipe:
    return Recipe(name="tiny", licence="MIT", source=Source(gguf=Path("none")), **changes)


@pytest.mark.parametrize("after", [False, True])
def test_an_adapter_counts_layers_before_or_after_pruning(
    source: HuggingFaceWeights, lora: Path, *, after: bool
) -> None:
    adapt = Adapt(lora=lora, sha256=sha256_of(lora), after_prune=after)
    parts = decoder_parts(source, recipe(adapt=adapt, prune=Prune(drop_layers=(0,))))
    kept = source.tensor(f"{LAYER.format(1)}.weight")
    found = parts.weights.tensor(f"{LAYER.format(0)}.weight")
    np.testing.assert_allclose(found, kept + (1.0 if after else 0.0), rtol=1e-6)


def test_an_unpruned_model_is_adapted_too(source: HuggingFaceWeights, lora: Path) -> None:
    adapt = Adapt(lora=lora, sha256=sha256_of(lora), scale=0.5)
    found = decoder_parts(source, recipe(adapt=adapt)).weights
    name = f"{LAYER.format(0)}.weight"
    np.testing.assert_allclose(found.tensor(name), source.tensor(name) + 0.5, rtol=1e-6)


def test_the_end_token_survives_every_list(source: HuggingFaceWeights, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("[]")
    prune = Prune(vocabulary=KeptTokens(file=kept, sha256=sha256_of(kept)))
    parts = decoder_parts(source, recipe(prune=prune))
    assert parts.eos == "<|im_end|>"
    assert '"<|im_end|>"' in parts.tokenizer_json
    assert parts.weights.architecture.vocabulary == 259


def test_files_that_are_not_the_pinned_ones_are_refused(
    source: HuggingFaceWeights, lora: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=f"pin it with `sha256: {sha256_of(lora)}`"):
        decoder_parts(source, recipe(adapt=Adapt(lora=lora)))
    with pytest.raises(ModelError, match="but the recipe pins"):
        decoder_parts(source, recipe(adapt=Adapt(lora=lora, sha256="0" * 64)))
    (tmp_path / "kept.json").write_text("[]")
    prune = Prune(vocabulary=KeptTokens(file=tmp_path / "kept.json"))
    with pytest.raises(ModelError, match=r"kept\.json: is not pinned"):
        decoder_parts(source, recipe(prune=prune))
