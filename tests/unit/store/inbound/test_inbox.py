"""The inbox: committed before reported, in order, kept until done."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.link.received import Received
from lamplighter.plugin import Message

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.store.conftest import Open, Opened


def test_rows_are_on_disk_when_they_are_reported(opened: Opened) -> None:
    opened.put("home/a", b"\x00\xff")
    (row,) = opened.wait(1)
    assert row.received.message.payload == b"\x00\xff"
    assert (row.received.epoch, row.received.mid) == (1, 7)
    assert opened.store.readers.rows("SELECT id, topic, payload FROM inbox") == [
        (row.id, "home/a", b"\x00\xff")
    ]


def test_rows_are_reported_in_order_of_arrival(opened: Opened) -> None:
    for number in range(2500):
        opened.put(f"t/{number}")
    rows = opened.wait(2500)
    assert [row.received.message.topic for row in rows] == [f"t/{n}" for n in range(2500)]
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    assert opened.store.inbox.queued_bytes == 0


def test_two_network_threads_lose_nothing(opened: Opened) -> None:
    def send(name: str) -> None:
        for number in range(500):
            opened.put(f"{name}/{number}")

    threads = [threading.Thread(target=send, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    topics = [row.received.message.topic for row in opened.wait(1000)]
    for name in "ab":
        own = [topic for topic in topics if topic.startswith(name)]
        assert own == [f"{name}/{n}" for n in range(500)]


def test_what_was_not_done_is_pending_after_a_restart(open_store: Open) -> None:
    first = open_store()
    for topic in "abc":
        first.put(topic)
    rows = first.wait(3)
    first.store.inbox.done([rows[1].id])
    first.store.stop()

    second = open_store()
    left = second.store.inbox.pending()
    assert [row.received.message.topic for row in left] == ["a", "c"]
    assert all(row.received.epoch == -1 for row in left)
    second.put("new")
    second.wait(1)
    assert [row.received.message.topic for row in second.store.inbox.pending()] == ["a", "c"]
    assert second.committed[0].id > left[-1].id


def test_pending_can_be_read_in_pages(open_store: Open) -> None:
    first = open_store()
    for number in range(25):
        first.put(str(number))
    first.wait(25)
    first.store.stop()
    inbox = open_store().store.inbox
    seen: list[str] = []
    page = inbox.pending(limit=10)
    while page:
        seen.extend(row.received.message.topic for row in page)
        page = inbox.pending(page[-1].id, limit=10)
    assert seen == [str(number) for number in range(25)]


def test_a_message_keeps_all_its_fields(open_store: Open) -> None:
    message = Message("t", b"p", 2, True, 12.5, "answer/here", b"\x01", True)
    first = open_store()
    first.store.inbox.put(Received(message, 3, 9))
    first.wait(1)
    first.store.stop()
    assert open_store().store.inbox.pending()[0].received.message == message


def test_a_buried_row_moves_to_the_dead_letters(opened: Opened) -> None:
    opened.put("bad", b"{")
    (row,) = opened.wait(1)
    opened.store.inbox.bury(row, "no JSON")
    opened.flush()
    assert opened.store.inbox.depth() == 0
    (letter,) = opened.store.dead_letters.latest()
    assert (letter.message.topic, letter.message.payload, letter.reason) == ("bad", b"{", "no JSON")
    assert letter.buried == opened.clock()


def test_a_message_too_long_is_acknowledged_and_buried(open_store: Open) -> None:
    opened = open_store(max_bytes=8 << 20)
    opened.put("long", b"y" * (600 << 10))
    opened.put("short")
    long, short = opened.wait(2)
    assert long.buried
    assert not short.buried
    (letter,) = opened.store.dead_letters.latest()
    assert letter.bytes == 600 << 10
    assert len(letter.message.payload) == 64 << 10
    assert "too long" in letter.reason
    assert opened.store.inbox.depth() == 1


def test_a_message_that_sqlite_can_not_hold_hurts_no_other(opened: Opened) -> None:
    opened.put("good/1")
    opened.store.inbox.put(Received(Message("big", b"x", qos=2**65), 1, 1))
    opened.put("good/2")
    rows = opened.wait(3)
    assert [row.buried for row in rows if row.received.message.topic.startswith("good")] == [
        False,
        False,
    ]
    assert opened.store.inbox.depth() == 2


def test_a_topic_that_is_no_utf8_is_kept_escaped(opened: Opened) -> None:
    opened.put("odd/\ud800")
    opened.wait(1)
    assert opened.store.readers.rows("SELECT topic FROM inbox") == [("odd/\\ud800",)]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.sampled_from(["put", "done", "restart"]), max_size=25))
def test_model_of_the_inbox(open_store: Open, tmp_path: Path, steps: list[str]) -> None:
    """Whatever happens, the rows that were put and not done are there, in order."""
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    opened = open_store(folder)
    expected: dict[int, str] = {}
    count = 0
    for step in steps:
        if step == "put":
            before = len(opened.committed)
            opened.put(str(count))
            expected[opened.wait(before + 1)[-1].id] = str(count)
            count += 1
        elif step == "done" and expected:
            first = next(iter(expected))
            opened.store.inbox.done([first])
            del expected[first]
        elif step == "restart":
            opened.store.stop()
            opened = open_store(folder)
            found = {row.id: row.received.message.topic for row in opened.store.inbox.pending()}
            assert found == expected
            assert list(found) == list(expected)
    opened.store.stop()
