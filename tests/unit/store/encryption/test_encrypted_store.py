"""A store whose payloads are encrypted: nothing readable on disk, and no key, no start."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.unit.store.secrets_kept import ONE, SECRET, TWO, fill, look, on_disk

from lamplighter.errors import StoreKeyError
from lamplighter.plugin import Message, Publication
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.files.place import Place
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.store import open_for_reading

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened


def test_nothing_that_was_said_is_readable_on_disk(open_store: Open, tmp_path: Path) -> None:
    plain = open_store(tmp_path / "plain")
    fill(plain)
    sealed = open_store(tmp_path / "sealed", seals=Seals([ONE]))
    fill(sealed)
    assert SECRET.encode() in on_disk(tmp_path / "plain")
    assert SECRET.encode() not in on_disk(tmp_path / "sealed")
    seen = look(plain)
    for table, found in seen.items():
        assert found or table in {"inbox", "never"}, table
    assert look(sealed) == seen
    sealed.store.stop()
    again = open_store(tmp_path / "sealed", seals=Seals([TWO, ONE]))
    plain.store.stop()
    assert look(again) == look(open_store(tmp_path / "plain"))


@pytest.mark.parametrize("keys", [[], [TWO]])
def test_without_its_key_it_does_not_start_and_nothing_is_lost(
    open_store: Open, tmp_path: Path, keys: list[object]
) -> None:
    first = open_store(seals=Seals([ONE]))
    fill(first)
    first.store.stop()
    for _ in range(2):
        with pytest.raises(StoreKeyError, match=ONE.fingerprint):
            open_store(seals=Seals(keys))  # type: ignore[arg-type]
    assert Place(tmp_path).quarantined() == []
    again = open_store(seals=Seals([ONE]))
    assert len(again.store.outbox.due(10, now=again.clock())) == 2
    assert len(again.store.inbox.pending()) == 1


def test_a_plain_store_may_be_encrypted_from_now_on(open_store: Open) -> None:
    first = open_store()
    fill(first)
    first.store.stop()
    again = open_store(seals=Seals([ONE]))
    again.put("ask", b"more")
    again.wait(1)
    assert look(again)["reply"] == json.dumps({"text": SECRET})
    again.store.stop()
    with pytest.raises(StoreKeyError):
        open_store()
    assert [row.received.message.payload for row in pending(open_store(seals=Seals([ONE])))] == [
        SECRET.encode(),
        b"more",
    ]


def pending(opened: Opened) -> list[InboxRow]:
    return opened.store.inbox.pending()


def test_rows_that_were_exchanged_are_told_and_left_out(open_store: Open, tmp_path: Path) -> None:
    first = open_store(seals=Seals([ONE]))
    for topic in ("light", "lock", "blind"):
        first.put(topic, topic.encode())
        first.store.outbox.put(Publication(f"{topic}/set", b"on"), Lane.COMMANDS).result(20)
    first.wait(3)
    first.store.stop()
    with closing(sqlite3.connect(Place(tmp_path).database)) as database, database:
        for table in ("inbox", "outbox"):
            database.execute(
                f"UPDATE {table} SET payload = (SELECT payload FROM {table} WHERE id = 1)"  # noqa: S608
                " WHERE id = 2"
            )
    again = open_store(seals=Seals([ONE]))
    assert [row.received.message.topic for row in pending(again)] == ["light", "blind"]
    due = again.store.outbox.due(10, now=again.clock())
    assert [row.publication.topic for row in due] == ["light/set", "blind/set"]
    again.flush()
    (letter,) = again.store.dead_letters.latest()
    assert (letter.message.topic, letter.message.payload) == ("lock", b"")
    assert letter.reason.startswith("unreadable")
    assert again.store.inbox.depth() == 2
    assert again.store.ledger.totals()["commands"] == {"unreadable": 1}
    assert sum(each.rows for each in again.store.outbox.depth()) == 2
    assert again.replaced == []


def test_a_damaged_store_is_salvaged_encrypted(open_store: Open, tmp_path: Path) -> None:
    first = open_store(seals=Seals([ONE]))
    fill(first)
    seen = look(first)
    first.store.stop()
    with Place(tmp_path).database.open("r+b") as file:
        file.write(b"x" * 100)
    with pytest.raises(StoreKeyError):
        open_store()
    again = open_store(seals=Seals([ONE]))
    assert len(Place(tmp_path).quarantined()) == 1
    assert {**look(again), "inbox": seen["inbox"]} == seen
    assert [row.received.message.payload for row in pending(again)] == [SECRET.encode()]
    assert SECRET.encode() not in on_disk(tmp_path)


def test_who_only_reads_needs_the_key_for_what_is_encrypted(
    open_store: Open, tmp_path: Path
) -> None:
    opened = open_store(seals=Seals([ONE]))
    fill(opened)
    without, within = open_for_reading(tmp_path), open_for_reading(tmp_path, Seals([ONE]))
    try:
        assert without.history.last("temperature") is not None
        assert without.inbox.depth() == 1
        with pytest.raises(StoreKeyError):
            without.dead_letters.latest()
        assert len(within.dead_letters.latest()) == 1
    finally:
        without.readers.close()
        within.readers.close()


def test_a_message_is_what_it_was(open_store: Open) -> None:
    first = open_store(seals=Seals([ONE]))
    message = Message("t", b"\x01LmS\x00", qos=1, retain=True, arrived=1.5, response_topic="a/b")
    from lamplighter.link.received import Received

    first.store.inbox.put(Received(message, 1, 7))
    first.wait(1)
    first.store.stop()
    assert [row.received.message for row in pending(open_store(seals=Seals([ONE])))] == [message]
