from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.bundle import gate_process
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.gate_report import gate_names
from lamplighter.model.bundle.manifest import read_manifest


@pytest.fixture
def no_oom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the test's own process from becoming the first to go."""
    place = tmp_path / "oom_score_adj"
    monkeypatch.setattr(gate_process, "_OOM", place)
    return place


def test_every_gate_is_measured(make_gated: Callable[..., Path], tmp_path: Path) -> None:
    folder = make_gated(tmp_path / "tiny")
    shares: dict[str, float] = {}
    results = list(gate_process.measure(folder, threads=1, progress=shares.__setitem__))
    assert [result.gate for result in results] == gate_names(read_manifest(folder).gates)
    assert all(result.passed for result in results)
    # One of the two cases can't be right.
    assert results[-1].measured == 0.5
    assert shares == {"load": 0.0, "speed": 0.0, "perplexity": 0.0, "task lights": 1.0}


def test_what_is_measured_is_told_a_line_each(
    make_gated: Callable[..., Path],
    tmp_path: Path,
    no_oom: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    gate_process.main(str(make_gated(tmp_path / "tiny")), "1")
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    results = [each["result"]["gate"] for each in said if "result" in each]
    assert results == ["prefill", "decode", "memory", "perplexity", "task lights"]
    assert said[-1] == {"done": True}
    assert no_oom.read_text() == "1000"


def test_a_model_that_can_t_be_loaded_is_an_error(
    make_gated: Callable[..., Path],
    tmp_path: Path,
    no_oom: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = make_gated(tmp_path / "tiny")
    (folder / files.GRAPH).write_bytes(b"no graph")
    with pytest.raises(ModelError, match="can't be loaded"):
        list(gate_process.measure(folder, threads=1, progress=lambda *_: None))
    gate_process.main(str(folder), "1")
    last = capsys.readouterr().out.splitlines()[-1]
    assert "can't be loaded" in json.loads(last)["error"]
    assert no_oom.exists()
