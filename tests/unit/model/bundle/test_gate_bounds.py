from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.bundle.gate_bounds import (
    Gates,
    PerplexityBound,
    TaskBound,
    carry_in,
    read_gates,
)

EVERY = Gates(
    perplexity=PerplexityBound(text="a/text.txt", most=20.5, window=64),
    tasks=(TaskBound(name="frames", cases="cases.jsonl", least=0.9),),
    prefill=50.0,
    decode=10.0,
    memory=400.0,
)


@pytest.mark.parametrize("gates", [Gates(), EVERY, Gates(memory=1.5)])
def test_gates_are_read_as_they_were_written(gates: Gates) -> None:
    assert read_gates(gates.as_dict(), "manifest.json") == gates


def test_no_gates_are_nothing() -> None:
    assert not Gates()
    assert Gates().as_dict() == {}
    assert EVERY


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (3, "must be a mapping"),
        ({"perplexity": {"text": "t"}}, "gates.perplexity.most: is missing"),
        ({"perplexity": {"text": "t", "most": 0.5}}, "must be at least 1.0"),
        ({"perplexity": {"text": "t", "most": float("nan")}}, "must be a number"),
        ({"speed": 3}, "unknown key"),
        ({"tasks": [{"name": "A b", "cases": "t", "least": 1}]}, "lower-case letters"),
        ({"tasks": [{"name": "a", "cases": "t", "least": 1}] * 2}, "a stands twice"),
        ({"tasks": [{"name": "a", "cases": "t", "least": 95}]}, "between 0.0 and 1.0"),
    ],
)
def test_what_is_wrong_is_named(value: Any, reason: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_gates(value, "manifest.json")
    assert reason in str(caught.value)


def test_a_gate_s_files_go_with_the_model(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "text.txt").write_text("once")
    (tmp_path / "cases.jsonl").write_text("{}")
    folder = tmp_path / "model"
    folder.mkdir()
    carried = carry_in(EVERY, tmp_path, folder)
    assert carried.files() == ("gate-text.txt", "gate-frames.jsonl")
    assert [(folder / name).read_text() for name in carried.files()] == ["once", "{}"]
    assert (carried.prefill, carried.tasks[0].least) == (50.0, 0.9)


def test_a_gate_s_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"text\.txt: can't be taken into the model"):
        carry_in(EVERY, tmp_path, tmp_path)
