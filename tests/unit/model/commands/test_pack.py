from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from lamplighter.model.bundle.archive import announced_in

Run = Callable[..., Result]


def test_a_model_becomes_one_file(run: Run, tiny: Path, tmp_path: Path) -> None:
    result = run("pack", tiny, "--out", tmp_path / "tiny.tar")
    assert "is packed in" in result.output
    assert announced_in(tmp_path / "tiny.tar").parsed.name == "tiny"


def test_what_is_no_model_is_told(run: Run, tmp_path: Path) -> None:
    result = run("pack", tmp_path, "--out", tmp_path / "tiny.tar")
    assert result.exit_code == 1
    assert "holds no model" in result.output
