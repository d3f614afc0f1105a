from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from lamplighter.errors import GateError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.admission import Trust, admit
from lamplighter.model.bundle.gate_bounds import Gates, PerplexityBound
from lamplighter.model.bundle.gate_report import GateResult
from lamplighter.model.bundle.gates import measure_gates, run_gates

FAST = GateResult(gate="decode", measured=80.0, bound=20.0, side="least")
Fake = Callable[[str], tuple[GateResult, ...]]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Return what runs a program in the place of the one that measures."""
    (tmp_path / "modules").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "modules"))

    def run(program: str, limit_s: float = 30.0) -> tuple[GateResult, ...]:
        first = json.dumps({"result": asdict(FAST)})
        say = f"print('the runtime says hello')\nprint(7)\nprint({first!r}, flush=True)\n"
        (tmp_path / "modules" / "fake_gates.py").write_text(say + program)
        return measure_gates(tmp_path, limit_s=limit_s, module="fake_gates")

    return run


def test_gates_that_are_passed_are_recorded(
    make_gated: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_gated(tmp_path / "tiny")
    shares: dict[str, float] = {}
    results = run_gates(
        folder, files.verify(folder), threads=1, progress=shares.__setitem__, clock=lambda: 5.0
    )
    assert len(results) == 5
    assert shares["task lights"] == 1.0
    record = admit(folder, Trust()).record
    assert record is not None
    assert (record.at, record.gates) == (5.0, results)


def test_gates_that_are_missed_are_named_and_nothing_is_recorded(
    make_gated: Callable[..., Path], tmp_path: Path
) -> None:
    hard = Gates(perplexity=PerplexityBound(text="gate-text.txt", most=1.5), memory=2000.0)
    folder = make_gated(tmp_path / "tiny", hard)
    with pytest.raises(GateError, match=r"perplexity: .* must be at most 1\.5") as caught:
        run_gates(folder, files.verify(folder), threads=1)
    assert len(caught.value.missed) == 1
    assert not (folder / files.RECORD).exists()


def test_a_model_without_gates_needs_no_process(tiny: Path) -> None:
    assert run_gates(tiny, replace(files.read_manifest(tiny), gates=Gates())) == ()
    assert not (tiny / files.RECORD).exists()


def test_what_was_measured_comes_back(fake: Fake) -> None:
    assert fake("print('{\"done\": true}')") == (FAST,)


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import os; os.kill(os.getpid(), 11)", "running it crashed (SIGSEGV)"),
        ("import sys; sys.exit('so it is')", "running it failed (exit code 1): so it is"),
        ('print(\'{"error": "tiny: is damaged"}\')', "tiny: is damaged"),
        ("", "running it failed (exit code 0)"),
    ],
)
def test_a_process_that_breaks_off_is_a_missed_gate(fake: Fake, program: str, reason: str) -> None:
    first, last = fake(program)
    assert first == FAST
    assert (last.gate, last.passed, last.detail) == ("run", False, reason)


def test_a_process_that_hangs_is_ended(fake: Callable[..., tuple[GateResult, ...]]) -> None:
    *_, last = fake("import time; time.sleep(600)", limit_s=0.5)
    assert last.detail == "took more than 0.5 s"
