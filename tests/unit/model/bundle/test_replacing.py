from __future__ import annotations

import os
from pathlib import Path

import pytest

from lamplighter.model.bundle.replacing import give_to_owner, replace_file


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    replace_file(path, b"one")
    replace_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_what_was_there_stays_where_it_can_t_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.json"
    replace_file(path, b"one")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"two")
    assert path.read_bytes() == b"one"
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]


def test_what_was_left_of_an_interrupted_writing_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / ".state.json.part").write_bytes(b"half of something long")
    replace_file(tmp_path / "state.json", b"one")
    assert (tmp_path / "state.json").read_bytes() == b"one"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_makes_belongs_to_the_folder_s_owner(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12346)
    replace_file(tmp_path / "state.json", b"one")
    found = (tmp_path / "state.json").stat()
    assert (found.st_uid, found.st_gid) == (12345, 12346)


def test_others_give_nothing_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "chown", pytest.fail)
    give_to_owner(tmp_path, of=tmp_path)
