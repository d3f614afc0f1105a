"""The laboratory's model computes what this project's reference computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tools.model.batches import make_batch
from tools.model.distil import target_logits
from tools.model.importance import load, measure_importance
from tools.model.samples import Sample, pack
from tools.model.torch_llama import from_torch, to_torch
from tools.model.weights import MemoryWeights

from lamplighter.model.fidelity.reference import Reference

TOKENS = [3, 17, 4, 40, 9, 2, 30]


@pytest.mark.parametrize("tied", [True, False])
def test_it_says_what_the_reference_says(
    torch: Any,
    make_weights: Callable[..., MemoryWeights],
    tied: bool,  # noqa: FBT001 - a case of the test
) -> None:
    # A head's width that is not the stream's share is what pruning heads leaves.
    weights = make_weights(tied=tied, heads=2, kv_heads=1)
    with torch.no_grad():
        said = to_torch(weights)(torch.tensor([TOKENS])).logits[0].numpy()
    assert np.allclose(said, Reference(weights).logits(TOKENS), atol=2e-4)


def test_weights_come_back_as_they_went(torch: Any, weights: MemoryWeights) -> None:
    assert torch
    back = from_torch(to_torch(weights), weights.architecture)
    assert back.tensors.keys() == weights.tensors.keys()
    assert all(np.array_equal(back.tensor(name), weights.tensor(name)) for name in weights.tensors)


def test_a_case_in_a_row_of_many_is_answered_as_if_alone(
    torch: Any, weights: MemoryWeights
) -> None:
    model = to_torch(weights)
    samples = [Sample((1, 2, 3), (4, 5, 6, 7), 2), Sample((1, 2, 3), (8, 9, 10), 1)]
    [together] = pack(samples, 64)
    alone = [row for sample in samples for row in pack([sample], 64)]
    with torch.no_grad():
        packed = target_logits(model, make_batch([together]))
        apart = torch.cat([target_logits(model, make_batch([row])) for row in alone])
    assert torch.allclose(packed, apart, atol=1e-5)


def test_a_layer_that_does_nothing_has_no_influence(
    torch: Any, weights: MemoryWeights, tmp_path: Any
) -> None:
    assert torch
    silenced = {
        f"model.layers.1.{part}.weight": np.zeros_like(
            weights.tensor(f"model.layers.1.{part}.weight")
        )
        for part in ("self_attn.o_proj", "mlp.down_proj")
    }
    model = to_torch(weights.with_changed(silenced))
    found = measure_importance(model, [TOKENS, TOKENS[::-1]])
    assert abs(found.influence[1]) < 1e-6
    assert min(found.influence[0], found.influence[2]) > 0.01
    assert found.feed_forward().shape == (3, 64)
    assert found.heads().shape == found.stream()[None].repeat(3, 0).shape == (3, 32)
    found.save(tmp_path / "found.npz")
    again = load(tmp_path / "found.npz")
    assert again.influence == found.influence
    assert np.array_equal(again.stream(), found.stream())
