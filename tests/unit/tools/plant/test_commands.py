"""The commands of ``python -m tools.plant``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tools.plant import codec
from tools.plant.__main__ import main

from lamplighter.faults.evidence.record import Evidence


def test_cases_are_printed_as_json_and_in_words(
    capsys: pytest.CaptureFixture[str], held_out: list[Evidence]
) -> None:
    asked = ["cases", "--count", "2", "--seed", "5", "--split", "held_out"]
    assert main([*asked, "--json", "--facts"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [codec.from_dict(row["evidence"]) for row in rows] == held_out[:2]
    assert main(asked) == 0
    assert all(row["facts"] in capsys.readouterr().out for row in rows[:1])


def test_an_episode_is_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", str(tmp_path), "--seed", "2"]) == 0
    assert str(tmp_path / "recording.csv") in capsys.readouterr().out
    assert (tmp_path / "lamplighter.yaml").is_file()
