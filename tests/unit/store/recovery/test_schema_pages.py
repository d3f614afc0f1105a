"""The copy of the schema's pages mends exactly what it should."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from lamplighter.store.migrations import migrate
from lamplighter.store.recovery.schema_pages import keep, mend

PAGE = 4096


def make(path: Path) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, 1.0)
    shape = connection.execute("SELECT name, sql FROM sqlite_schema").fetchall()
    connection.close()
    return shape


def test_a_database_is_read_again(tmp_path: Path) -> None:
    path, copy, original = tmp_path / "db", tmp_path / "copy", tmp_path / "original"
    shape = make(path)
    before = path.read_bytes()
    keep(path, copy)
    with path.open("r+b") as file:
        file.write(b"\xaa" * PAGE)
    assert mend(path, copy, original)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name, sql FROM sqlite_schema").fetchall() == shape
    assert connection.execute("SELECT version FROM schema").fetchone() is not None
    connection.close()
    assert path.read_bytes()[PAGE:] == before[PAGE:]
    assert original.read_bytes()[4 : 4 + PAGE] == b"\xaa" * PAGE


def test_the_copy_is_of_every_page_of_the_schema(tmp_path: Path) -> None:
    """The schema is longer than a page, so its first page alone would not do."""
    path, copy = tmp_path / "db", tmp_path / "copy"
    shape = make(path)
    keep(path, copy)
    assert copy.stat().st_size > 2 * PAGE
    path.write_bytes(b"")
    assert mend(path, copy, tmp_path / "original")
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name, sql FROM sqlite_schema").fetchall() == shape
    connection.close()


def test_a_copy_is_written_only_when_the_schema_changed(tmp_path: Path) -> None:
    path, copy = tmp_path / "db", tmp_path / "copy"
    make(path)
    keep(path, copy)
    first = copy.stat().st_ino
    connection = sqlite3.connect(path)
    connection.execute("UPDATE schema SET opened = 5")
    connection.commit()
    keep(path, copy)
    assert copy.stat().st_ino == first
    connection.execute("CREATE TABLE more (x)")
    connection.commit()
    connection.close()
    keep(path, copy)
    assert b"CREATE TABLE more" in copy.read_bytes()


def test_what_is_no_database_is_not_copied(tmp_path: Path) -> None:
    path, copy = tmp_path / "db", tmp_path / "copy"
    path.write_bytes(b"something else")
    keep(path, copy)
    assert not copy.exists()
    assert not mend(path, copy, tmp_path / "original")
    copy.write_bytes(b"half a copy")
    assert not mend(path, copy, tmp_path / "original")
    assert path.read_bytes() == b"something else"
