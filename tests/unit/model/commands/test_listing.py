from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lamplighter.model import commands, locate


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands.model, arguments)


def test_list_shows_what_is_built(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = locate.models_folder(tmp_path)
    monkeypatch.setattr(locate, "built_models", lambda: sorted(folder.glob("*")))
    assert "No model is built" in run("list").output
    shutil.copytree(tiny, folder / "tiny")
    (folder / "broken").mkdir()
    assert "tiny" in run("list").output
    broken, sound = json.loads(run("list", "--json").stdout)
    assert "holds no model" in broken["problem"]
    assert (sound["name"], sound["licence"]) == ("tiny", "CC0-1.0")
