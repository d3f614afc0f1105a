from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from lamplighter.model.bundle.signing import claimed, make_keys
from lamplighter.model.commands import sign as module

Run = Callable[..., Result]


def test_a_model_is_signed_with_the_time(
    run: Run, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 1234.5)
    model = Path(shutil.copytree(tiny, tmp_path / "model"))
    _, key = make_keys(tmp_path / "key.pem")
    assert f"with key {key}" in run("sign", model, "--key", tmp_path / "key.pem").output
    found = claimed(model)
    assert found is not None
    assert (found.key, found.issued) == (key, 1234)
    assert module.sign_model.name == "sign"


def test_what_is_no_key_is_told(run: Run, tiny: Path, tmp_path: Path) -> None:
    result = run("sign", tiny, "--key", tmp_path / "none.pem")
    assert result.exit_code == 1
    assert "can't be used to sign" in result.output
