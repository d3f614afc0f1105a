from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.admission import Trust, admit
from lamplighter.model.bundle.signing import make_keys, sign

Run = Callable[..., Result]


def test_verify_tells_sound_from_altered(run: Run, tiny: Path, tmp_path: Path) -> None:
    sound = run("verify", tiny, "--json")
    assert json.loads(sound.stdout)["verified"] is True
    copy = Path(shutil.copytree(tiny, tmp_path / "copy"))
    (copy / files.TOKENIZER).write_text("{}")
    altered = run("verify", copy)
    assert altered.exit_code == 1
    assert "tokenizer.json is not the file that the manifest lists" in altered.output


def test_a_model_without_gates_says_so(run: Run, tiny: Path) -> None:
    result = run("verify", tiny)
    assert result.exit_code == 0
    assert "files are sound" in result.output
    assert "has no gates" in result.output


def test_passed_gates_are_shown_and_recorded(run: Run, easy: Path, config: Path) -> None:
    result = run("verify", easy, "--config", config, "--threads", "1")
    assert result.exit_code == 0, result.output
    for gate in ("prefill", "decode", "memory", "perplexity", "task lights"):
        assert gate in result.output
    assert "MISSED" not in result.output
    assert "1 of 2 wrong" in result.output
    assert admit(easy, Trust()).record is not None


def test_a_missed_gate_fails(run: Run, hard: Path, config: Path) -> None:
    # It passed once; a new runtime, say, takes more.
    (hard / files.RECORD).write_text("{}")
    result = run("verify", hard, "--config", config)
    assert result.exit_code == 1
    assert "MISSED" in result.output
    assert not (hard / files.RECORD).exists()
    as_json = run("verify", hard, "--config", config, "--json")
    assert as_json.exit_code == 1
    said = json.loads(as_json.stdout)
    assert (said["verified"], said["record"]) == (False, None)
    assert [each["passed"] for each in said["results"]] == [False]


def test_a_graph_stands_for_its_model(run: Run, tiny: Path, config: Path) -> None:
    result = run("verify", tiny / files.GRAPH, "--config", config)
    assert result.exit_code == 0, result.output
    assert "files are sound" in result.output


def test_an_export_is_told_how_it_can_be_verified(run: Run, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_text("a graph")
    result = run("verify", tmp_path)
    assert result.exit_code == 1
    assert "an ONNX export without a manifest" in result.output
    assert "adopt it" in result.output


def test_quick_looks_at_hashes_only(run: Run, hard: Path, config: Path) -> None:
    result = run("verify", hard, "--quick", "--config", config)
    assert result.exit_code == 0
    assert "MISSED" not in result.output
    assert not (hard / files.RECORD).exists()


def test_with_keys_the_signature_is_asked_for(
    run: Run, tiny: Path, tmp_path: Path, config: Path
) -> None:
    model = Path(shutil.copytree(tiny, tmp_path / "model"))
    public, key = make_keys(tmp_path / "key.pem")
    config.write_text(config.read_text() + f"model: {{keys: [{public}]}}\n")
    unsigned = run("verify", model, "--config", config)
    assert unsigned.exit_code == 1
    assert "is not signed" in unsigned.output
    sign(model, tmp_path / "key.pem", issued=1)
    assert f"key {key}" in run("verify", model, "--config", config).output


def test_without_a_folder_it_is_the_model_that_the_daemon_runs(
    run: Run, tiny: Path, config: Path
) -> None:
    config.write_text(config.read_text() + f"model: {{path: {tiny}}}\n")
    assert str(tiny) in run("verify", "--config", config).output


@pytest.mark.parametrize("option", ["--threads=0", "--threads=many"])
def test_wrong_usage_is_told(run: Run, option: str) -> None:
    assert run("verify", option).exit_code == 2
