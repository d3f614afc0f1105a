from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from lamplighter.commands.options import read_config
from lamplighter.model.bundle.archive import pack
from lamplighter.model.bundle.manifest import read_manifest
from lamplighter.model.commands.store_models import versions_of

Run = Callable[..., Result]


def current(config: Path) -> str:
    folder = versions_of(read_config(config)).current()
    return "" if folder is None else read_manifest(folder).name


def test_a_packed_model_is_deployed_and_the_daemon_told(
    run: Run, easy: Path, config: Path, tmp_path: Path
) -> None:
    pack(easy, tmp_path / "easy.tar")
    result = run("deploy", tmp_path / "easy.tar", "--config", config)
    assert result.exit_code == 0, result.output
    assert "is the current model now" in result.output
    assert "task lights" in result.output
    # There is no broker on that port.
    assert "it swaps at its next start" in result.output
    assert current(config) == "easy"
    again = run("deploy", easy, "--config", config)
    assert "is the current model already" in again.output


def test_a_model_that_misses_its_gates_is_not(
    run: Run, easy: Path, hard: Path, config: Path
) -> None:
    run("deploy", easy, "--config", config, "--no-swap")
    result = run("deploy", hard, "--config", config)
    assert result.exit_code == 1
    assert "misses its gates: memory: " in result.output
    assert current(config) == "easy"


def test_what_came_of_it_is_json_too(
    run: Run, tiny: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []

    def tell(_config: object, swapped: Callable[[dict[str, str]], bool], *, timeout: float) -> str:
        version = read_manifest(tiny).version
        told.extend(
            swapped(health)
            for health in (
                {"version": version, "state": "ready"},
                {"version": version, "state": "loading"},
                {"version": "other", "state": "ready"},
            )
        )
        return f"told within {timeout:g} s"

    monkeypatch.setattr("lamplighter.model.commands.deploy.tell_daemon", tell)
    said = json.loads(run("deploy", tiny, "--config", config, "--timeout", "5", "--json").stdout)
    assert (said["changed"], said["before"], said["results"]) == (True, None, [])
    assert said["daemon"] == "told within 5 s"
    assert told == [True, False, False]
