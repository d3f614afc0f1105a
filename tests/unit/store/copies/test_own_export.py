"""An export that comes back to the store it is from, or to a copy of that."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.unit.store.secrets_kept import ONE, fill

from lamplighter.plugin import Publication
from lamplighter.store.copies.backup import back_up, restore
from lamplighter.store.copies.encrypting import encrypt_anew
from lamplighter.store.copies.export import Selection, as_text, export
from lamplighter.store.copies.importing import Imported, take_in
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.files.place import Place
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.recovery.opening import replace_database

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened

NOW = 1_700_000_500.0
MIB = 1 << 20


def exported(place: Place, file: Path, seals: Seals | None = None) -> Path:
    lines = export(place, seals or Seals(), Selection(), now=NOW)
    file.write_text("".join(as_text(line) + "\n" for line in lines), encoding="utf-8")
    return file


def imported(folder: Path, file: Path, seals: Seals | None = None) -> Imported:
    return take_in(Place(folder), seals or Seals(), file, max_bytes=64 * MIB, now=NOW)


def put(opened: Opened, topic: str) -> None:
    opened.store.outbox.put(Publication(topic, b"x"), Lane.ALARMS).result(20)


def topics(opened: Opened) -> list[str]:
    rows = opened.store.outbox.due(100, now=opened.clock())
    return sorted(row.publication.topic for row in rows)


def execute(opened: Opened, sql: str) -> None:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute(sql)

    opened.store.submit(work).result(20)


def finish_all(opened: Opened) -> None:
    """All that waits was sent, handled or done."""
    execute(opened, "UPDATE schedule SET state = 'done'")
    for sql in (
        "DELETE FROM outbox",
        "DELETE FROM inbox",
        "DELETE FROM dead_letters",
        "DELETE FROM audit",
        "DELETE FROM reports",
        "DELETE FROM alarms",
        "DELETE FROM announcements",
    ):
        execute(opened, sql)


def test_a_store_takes_nothing_of_its_own_twice(open_store: Open, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    opened = open_store(folder)
    fill(opened)
    file = exported(opened.store.place, tmp_path / "e.jsonl")
    before = topics(opened)
    opened.store.stop()
    assert imported(folder, file).rows == {}
    opened = open_store(folder)
    assert topics(opened) == before
    assert len(opened.store.schedule.waiting()) == 1
    assert len(opened.store.audit.latest()) == 1


def test_what_was_done_with_since_does_not_come_back(open_store: Open, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    opened = open_store(folder)
    fill(opened)
    file = exported(opened.store.place, tmp_path / "e.jsonl")
    finish_all(opened)
    opened.store.stop()
    assert imported(folder, file).rows == {}
    opened = open_store(folder)
    assert topics(opened) == []
    assert opened.store.inbox.pending() == []
    assert opened.store.schedule.waiting() == []


def _encrypted(place: Place) -> None:
    encrypt_anew(place, Seals(), Seals([ONE]), now=NOW)


def _replaced(place: Place) -> None:
    connection, _ = replace_database(place, "a test", max_bytes=64 * MIB, now=NOW)
    connection.close()


def test_it_knows_itself_again_when_it_was_written_anew(open_store: Open, tmp_path: Path) -> None:
    changes: list[tuple[str, Callable[[Place], None], Seals]] = [
        ("encrypted", _encrypted, Seals([ONE])),
        ("replaced", _replaced, Seals()),
    ]
    for name, change, seals in changes:
        folder = tmp_path / name
        opened = open_store(folder)
        fill(opened)
        file = exported(opened.store.place, tmp_path / "e.jsonl")
        opened.store.stop()
        change(opened.store.place)
        assert imported(folder, file, seals).rows == {}, name


def test_stores_made_in_the_same_moment_are_two(open_store: Open, tmp_path: Path) -> None:
    for name in ("a", "b"):
        opened = open_store(tmp_path / name)
        put(opened, name)
        opened.store.stop()
    file = exported(Place(tmp_path / "a"), tmp_path / "e.jsonl")
    assert imported(tmp_path / "b", file).rows["outbox"] == 1


def test_a_restored_copy_takes_what_came_after_it(open_store: Open, tmp_path: Path) -> None:
    opened = open_store(tmp_path / "a")
    fill(opened)
    put(opened, "sent before")
    early = exported(opened.store.place, tmp_path / "early.jsonl")
    execute(opened, "DELETE FROM outbox WHERE topic = 'sent before'")
    place = opened.store.place
    back_up(place, tmp_path / "copy.db", most_log=8 * MIB)
    opened.clock.now += 60
    put(opened, "after")
    late = exported(place, tmp_path / "late.jsonl")
    opened.store.stop()
    restore(Place(tmp_path / "b"), tmp_path / "copy.db", now=NOW)
    copy = open_store(tmp_path / "b")
    put(copy, "own")
    copy.store.stop()
    assert imported(tmp_path / "b", early).rows == {}
    assert imported(tmp_path / "b", late).rows == {"outbox": 1}
    assert imported(tmp_path / "b", late).rows == {}
    assert topics(open_store(tmp_path / "b")) == ["after", "own", "reading", "reply"]
