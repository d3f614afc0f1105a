"""The store as a whole: starting, health, retention, reading beside a daemon."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lamplighter.errors import StoreError
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.store import open_for_reading

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened


def test_the_first_start_makes_a_database(tmp_path: Path, open_store: Open) -> None:
    opened = open_store(tmp_path / "a" / "b")
    health = opened.store.health()
    assert health.writer.alive
    assert health.ballast
    assert health.bytes == opened.store.bytes_used() > 1 << 20
    assert (health.inbox_queued, health.inbox_bytes) == (0, 0)
    assert opened.store.readers.rows("PRAGMA auto_vacuum") == [(2,)]


def test_every_commit_is_synced(opened: Opened) -> None:
    settings = opened.store.submit(
        lambda connection: [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous")
        ]
    )
    assert settings.result(20) == ["wal", 2]


def test_a_folder_that_can_not_be_made(tmp_path: Path, open_store: Open) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        open_store(tmp_path / "file" / "store")


def test_space_is_given_back(opened: Opened) -> None:
    futures = [
        opened.store.outbox.put(Publication("t", b"x" * 20_000), Lane.STATES) for _ in range(400)
    ]
    ids = [future.result(20) for future in futures]
    opened.store.checkpoint().result(20)
    before = opened.store.bytes_used()
    opened.store.outbox.sent(ids)
    opened.flush()
    opened.store.trim(0.0).result(20)
    opened.store.checkpoint().result(20)
    assert opened.store.bytes_used() < before


def test_a_database_is_read_beside_the_daemon(tmp_path: Path, opened: Opened) -> None:
    opened.store.outbox.put(Publication("t", b""), Lane.ALARMS).result(20)
    reading = open_for_reading(tmp_path)
    assert [row.publication.topic for row in reading.outbox.rows()] == ["t"]
    opened.store.outbox.put(Publication("u", b""), Lane.ALARMS).result(20)
    assert len(reading.outbox.rows()) == 2
    with pytest.raises(StoreError, match="not open"):
        reading.outbox.put(Publication("no", b""), Lane.ALARMS).result(20)
    reading.stop()


def test_a_database_is_read_while_no_daemon_runs(tmp_path: Path, open_store: Open) -> None:
    first = open_store()
    first.store.outbox.put(Publication("t", b""), Lane.ALARMS).result(20)
    first.store.stop()
    reading = open_for_reading(tmp_path)
    assert [row.publication.topic for row in reading.outbox.rows()] == ["t"]
    reading.stop()


def test_reading_needs_a_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such database"):
        open_for_reading(tmp_path)


def test_a_bad_query_names_the_database(opened: Opened) -> None:
    with pytest.raises(StoreError, match="no such table"):
        opened.store.readers.rows("SELECT * FROM nowhere")
    assert opened.replaced == []
    opened.flush()
    assert opened.store.health().writer.alive


def test_every_thread_reads_what_was_committed(opened: Opened) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as threads:
        for number in range(20):
            opened.store.outbox.put(Publication(str(number), b""), Lane.STATES).result(20)
            counts = threads.map(lambda _: len(opened.store.outbox.rows()), range(4))
            assert set(counts) == {number + 1}
