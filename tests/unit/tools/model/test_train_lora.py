"""LoRA training: what it changes, what it writes, and that it goes on where it stopped."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tools.model.lora import Lora, save_adapter
from tools.model.task.encoding import Encoded
from tools.model.torch_llama import to_torch
from tools.model.train_lora import Plan, Row, Trainer, batches, write_curves
from tools.model.weights import MemoryWeights

from lamplighter.model.build.adapt import AdaptedWeights
from lamplighter.model.build.safetensors import read_safetensors
from lamplighter.model.fidelity.reference import Reference

SAMPLES = [Encoded((3, 4, 5, number, 6 + number, 2), 4) for number in range(8, 20)]


@pytest.fixture
def lora(torch: Any, weights: MemoryWeights) -> Lora:
    torch.manual_seed(1)
    return Lora.on(to_torch(weights), rank=4, scale=2.0, device="cpu")


def test_fresh_weights_change_nothing(torch: Any, lora: Lora, weights: MemoryWeights) -> None:
    with torch.no_grad():
        said = lora.model(torch.tensor([[3, 17, 4]])).logits[0].numpy()
    assert np.allclose(said, Reference(weights).logits([3, 17, 4]), atol=2e-4)


def test_training_lowers_the_loss_and_leaves_the_model_frozen(lora: Lora, tmp_path: Path) -> None:
    frozen = lora.model.model.layers[0].mlp.up_proj.weight.detach().clone()
    before, _ = lora.evaluate(SAMPLES)
    Trainer(lora, Plan(60.0, batch=4, rate=1e-2, steps=12), tmp_path).train(SAMPLES, SAMPLES)
    after, exact = lora.evaluate(SAMPLES)
    assert after < before
    assert 0 <= exact <= 1
    assert (lora.model.model.layers[0].mlp.up_proj.weight == frozen).all()


def test_the_file_adapts_weights_as_training_did(
    torch: Any, lora: Lora, weights: MemoryWeights, tmp_path: Path
) -> None:
    for each in lora.layers.values():
        each.up.data.normal_(0, 0.1)
    save_adapter(lora, tmp_path / "adapter.safetensors")
    tensors = read_safetensors(tmp_path / "adapter.safetensors")
    with torch.no_grad():
        said = lora.model(torch.tensor([[3, 17, 4]])).logits[0].numpy()
    adapted = AdaptedWeights(weights, tensors, scale=2.0)
    assert np.allclose(said, Reference(adapted).logits([3, 17, 4]), atol=5e-3)


def test_it_goes_on_from_its_checkpoint(lora: Lora, tmp_path: Path) -> None:
    Trainer(lora, Plan(60.0, batch=4, steps=3), tmp_path).train(SAMPLES, SAMPLES)
    again = Trainer(lora, Plan(60.0, batch=4, steps=5), tmp_path)
    again.train(SAMPLES, SAMPLES)
    steps = [row.step for row in again.rows]
    assert steps == [1, 2, 3, 4, 5]
    with (tmp_path / "curves.csv").open(encoding="utf-8", newline="") as file:
        assert [int(row["step"]) for row in csv.DictReader(file)] == steps


def test_batches_hold_every_sample_and_no_more_than_fits() -> None:
    long = Encoded(tuple(range(200)), 100)
    drawn = batches([*SAMPLES, long], 4, random.Random(1))  # noqa: S311 - a seeded order
    first = [next(drawn) for _ in range(4)]
    assert sum(map(len, first)) == len(SAMPLES) + 1
    assert {each for batch in first for each in batch} == {*SAMPLES, long}
    assert all(len(batch) <= 4 for batch in first)


def test_curves_can_be_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs ./tools/lab test (matplotlib)")
    rows = [Row(1, 1.0, 4, 40, 2.0, 0.1), Row(2, 2.0, 8, 80, 1.0, 0.5, 1.1, 0.4)]
    write_curves(rows, tmp_path)
    assert (tmp_path / "curves.png").stat().st_size > 1000
