"""The ballast: space that is there when it is needed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lamplighter.store.files.ballast import Ballast


def test_space_is_taken_and_given_up(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast", 1 << 20)
    assert not ballast.held()
    assert ballast.take()
    assert ballast.held()
    assert (tmp_path / "ballast").stat().st_blocks * 512 >= 1 << 20
    assert ballast.release()
    assert not ballast.held()
    assert not ballast.release()


def test_a_half_taken_ballast_is_taken_anew(tmp_path: Path) -> None:
    (tmp_path / "ballast").write_bytes(b"x")
    ballast = Ballast(tmp_path / "ballast", 1 << 16)
    assert not ballast.held()
    assert ballast.take()
    assert ballast.held()


def test_it_is_not_taken_where_space_is_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = list(os.statvfs(tmp_path))
    status[4] = 1
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result(status))
    assert not Ballast(tmp_path / "ballast", 1 << 20).take()
    assert not (tmp_path / "ballast").exists()
