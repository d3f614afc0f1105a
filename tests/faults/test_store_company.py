"""Others beside the daemon: programs that read its database, and a second daemon."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lamplighter.errors import StoreError
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.store import Store

READ = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
    " c.execute('SELECT count(*) FROM outbox').fetchone(); c.close()"
)


def make_store(folder: Path) -> Store:
    return Store(
        folder,
        max_bytes=32 << 20,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = make_store(tmp_path)
    store.start()
    yield store
    store.stop()


def deleted_files() -> list[str]:
    links = [each.readlink() for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    return [str(link) for link in links if "lamplighter.db" in str(link) and "deleted" in str(link)]


@pytest.mark.parametrize("restarts", [0, 1])
def test_a_program_that_reads_the_database_does_not_delete_its_log(
    tmp_path: Path, restarts: int
) -> None:
    store = make_store(tmp_path)
    store.start()
    for _ in range(restarts):
        store.stop()
        store = make_store(tmp_path)
        store.start()
    try:
        database = tmp_path / "lamplighter.db"
        store.outbox.put(Publication("a", b"1"), Lane.COMMANDS).result(10)
        subprocess.run([sys.executable, "-c", READ, str(database)], check=True)
        assert database.with_name("lamplighter.db-wal").exists()
        assert deleted_files() == []
        store.outbox.put(Publication("b", b"2"), Lane.COMMANDS).result(10)
        with sqlite3.connect(database) as seen:
            assert seen.execute("SELECT count(*) FROM outbox").fetchone() == (2,)
        seen.close()
    finally:
        store.stop()


def test_a_second_daemon_on_the_same_store_is_refused(tmp_path: Path, store: Store) -> None:
    second = make_store(tmp_path)
    with pytest.raises(StoreError, match="another daemon"):
        second.start()
    store.outbox.put(Publication("a", b"1"), Lane.COMMANDS).result(10)


def test_the_store_is_free_again_after_a_stop(tmp_path: Path) -> None:
    first = make_store(tmp_path)
    first.start()
    first.stop()
    second = make_store(tmp_path)
    second.start()
    second.stop()
