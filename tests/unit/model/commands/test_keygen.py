from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]


def test_keys_are_made_once(run: Run, tmp_path: Path) -> None:
    made = run("keygen", "--out", tmp_path / "key.pem")
    assert made.exit_code == 0
    assert str(tmp_path / "key.pem.pub") in made.output
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    again = run("keygen", "--out", tmp_path / "key.pem")
    assert again.exit_code == 1
    assert "no keys are made" in again.output
