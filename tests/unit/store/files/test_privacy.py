"""What is kept is for nobody else, whatever the umask says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.unit.store.secrets_kept import ONE, fill

from lamplighter.store.copies.backup import back_up, restore
from lamplighter.store.copies.encrypting import encrypt_anew
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.recovery.opening import replace_database

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """Files of what is kept that others may read; an empty ballast holds nothing."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.name != "ballast" and path.is_file() and path.stat().st_mode & 0o077
    )


def test_what_is_made_is_for_nobody_else(open_store: Open, tmp_path: Path) -> None:
    folder = tmp_path / "above" / "store"
    opened = open_store(folder)
    fill(opened)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.parent.stat().st_mode & 0o777 == 0o755
    assert (folder / "lamplighter.db-wal").exists()
    assert open_to_others(folder) == []
    back_up(opened.store.place, tmp_path / "copy.db", most_log=8 << 20)
    opened.store.stop()
    place = opened.store.place
    connection, report = replace_database(place, "a test", max_bytes=64 << 20, now=1.7e9)
    connection.close()
    assert report.quarantined is not None
    encrypt_anew(place, Seals(), Seals([ONE]), now=1.7e9)
    assert open_to_others(folder) == []
    restore(place, tmp_path / "copy.db", now=1.7e9)
    assert open_to_others(folder) == []


def test_what_was_open_to_others_is_closed(open_store: Open, tmp_path: Path) -> None:
    opened = open_store(tmp_path)
    fill(opened)
    opened.store.stop()
    (tmp_path / "lamplighter.db.corrupt-20200101T000000Z").write_bytes(b"x")
    for path in tmp_path.iterdir():
        path.chmod(0o644)
    (tmp_path / "lamplighter.db").chmod(0o644)
    opened = open_store(tmp_path)
    fill(opened)
    assert open_to_others(tmp_path) == ["lock"]
    opened.store.stop()
    # Whoever lets a group read it may.
    (tmp_path / "lamplighter.db").chmod(0o640)
    open_store(tmp_path)
    assert (tmp_path / "lamplighter.db").stat().st_mode & 0o777 == 0o640
