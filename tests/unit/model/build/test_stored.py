from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lamplighter.model.build.adapt import AdaptedWeights
from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.gguf_weights import GgufWeights
from lamplighter.model.build.prune_layers import ShallowWeights
from lamplighter.model.build.prune_vocabulary import TrimmedWeights
from lamplighter.model.build.stored import stored_blocks

LAYER = "model.layers.0"
EMBEDDING = "model.embed_tokens.weight"


@pytest.fixture
def source(tiny_gguf: Callable[..., tuple[Path, dict[str, Any]]]) -> GgufWeights:
    return GgufWeights(tiny_gguf()[0])


@pytest.mark.parametrize(
    "name",
    [
        EMBEDDING,
        f"{LAYER}.self_attn.q_proj.weight",
        f"{LAYER}.self_attn.k_proj.weight",
        f"{LAYER}.mlp.down_proj.weight",
    ],
)
def test_stored_blocks_are_what_the_tensor_is(source: GgufWeights, name: str) -> None:
    blocks = stored_blocks(source, name)
    assert blocks
    np.testing.assert_array_equal(blocks.dequantised(), source.tensor(name))


def test_an_adapted_matrix_has_no_stored_blocks(source: GgufWeights) -> None:
    name = f"{LAYER}.mlp.up_proj"
    lora = {
        f"{name}.lora_A.weight": np.ones((1, 64), np.float32),
        f"{name}.lora_B.weight": np.ones((96, 1), np.float32),
    }
    adapted = AdaptedWeights(source, lora, scale=1.0)
    assert stored_blocks(adapted, f"{name}.weight") is None
    assert stored_blocks(adapted, f"{LAYER}.mlp.down_proj.weight")


def test_pruning_keeps_the_blocks_of_what_stays(source: GgufWeights) -> None:
    pruned = TrimmedWeights(ShallowWeights(source, []), [7, 3, 200])
    for name in (EMBEDDING, f"{LAYER}.mlp.down_proj.weight"):
        blocks = stored_blocks(pruned, name)
        assert blocks
        np.testing.assert_array_equal(blocks.dequantised(), pruned.tensor(name))


def test_other_weights_have_none(make_weights: Callable[..., Weights]) -> None:
    assert stored_blocks(make_weights(40), EMBEDDING) is None
