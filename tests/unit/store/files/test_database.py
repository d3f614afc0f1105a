"""Opening SQLite, and what its errors mean."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from lamplighter.store.files.database import (
    Trouble,
    connect_for_reading,
    connect_for_writing,
    trouble_of,
)


def error(code: int) -> sqlite3.Error:
    failure = sqlite3.OperationalError("as said")
    failure.sqlite_errorcode = code
    return failure


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (sqlite3.SQLITE_FULL, Trouble.FULL),
        (sqlite3.SQLITE_CORRUPT, Trouble.CORRUPT),
        (sqlite3.SQLITE_CORRUPT_INDEX, Trouble.CORRUPT),
        (sqlite3.SQLITE_NOTADB, Trouble.CORRUPT),
        (sqlite3.SQLITE_IOERR_FSYNC, Trouble.DEVICE),
        (sqlite3.SQLITE_READONLY_DBMOVED, Trouble.DEVICE),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Trouble.DEVICE),
        (sqlite3.SQLITE_ERROR, Trouble.STATEMENT),
        (sqlite3.SQLITE_CONSTRAINT_NOTNULL, Trouble.STATEMENT),
    ],
)
def test_extended_codes_are_told_apart(tmp_path: Path, code: int, trouble: Trouble) -> None:
    assert trouble_of(error(code), tmp_path) is trouble


def test_an_error_of_the_device_without_space_is_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lamplighter.store.files.database._TIGHT_BYTES", 1 << 60)
    assert trouble_of(error(sqlite3.SQLITE_IOERR_WRITE), tmp_path) is Trouble.FULL
    assert trouble_of(error(sqlite3.SQLITE_CORRUPT), tmp_path) is Trouble.CORRUPT


def test_an_error_of_the_binding_is_the_statements(tmp_path: Path) -> None:
    assert trouble_of(sqlite3.ProgrammingError("closed"), tmp_path) is Trouble.STATEMENT


def test_writing_makes_no_new_database(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        connect_for_writing(tmp_path / "none.db", 64 << 20)
    assert list(tmp_path.iterdir()) == []


def test_the_size_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "odd name?#%.db"
    path.touch()
    connection = connect_for_writing(path, 8 << 20)
    connection.execute("CREATE TABLE t (x)")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("INSERT INTO t VALUES (zeroblob(6000000))")
    assert trouble_of(caught.value, tmp_path) is Trouble.FULL
    connection.execute("INSERT INTO t VALUES (zeroblob(4000000))")
    connection.close()
    assert path.stat().st_size < 5 << 20


def test_a_reader_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.touch()
    connect_for_writing(path, 64 << 20).close()
    reader = connect_for_reading(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("CREATE TABLE t (x)")
    reader.close()
