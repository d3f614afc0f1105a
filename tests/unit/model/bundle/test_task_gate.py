from __future__ import annotations

import json
from pathlib import Path

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.bundle.gate_bounds import TaskBound
from lamplighter.model.bundle.task_cases import TaskCase
from lamplighter.model.bundle.task_gate import Miss, run_task, task_gate
from lamplighter.model.prompt import chat
from lamplighter.model.request import Completion, Request


def case(text: str, answer: str) -> TaskCase:
    return TaskCase(
        prefix=(), turns=(chat.user(text),), start="", grammar=None, answer=answer, max_tokens=4
    )


def shout(request: Request) -> Completion:
    """Stand in for a model that answers in capitals, and can't read the word "hard"."""
    text = request.turns[0].content
    if text == "hard":
        raise ModelError("prompt", "does not fit")
    return Completion(
        text=f" {text.upper()}",
        tokens=1,
        log_probability=0.0,
        confidence=1.0,
        branches=(),
        prompt_tokens=1,
        cached_tokens=0,
        elapsed_ms=1.0,
        finished="stop",
    )


def test_accuracy_is_the_share_of_right_answers() -> None:
    shares: list[float] = []
    cases = [case("a", "A"), case("b", "A"), case("hard", "HARD"), case("d", "D")]
    outcome = run_task(cases, shout, progress=shares.append)
    assert outcome.accuracy == 0.5
    assert outcome.misses == (
        Miss(2, "A", " B"),
        Miss(3, "HARD", "(prompt: does not fit)"),
    )
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_no_cases_are_no_accuracy() -> None:
    with pytest.raises(ModelError, match="holds no cases"):
        run_task([], shout)


def test_a_gate_tells_the_first_misses(tmp_path: Path) -> None:
    lines = [
        json.dumps({"turns": [["user", letter]], "answer": letter}) for letter in ["a", "B", *"cde"]
    ]
    (tmp_path / "set.jsonl").write_text("\n".join(lines))
    result = task_gate(TaskBound(name="shout", cases="set.jsonl", least=0.5), tmp_path, shout)
    assert result.measured == pytest.approx(0.2)
    assert (result.gate, result.passed) == ("task shout", False)
    assert result.detail == "4 of 5 wrong, 1: ' A', 3: ' C', 4: ' D', 1 more"
