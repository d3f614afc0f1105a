"""The writer: group commit, failures that stay alone, room that runs out."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from lamplighter.errors import StoreError, StoreFullError
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened


def record(connection: sqlite3.Connection, key: str) -> str:
    connection.execute("INSERT INTO commands (key, finished, reply) VALUES (?, 1.0, '{}')", (key,))
    return key


def recording(key: str) -> Callable[[sqlite3.Connection], str]:
    return lambda connection: record(connection, key)


def keys(opened: Opened) -> list[str]:
    return [key for (key,) in opened.store.readers.rows("SELECT key FROM commands ORDER BY key")]


def test_a_future_resolves_when_the_work_is_committed(opened: Opened) -> None:
    assert opened.store.submit(recording("a")).result(20) == "a"
    assert keys(opened) == ["a"]


def test_what_is_queued_meanwhile_is_committed_together(opened: Opened) -> None:
    busy, go_on = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        busy.set()
        assert go_on.wait(20)

    opened.store.submit(hold)
    assert busy.wait(20)
    before = opened.store.health().writer.commits
    futures = [opened.store.submit(recording(str(n))) for n in range(50)]
    go_on.set()
    for future in futures:
        future.result(20)
    assert opened.store.health().writer.commits == before + 2
    assert len(keys(opened)) == 50


def test_a_work_that_fails_hurts_no_other(opened: Opened) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        record(connection, "half")
        raise ValueError("bad")

    def ask_nonsense(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO nowhere VALUES (1)")

    first = opened.store.submit(recording("a"))
    failed = opened.store.submit(fail)
    nonsense = opened.store.submit(ask_nonsense)
    last = opened.store.submit(recording("b"))
    assert (first.result(20), last.result(20)) == ("a", "b")
    assert isinstance(failed.exception(20), ValueError)
    assert isinstance(nonsense.exception(20), sqlite3.OperationalError)
    assert keys(opened) == ["a", "b"]
    assert opened.replaced == []


def test_a_cancelled_work_is_not_done(opened: Opened) -> None:
    busy, go_on = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        busy.set()
        assert go_on.wait(20)

    opened.store.submit(hold)
    assert busy.wait(20)
    future = opened.store.submit(recording("never"))
    assert future.cancel()
    go_on.set()
    opened.flush()
    assert keys(opened) == []


def test_after_the_stop_nothing_is_taken(open_store: Open) -> None:
    opened = open_store()
    opened.store.stop()
    with pytest.raises(StoreError, match="not open"):
        opened.store.submit(lambda _: None).result(20)
    assert not opened.store.health().writer.alive


def test_works_queued_before_the_stop_are_committed(open_store: Open) -> None:
    first = open_store()
    futures = [first.store.submit(recording(str(n))) for n in range(20)]
    first.store.stop()
    assert [future.result(0) for future in futures] == [str(n) for n in range(20)]
    assert len(keys(open_store())) == 20


def fill_up(opened: Opened) -> list[int]:
    """Puts rows in until one is refused; returns the ids of those that were not."""
    numbers: list[int] = []
    for n in range(100):
        future = opened.store.outbox.put(Publication(f"t/{n}", b"z" * (100 << 10)), Lane.COMMANDS)
        error = future.exception(20)
        if error is not None:
            assert isinstance(error, StoreFullError)
            return numbers
        numbers.append(future.result())
    pytest.fail("it never was full")


def test_a_full_store_refuses_works_and_keeps_messages(open_store: Open) -> None:
    """Rows go on being deleted, and as soon as there is room the kept messages are committed."""
    opened = open_store(max_bytes=8 << 20)
    numbers = fill_up(opened)
    assert len(numbers) > 10
    # Long enough for the writer to end the round in which it refused: it stays full after that.
    time.sleep(0.1)
    full_since = opened.store.health().writer.full_since
    assert full_since == opened.clock()

    opened.put("late", b"m" * (400 << 10))
    with pytest.raises(StoreFullError):
        opened.store.outbox.put(Publication("no", b"z" * (400 << 10)), Lane.COMMANDS).result(20)
    assert opened.committed == []

    opened.store.outbox.sent(numbers[:10])
    assert opened.wait(1)[0].received.message.topic == "late"
    opened.flush()
    assert opened.store.health().writer.full_since is None
    assert opened.store.health().writer.failing == ""
    assert [row.id for row in opened.store.outbox.due(200, now=0)] == numbers[10:]


def test_readings_are_given_up_before_a_command_is_refused(open_store: Open) -> None:
    opened = open_store(max_bytes=8 << 20)
    opened.put("first")
    for second in range(150_000):
        opened.store.history.add("s", float(second), 1.5)
    number = 0
    while opened.store.ledger.totals().get("history") is None:
        publication = Publication(f"t/{number}", b"z" * (50 << 10))
        opened.store.outbox.put(publication, Lane.COMMANDS).result(20)
        number += 1
        assert number < 100
    assert len(opened.store.outbox.rows()) == number
    assert opened.store.history.last("s") is not None


def test_an_error_of_the_device_is_the_works(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(opened.store.place.database, isolation_level=None)
    monkeypatch.setattr("lamplighter.store.files.database._TIGHT_BYTES", 0)
    opened.store.submit(lambda connection: connection.execute("PRAGMA busy_timeout=10")).result(20)
    other.execute("BEGIN IMMEDIATE")
    opened.put("waits")
    with pytest.raises(StoreError, match="locked"):
        opened.store.submit(lambda _: None).result(20)
    assert opened.committed == []
    other.execute("ROLLBACK")
    other.close()
    assert opened.wait(1)[0].received.message.topic == "waits"
