from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lamplighter.model import commands
from lamplighter.model.bundle import manifest as files
from lamplighter.model.commands.build import PlainProgress
from lamplighter.model.hashing import sha256_of


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands.model, arguments)


@pytest.fixture
def recipe(tiny_gguf: Callable[..., tuple[Path, dict[str, Any]]], tmp_path: Path) -> Path:
    gguf, _ = tiny_gguf()
    path = tmp_path / "mine.yaml"
    source = f"{{gguf: {gguf}, sha256: {sha256_of(gguf)}}}"
    path.write_text(f"name: mine\nlicence: MIT\nsource: {source}\n")
    return path


def test_build_builds_once_and_again_only_when_it_must(recipe: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = run("build", str(recipe), "--out", str(out))
    assert first.exit_code == 0
    assert f"is ready in {out}" in first.output
    made = (out / files.MANIFEST).stat().st_mtime_ns
    assert run("build", str(recipe), "--out", str(out)).exit_code == 0
    assert (out / files.MANIFEST).stat().st_mtime_ns == made
    (out / files.WEIGHTS).write_bytes(b"altered")
    repaired = run("build", str(recipe), "--out", str(out), "--json")
    assert json.loads(repaired.stdout)["name"] == "mine"
    assert files.verify(out).name == "mine"
    recipe.write_text(recipe.read_text() + "context: 64\n")
    assert run("build", str(recipe), "--out", str(out)).exit_code == 0
    assert files.read_manifest(out).context == 64


def test_a_mistake_in_a_recipe_is_one_line_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("name: bad\nlicence: MIT\nsource: {wheel: x==1, sha256: abc}\n")
    result = run("build", str(path))
    assert result.exit_code == 1
    assert f"{path}:3: source.sha256: " in result.output
    assert "Traceback" not in result.output


def test_an_unknown_recipe_lists_the_known_ones() -> None:
    result = run("build", "nonesuch")
    assert result.exit_code == 1
    known = "smollm2-135m, smollm2-135m-4bit"
    assert result.output.strip() == f"Error: nonesuch: no such recipe; known are {known}"


def test_without_a_terminal_progress_is_plain_lines() -> None:
    said, time = list[str](), iter([0.0, 1.0, 12.0, 13.0, 14.0])
    progress = PlainProgress(said.append, lambda: next(time))
    progress("fetch", 0.0, "0.0 of 93.0 MB")
    progress("fetch", 0.1, "9.3 of 93.0 MB")
    progress("fetch", 0.5, "46.5 of 93.0 MB")
    progress("fetch", 1.0)
    progress("read", 0.0)
    assert said == ["fetch …", "fetch 50% (46.5 of 93.0 MB)", "read …"]
