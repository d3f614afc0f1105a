"""Narrower models: what is dropped makes no difference where it carried nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tools.model.weights import EMBEDDING, MemoryWeights, layer
from tools.model.width import fewer_heads, narrower_feed_forward, narrower_stream

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import expected_shapes
from lamplighter.model.fidelity.reference import Reference

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOKENS = [3, 17, 4, 40, 9, 2, 30]


def shapes(weights: MemoryWeights) -> dict[str, tuple[int, ...]]:
    return {name: value.shape for name, value in weights.tensors.items()}


def logits(weights: MemoryWeights) -> NDArray[np.float32]:
    """Return what the model says, by the numpy reference."""
    said: NDArray[np.float32] = Reference(weights).logits(TOKENS)
    return said


def test_the_strongest_channels_stay(weights: MemoryWeights) -> None:
    norms = np.ones((3, 64), np.float32)
    norms[:, ::2] = 0
    narrow = narrower_feed_forward(weights, norms, 32)
    assert narrow.architecture.hidden == 32
    assert shapes(narrow) == expected_shapes(narrow.architecture)
    name = f"{layer(1)}.mlp.up_proj.weight"
    assert np.array_equal(narrow.tensor(name), weights.tensor(name)[1::2])


def test_channels_that_carry_nothing_are_not_missed(weights: MemoryWeights) -> None:
    changed = {}
    norms = np.ones((3, 64), np.float32)
    for number in range(3):
        name = f"{layer(number)}.mlp.down_proj.weight"
        down = weights.tensor(name).copy()
        down[:, 10:42] = 0
        changed[name] = down
    silent = weights.with_changed(changed)
    narrow = narrower_feed_forward(silent, norms, 32)
    assert np.allclose(logits(narrow), logits(silent), atol=1e-4)


def test_a_group_of_heads_goes_together_and_is_not_missed_where_it_is_silent(
    weights: MemoryWeights,
) -> None:
    changed = {}
    for number in range(3):
        name = f"{layer(number)}.self_attn.o_proj.weight"
        output = weights.tensor(name).copy()
        output[:, 16:] = 0  # the second group's two heads of eight
        changed[name] = output
    silent = weights.with_changed(changed)
    fewer = fewer_heads(silent, np.ones((3, 32), np.float32), 1)
    assert (fewer.architecture.heads, fewer.architecture.kv_heads) == (2, 1)
    assert shapes(fewer) == expected_shapes(fewer.architecture)
    assert np.allclose(logits(fewer), logits(silent), atol=1e-4)


@pytest.mark.parametrize("tied", [True, False])
def test_a_narrower_stream_keeps_the_same_channels_everywhere(
    make_weights: Callable[..., MemoryWeights],
    tied: bool,  # noqa: FBT001 - a case of the test
) -> None:
    weights = make_weights(tied=tied)
    norms = np.arange(32, dtype=np.float32)
    narrow = narrower_stream(weights, norms, 24)
    assert shapes(narrow) == expected_shapes(narrow.architecture)
    assert np.array_equal(narrow.tensor(EMBEDDING), weights.tensor(EMBEDDING)[:, 8:])


@pytest.mark.parametrize(
    "prune",
    [
        lambda weights: narrower_feed_forward(weights, np.ones((3, 64), np.float32), 65),
        lambda weights: fewer_heads(weights, np.ones((3, 32), np.float32), 0),
        lambda weights: narrower_stream(weights, np.ones(32, np.float32), 33),
    ],
)
def test_more_than_there_is_can_not_be_kept(
    weights: MemoryWeights, prune: Callable[[Any], Any]
) -> None:
    with pytest.raises(ModelError, match="can't be kept"):
        prune(weights)
