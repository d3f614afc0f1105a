"""Training: the rate, the teacher, and that an interruption changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tools.model.distil import Distillation, Plan, answered
from tools.model.samples import Row, Sample, pack, prose
from tools.model.torch_llama import from_torch, to_torch
from tools.model.weights import MemoryWeights

from lamplighter.errors import ModelError

PLAN = Plan(steps=6, tokens=32, rate=3e-3, rise=2, save_every=2, bf16=False)


def rows() -> list[Row]:
    random = np.random.default_rng(2)
    texts = random.integers(4, 48, (12, 6)).tolist()
    return pack([Sample((1, 2), tuple(text), 3) for text in texts], 20)


def test_the_rate_rises_stays_and_falls() -> None:
    plan = Plan(steps=100, rate=1.0, rise=10, fall=0.2)
    assert plan.rate_at(0) == pytest.approx(0.1)
    assert plan.rate_at(9) == plan.rate_at(50) == plan.rate_at(80) == 1.0
    assert plan.rate_at(90) == pytest.approx(0.5)
    assert plan.rate_at(99) == pytest.approx(0.05)


def test_up_to_the_fall_the_rate_does_not_depend_on_the_length() -> None:
    short, long = Plan(steps=50, fall=0.2), Plan(steps=500, fall=0.2)
    assert [short.rate_at(n) for n in range(40)] == [long.rate_at(n) for n in range(40)]
    assert short.identity() == long.identity()


def test_an_interrupted_run_ends_where_it_would_have_ended(
    torch: Any, weights: MemoryWeights, tmp_path: Path
) -> None:
    assert torch
    whole = Distillation(to_torch(weights), rows(), PLAN, tmp_path / "whole")
    assert whole.start() == 0
    steps = list(whole.run())
    assert [step.number for step in steps] == [1, 2, 3, 4, 5, 6]

    first = Distillation(to_torch(weights), rows(), PLAN, tmp_path / "parts")
    first.start()
    going = first.run()
    for _ in range(3):  # ends without a word after the third step; the second is on disk
        next(going)
    again = Distillation(to_torch(weights), rows(), PLAN, tmp_path / "parts")
    assert again.start() == 2
    assert [step.number for step in again.run()] == [3, 4, 5, 6]

    one = from_torch(whole.student, weights.architecture)
    other = from_torch(again.student, weights.architecture)
    assert all(np.array_equal(one.tensor(name), other.tensor(name)) for name in one.tensors)
    moved = one.tensor("model.layers.0.mlp.up_proj.weight")
    assert not np.array_equal(moved, weights.tensor("model.layers.0.mlp.up_proj.weight"))


def test_a_run_that_is_asked_to_stop_saves(
    torch: Any, weights: MemoryWeights, tmp_path: Path
) -> None:
    assert torch
    run = Distillation(to_torch(weights), rows(), PLAN, tmp_path)
    run.start()
    assert len(list(run.run(stop=lambda: run.done >= 3))) == 3
    again = Distillation(to_torch(weights), rows(), PLAN, tmp_path)
    assert again.start() == 3


def test_a_checkpoint_of_another_plan_is_refused(
    torch: Any, weights: MemoryWeights, tmp_path: Path
) -> None:
    assert torch
    run = Distillation(to_torch(weights), rows(), PLAN, tmp_path)
    run.start()
    run.save()
    other = Distillation(to_torch(weights), rows(), Plan(steps=6, rate=1.0), tmp_path)
    with pytest.raises(ModelError, match="another plan"):
        other.start()


def test_training_on_nothing_is_refused(torch: Any, weights: MemoryWeights, tmp_path: Path) -> None:
    assert torch
    with pytest.raises(ModelError, match="nothing to train on"):
        Distillation(to_torch(weights), [], PLAN, tmp_path).start()


def test_a_student_learns_to_answer(torch: Any, weights: MemoryWeights, tmp_path: Path) -> None:
    assert torch
    plan = Plan(steps=120, tokens=128, rate=3e-3, rise=5, bf16=False)
    run = Distillation(to_torch(weights), rows(), plan, tmp_path)
    run.start()
    before = answered(run.student, rows())
    losses = [step.loss for step in run.run()]
    assert losses[-1] < losses[0] / 4
    assert before[1] == answered(run.student, rows())[1] == 12
    assert answered(run.student, rows())[0] > before[0]


def test_a_student_comes_near_a_teacher_that_knows_more_tokens(
    torch: Any, make_weights: Callable[..., MemoryWeights], tmp_path: Path
) -> None:
    teacher = to_torch(make_weights(vocabulary=64))
    kept = [*range(10, 58)]
    student = to_torch(make_weights(layers=1, vocabulary=48))
    random = np.random.default_rng(4)
    texts = prose(random.integers(0, 48, 400).tolist(), 20)
    plan = Plan(steps=80, tokens=100, rate=3e-3, rise=5, bf16=False, teacher=1.0, temperature=1.0)
    run = Distillation(student, texts, plan, tmp_path, teacher=teacher, kept=kept)
    run.start()
    losses = [step.loss for step in run.run()]
    # The share of the teacher is all there is, so the loss is a divergence, which could be 0.
    assert losses[0] > 0
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])
    assert torch.equal(teacher.lm_head.weight, to_torch(make_weights(vocabulary=64)).lm_head.weight)
