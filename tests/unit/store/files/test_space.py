"""All files of the folder stay within their bound, and what is free is given back."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lamplighter.errors import StoreFullError
from lamplighter.plugin import Publication
from lamplighter.store.files.database import connect_for_reading
from lamplighter.store.limits import Limits
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.settings import Flash

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open

BOUND = 16 << 20
# A transaction, and pages of the index that the log's length asks for.
SLACK = 2 << 20


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def pages_free(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA freelist_count").fetchone()[0])


def test_a_reader_that_stays_does_not_make_the_log_endless(open_store: Open) -> None:
    opened = open_store(max_bytes=BOUND)
    reader = connect_for_reading(opened.store.place.database)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM inbox").fetchone()
    count = 0
    most = 0
    while opened.store.health().writer.full_since is None:
        for _ in range(20):
            opened.put(f"t/{count}", b"x" * 20_000)
            count += 1
        try:
            opened.flush()
        except StoreFullError:
            break
        # Handled at once, so it is the log alone that grows.
        opened.store.inbox.done([row.id for row in opened.committed])
        most = max(most, opened.store.bytes_used())
        assert most < BOUND + SLACK
    assert "reading" in opened.store.health().writer.failing
    assert opened.store.health().writer.log_held
    assert most > BOUND / 2
    for _ in range(20):
        opened.put("t", b"x" * 20_000)
    count += 20
    # What a command needs is written, still.
    opened.flush()
    assert len(opened.committed) < count
    reader.close()
    opened.wait(count)
    assert opened.store.health().writer.full_since is None
    assert not opened.store.health().writer.log_held
    assert opened.store.ledger.totals() == {}
    opened.store.checkpoint().result(20)
    assert opened.store.bytes_used() < BOUND


def test_a_log_that_a_burst_made_long_is_emptied_and_nothing_given_up(open_store: Open) -> None:
    """Nobody reads: the log is long because so much came at once."""
    opened = open_store(max_bytes=8 << 20)
    for number in range(20_000):
        opened.store.history.add("pump/pressure", float(number), 1.0)
    opened.flush()

    def burst(connection: sqlite3.Connection) -> None:
        for number in range(800):
            publication = Publication(f"t/{number % 20}", b"x" * 3000)
            opened.store.outbox.insert(connection, publication, Lane.TELEMETRY)

    opened.store.submit(burst).result(20)
    writer = opened.store.writer
    until(lambda: opened.store.place.bytes_logged() > 2 << 20)
    full: list[float] = []
    opened.store.submit(lambda _: None).add_done_callback(
        lambda _: full.extend([writer.health().full_since or 0.0])
    )
    opened.put("t", b"x")
    opened.wait(1)
    opened.flush()
    assert full == [0.0]
    assert opened.store.place.bytes_logged() < 2 << 20
    assert opened.store.ledger.totals() == {}


def test_a_full_store_stays_within_its_bound_for_long(open_store: Open) -> None:
    opened = open_store(max_bytes=BOUND)
    for number in range(400):
        for _ in range(10):
            opened.store.history.add_text("log", number + opened.clock.now, "x" * 5000)
            opened.clock.now += 1
        opened.put("t", b"x" * 20_000)
        opened.wait(number + 1)
        if number > 150:
            opened.store.inbox.done([opened.committed[number - 150].id])
        if number % 50 == 0:
            opened.store.trim(opened.clock()).result(20)
        assert opened.store.bytes_used() < BOUND + SLACK
    assert opened.store.ledger.totals()["history"]["evicted"] > 0


def test_much_that_is_free_goes_back_in_slices(open_store: Open) -> None:
    opened = open_store(max_bytes=256 << 20, limits=Limits(history_seconds=10))
    start = opened.clock.now
    for number in range(8000):
        opened.store.history.add_text("log", start + number / 1000, "x" * 4000)
    opened.flush()
    opened.store.checkpoint().result(20)
    before = opened.store.place.bytes_stored()
    assert before > 30 << 20
    opened.clock.now += 1000
    for _ in range(12):
        opened.store.trim(opened.clock()).result(20)
        # What comes meanwhile is not held up until all is given back.
        opened.put("t")
    opened.wait(12)
    opened.flush()

    def shrunk() -> bool:
        opened.store.checkpoint().result(20)
        return opened.store.place.bytes_stored() < before / 3

    until(shrunk)


def test_a_bound_that_was_lowered_is_reached(open_store: Open) -> None:
    opened = open_store(max_bytes=64 << 20)
    for number in range(5000):
        opened.store.history.add_text("log", float(number), "x" * 8000)
    opened.flush()
    opened.store.stop()
    assert opened.store.bytes_used() > 38 << 20
    again = open_store(opened.store.place.folder, max_bytes=BOUND)
    again.clock.now = 5000.0

    def shrunk() -> bool:
        again.store.trim(again.clock()).result(20)
        again.store.checkpoint().result(20)
        return again.store.bytes_used() <= BOUND

    until(shrunk)
    texts = again.store.history.texts_between("log", 0, 1e9)
    assert texts
    assert texts[-1].time == 4999.0
    assert again.store.ledger.totals()["history"]["evicted"] == 5000 - len(texts)


def test_caches_have_a_share(open_store: Open, tmp_path: Path) -> None:
    prefixes = tmp_path / "prefixes"
    prefixes.mkdir()
    for number in range(4):
        (prefixes / f"{number}.kv").write_bytes(bytes(1 << 20))
    opened = open_store(max_bytes=BOUND)
    assert len(list(prefixes.iterdir())) == 2
    (pages,) = opened.store.submit(
        lambda connection: connection.execute("PRAGMA max_page_count").fetchone()
    ).result(20)
    assert pages * 4096 <= BOUND - (2 << 20) - (3 << 20)


@pytest.mark.parametrize(("profile", "bound", "pages"), [
    ("disk", 512, 256), ("flash", 512, 1024), ("battery", 512, 1024), ("flash", 16, 256),
])  # fmt: skip
def test_a_disk_that_is_spared_gets_a_longer_log(
    open_store: Open, profile: str, bound: int, pages: int
) -> None:
    opened = open_store(max_bytes=bound << 20, flash=Flash(profile=profile))
    found = opened.store.submit(
        lambda connection: connection.execute("PRAGMA wal_autocheckpoint").fetchone()
    ).result(20)
    assert found == (pages,)
