from __future__ import annotations

from pathlib import Path

import pytest

from lamplighter.model.build import swap


def folder(path: Path, content: str) -> Path:
    path.mkdir()
    (path / "file").write_text(content)
    return path


def content(path: Path) -> str:
    return (path / "file").read_text()


def test_a_folder_takes_the_place_of_another_in_one_step(tmp_path: Path) -> None:
    made, target = folder(tmp_path / "made", "new"), folder(tmp_path / "target", "old")
    identity = made.stat().st_ino
    swap.put_in_place(made, target, tmp_path / "spare")
    assert (content(target), content(made)) == ("new", "old")
    assert target.stat().st_ino == identity
    assert not (tmp_path / "spare").exists()


def test_a_free_place_is_taken(tmp_path: Path) -> None:
    swap.put_in_place(folder(tmp_path / "made", "new"), tmp_path / "target", tmp_path / "spare")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_without_an_exchange_the_old_one_moves_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "exchange", lambda _one, _other: False)
    made, target = folder(tmp_path / "made", "new"), folder(tmp_path / "target", "old")
    swap.put_in_place(made, target, tmp_path / "spare")
    assert (content(target), content(tmp_path / "spare")) == ("new", "old")


def test_what_does_not_exist_can_not_change_places(tmp_path: Path) -> None:
    assert not swap.exchange(folder(tmp_path / "one", ""), tmp_path / "none")


def test_a_killed_swap_is_undone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    swap.restore(target, folder(tmp_path / "spare", "old"))
    assert content(target) == "old"
    swap.restore(target, folder(tmp_path / "spare", "older"))
    assert content(target) == "old"
