"""The model that is to run: signed, unaltered, measured; or why not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from lamplighter.doctor.finding import Finding
from lamplighter.doctor.model import look_at_model
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.deployment_state import DeploymentState, TrialState, write_state
from lamplighter.model.bundle.gate_bounds import Gates
from lamplighter.model.bundle.gate_report import GateResult
from lamplighter.model.bundle.manifest import Manifest
from lamplighter.model.bundle.record import make_record, write_record
from lamplighter.model.bundle.signing import make_keys, sign
from lamplighter.model.settings import Model

PASSED = GateResult(gate="memory", measured=50.0, bound=100.0, side="most")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return a folder that is a model as far as its manifest can tell."""
    folder = tmp_path / "model"
    folder.mkdir()
    for name in (files.GRAPH, files.WEIGHTS, files.TOKENIZER):
        (folder / name).write_text(name)
    Manifest(
        name="paper",
        licence="CC0-1.0",
        context=64,
        bos="",
        eos="e",
        architecture={},
        recipe={},
        versions={},
        files=files.list_files(folder),
    ).write(folder)
    return folder


def look(settings: Model, store: Path) -> list[Finding]:
    return list(look_at_model(settings, store))


def add_gates(folder: Path, *, passed: bool) -> None:
    replace(files.read_manifest(folder), gates=Gates(memory=100.0)).write(folder)
    if passed:
        record = make_record(files.manifest_bytes(folder), [PASSED], at=1.0)
        write_record(record, folder, None)


def test_a_model_that_is_switched_off_is_well(tmp_path: Path) -> None:
    [found] = look(Model(enabled=False), tmp_path)
    assert found.verdict == "ok"


def test_a_sound_model_is_well(model: Path, tmp_path: Path) -> None:
    add_gates(model, passed=True)
    public, key = make_keys(tmp_path / "key.pem")
    sign(model, tmp_path / "key.pem", issued=1)
    [found] = look(Model(path=model, keys=(public,)), tmp_path)
    assert found.verdict == "ok"
    assert found.detail == (
        f"paper in {model}: every hash fits, signed with key {key}, 1 gates passed"
    )


def test_a_model_that_may_not_run_is_told_with_what_to_do(model: Path, tmp_path: Path) -> None:
    add_gates(model, passed=False)
    [found] = look(Model(path=model), tmp_path)
    assert found.verdict == "failed"
    assert found.remedy is not None
    assert found.remedy.line == f"lamplighter model verify {model}"
    (model / files.WEIGHTS).write_text("altered")
    [found] = look(Model(path=model), tmp_path)
    assert "is not the file" in found.detail
    assert found.remedy is not None
    assert found.remedy.line == "lamplighter model build"


def test_a_missing_signature_is_no_small_thing(model: Path, tmp_path: Path) -> None:
    public, _ = make_keys(tmp_path / "key.pem")
    write_state(_models(tmp_path), DeploymentState(current="paper"))
    shutil.copytree(model, tmp_path / "models" / "versions" / "paper")
    [found] = look(Model(keys=(public,)), tmp_path)
    assert (found.verdict, "is not signed" in found.detail) == ("failed", True)


def test_what_runs_unverified_is_warned_of(model: Path, tmp_path: Path) -> None:
    add_gates(model, passed=False)
    [found] = look(Model(path=model, unverified=True), tmp_path)
    assert found.verdict == "warning"
    assert "model.unverified" in found.why


def test_an_export_is_told_how_it_can_be_run(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / files.GRAPH).write_text("a graph")
    [refused] = look(Model(path=export), tmp_path)
    [run] = look(Model(path=export, unverified=True), tmp_path)
    assert (refused.verdict, run.verdict) == ("failed", "warning")
    assert refused.remedy is not None
    assert run.remedy is not None
    assert "unverified: true" in refused.remedy.line
    assert "source: {onnx: FOLDER}" in run.remedy.line


def test_gates_that_another_runtime_passed_are_told(model: Path, tmp_path: Path) -> None:
    add_gates(model, passed=True)
    record = make_record(files.manifest_bytes(model), [PASSED], at=1.0)
    write_record(replace(record, runtime="1.0"), model, None)
    found = look(Model(path=model), tmp_path)
    assert [each.verdict for each in found] == ["ok", "warning"]
    assert "were passed with onnxruntime 1.0" in found[1].detail


def test_a_trial_and_a_rollback_are_told(model: Path, tmp_path: Path) -> None:
    shutil.copytree(model, _models(tmp_path) / "versions" / "paper")
    state = DeploymentState("paper", None, TrialState(3, 1))
    write_state(tmp_path / "models", state)
    _, trial = look(Model(), tmp_path)
    assert "paper is on trial: 3 requests went well, 1 failed" in trial.detail
    back = replace(state, current="other").after_rollback("it mumbled", 1.0)
    write_state(tmp_path / "models", replace(back, current="paper"))
    _, rolled = look(Model(), tmp_path)
    assert rolled.detail == "other was rolled back: it mumbled"
    # A model of the user's own is not deployed.
    assert len(look(Model(path=model), tmp_path)) == 1


def test_a_broken_state_is_told(tmp_path: Path) -> None:
    (_models(tmp_path) / "state.json").write_text("{")
    [found] = look(Model(), tmp_path)
    assert "is broken" in found.detail


def _models(store: Path) -> Path:
    (store / "models").mkdir()
    return store / "models"
