from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from lamplighter.model import locate
from lamplighter.model.bundle.manifest import read_manifest

Run = Callable[..., Result]


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = locate.models_folder(tmp_path)
    monkeypatch.setattr(locate, "built_models", lambda: sorted(folder.glob("*")))
    return folder


def test_list_shows_what_is_built(run: Run, tiny: Path, built: Path, config: Path) -> None:
    assert "No model is built" in run("list", "--config", config).output
    shutil.copytree(tiny, built / "tiny")
    (built / "broken").mkdir()
    assert "tiny" in run("list", "--config", config).output
    broken, sound = json.loads(run("list", "--config", config, "--json").stdout)
    assert "holds no model" in broken["problem"]
    assert (sound["name"], sound["licence"], sound["state"]) == ("tiny", "CC0-1.0", "built")


@pytest.mark.usefixtures("built")
def test_list_shows_what_is_deployed(run: Run, tiny: Path, config: Path, tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        folder = Path(shutil.copytree(tiny, tmp_path / name))
        replace(read_manifest(folder), name=name).write(folder)
        assert run("deploy", folder, "--config", config, "--no-swap").exit_code == 0
    run("rollback", "--config", config, "--no-swap", "--reason", "it mumbles")
    run("deploy", tmp_path / "two", "--config", config, "--no-swap")
    rows = json.loads(run("list", "--config", config, "--json").stdout)
    assert [(row["name"], row["state"].split(":")[0]) for row in rows[:2]] == [
        ("two", "current, on trial"),
        ("one", "previous"),
    ]
    assert rows[2]["state"].startswith("rolled back ")
    assert rows[2]["state"].endswith(": it mumbles")
    assert "it mumbles" in run("list", "--config", config).output
