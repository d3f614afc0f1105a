from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from lamplighter.commands.options import read_config
from lamplighter.model.bundle.manifest import read_manifest
from lamplighter.model.commands.store_models import versions_of

Run = Callable[..., Result]


@pytest.fixture
def second(tiny: Path, tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(tiny, tmp_path / "second"))
    replace(read_manifest(folder), name="second").write(folder)
    return folder


def test_the_model_before_comes_back(run: Run, tiny: Path, second: Path, config: Path) -> None:
    run("deploy", tiny, "--config", config, "--no-swap")
    run("deploy", second, "--config", config, "--no-swap")
    result = run("rollback", "--config", config, "--no-swap", "--reason", "it mumbles")
    assert result.exit_code == 0, result.output
    state = versions_of(read_config(config)).state()
    assert state.rolled_back[-1].reason == "it mumbles"
    folder = versions_of(read_config(config)).current()
    assert folder is not None
    assert read_manifest(folder).name == "tiny"
    assert str(folder) in result.output
    assert "the default model" in run("rollback", "--config", config, "--no-swap").output
    nothing = run("rollback", "--config", config, "--no-swap")
    assert nothing.exit_code == 1
    assert "nothing is deployed" in nothing.output


def test_the_daemon_is_told(
    run: Run, tiny: Path, second: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[bool] = []
    version = read_manifest(tiny).version

    def tell(_config: object, swapped: Callable[[dict[str, Any]], bool], *, timeout: float) -> str:
        said.extend(swapped(health) for health in ({"version": version}, {"version": "other"}, {}))
        return f"told within {timeout:g} s"

    monkeypatch.setattr("lamplighter.model.commands.rollback.tell_daemon", tell)
    run("deploy", tiny, "--config", config, "--no-swap")
    run("deploy", second, "--config", config, "--no-swap")
    assert "told within 60 s" in run("rollback", "--config", config).output
    assert said == [True, False, False]
    said.clear()
    # Back to the default model: another one than what was taken back.
    run("rollback", "--config", config)
    assert said == [False, True, False]


def test_where_the_disk_can_t_be_written_it_says_so(
    run: Run, tiny: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("deploy", tiny, "--config", config, "--no-swap")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lamplighter.model.bundle.versions.write_state", full)
    result = run("rollback", "--config", config)
    assert result.exit_code == 1
    assert "can't be written: [Errno 28]" in result.output
