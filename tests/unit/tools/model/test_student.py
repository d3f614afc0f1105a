"""A student from its plan to a folder: pruned, trained in stages, gone on with, exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.tools.model.tiny_parts import tiny_parts, write_cases
from tools.model.distil import Plan
from tools.model.student import EXPORT, prune, rows_of, train, tried
from tools.model.student_plan import Stage, Student, load_student
from tools.model.texts import Texts, find_grounds
from tools.model.torch_llama import LossWithout, to_torch
from tools.model.variants import PLANS
from tools.model.weights import read

from lamplighter.errors import ConfigError
from lamplighter.model.build.huggingface import HuggingFaceWeights

PLAN = Plan(steps=3, tokens=128, rate=1e-3, rise=1, bf16=False, save_every=1)
STUDENT = Student(
    name="small",
    drop_layers=(1,),
    vocabulary=512,
    stages=(
        Stage(name="heal", data="prose", row=32, plan=PLAN),
        Stage(name="distil", data="task", row=64, plan=PLAN),
    ),
)


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    return Texts((write_cases(tmp_path / "cases.jsonl"),), "The lamp is on. The lamp is off. " * 20)


def test_the_plans_that_come_along_are_sound() -> None:
    plans = sorted(PLANS.glob("*.yaml"))
    assert plans
    for path in plans:
        student = load_student(path)
        assert student.name == path.stem
        assert student.stages


def test_a_plan_with_a_mistake_is_refused_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(
        "name: x\nstages:\n- name: a\n  data: poems\n  plan: {steps: 1}\n", encoding="utf-8"
    )
    with pytest.raises(ConfigError, match=r"x\.yaml:4"):
        load_student(path)


def test_rows_are_of_the_stage_and_end_with_the_end_token(texts: Texts) -> None:
    parts = tiny_parts()
    rows = rows_of(STUDENT.stages[1], parts, texts)
    tokenizer = parts.tokenizer()
    assert max(len(row.tokens) for row in rows) <= 64
    answered = [target for row in rows for target in row.targets if target >= 0]
    assert answered.count(tokenizer.eos) == 8
    assert {tokenizer.decode([token]) for token in answered} == {"on", "off", ""}


def test_a_student_keeps_its_tokens_when_the_texts_change(texts: Texts, tmp_path: Path) -> None:
    first = prune(STUDENT, tiny_parts(), texts, tmp_path)
    again = prune(STUDENT, tiny_parts(), Texts(texts.cases, "zebra"), tmp_path)
    assert first.tokenizer_json == again.tokenizer_json
    assert first.weights.architecture.layers == 2


def test_a_student_is_trained_stage_by_stage_and_exported(
    torch: Any, texts: Texts, tmp_path: Path
) -> None:
    assert torch
    whole = tiny_parts()

    def run(folder: Path, stop_after: int) -> list[tuple[str, int]]:
        parts = prune(STUDENT, whole, texts, folder)
        model = to_torch(parts.weights)
        seen = []
        for stage, _, step in train(STUDENT, model, parts, texts, folder, teacher=whole):
            seen.append((stage.name, step.number))
            if len(seen) == stop_after:
                break
        return seen

    every = [(name, number) for name in ("heal", "distil") for number in (1, 2, 3)]
    assert run(tmp_path / "whole", 99) == every
    assert run(tmp_path / "parts", 4) == every[:4]
    # The fourth step was done and not yet on disk when the run ended: it is done once more.
    assert run(tmp_path / "parts", 99) in (every[3:], every[4:])
    one, other = (
        read(HuggingFaceWeights(tmp_path / name / "distil" / EXPORT)) for name in ("whole", "parts")
    )
    assert one.architecture.layers == 2
    assert all(np.array_equal(one.tensor(name), other.tensor(name)) for name in one.tensors)


def test_a_student_is_tried_beside_the_whole_model(torch: Any, texts: Texts) -> None:
    assert torch
    whole = tiny_parts()
    small = prune(Student(name="small", drop_layers=(1,)), whole, texts, Path())
    told = list(tried(texts.cases[0], {"small": (None, small), "whole": (None, whole)}))
    assert [(name, total) for name, _, total in told] == [("small", 8), ("whole", 8)]
    assert all(0 <= right <= total for _, right, total in told)


def test_grounds_are_measured_once(torch: Any, texts: Texts, tmp_path: Path) -> None:
    assert torch
    whole = tiny_parts()
    grounds = find_grounds(whole, texts, tmp_path)
    [kept] = tmp_path.glob("importance-*.npz")
    before = kept.stat().st_mtime_ns
    assert find_grounds(whole, texts, tmp_path).importance.influence == grounds.importance.influence
    assert kept.stat().st_mtime_ns == before
    assert set(whole.tokenizer().encode("on lamp")) <= grounds.used


def test_the_loss_without_layers_leaves_the_model_whole(torch: Any) -> None:
    assert torch
    model = to_torch(tiny_parts().weights)
    loss = LossWithout(model, [[5, 6, 7, 8], [9, 10, 11, 12]])
    whole = loss(())
    assert loss((1,)) != whole
    assert loss(()) == whole
    assert len(model.model.layers) == 3
