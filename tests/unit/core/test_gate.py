"""The gate: reading pauses beyond its bounds and goes on below half of them."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from tests.unit.store.conftest import Opened

from lamplighter.gate import Gate
from lamplighter.link.received import Received
from lamplighter.plugin import Message
from lamplighter.store.inbound.inbox import InboxRow


class Bench:
    """A gate, and what it told the link."""

    def __init__(self) -> None:
        self.put: list[Received] = []
        self.said: list[str] = []
        self.tasks = 0
        self.gate = Gate(
            put=self.put.append,
            pause=lambda: self.said.append("pause"),
            resume=lambda: self.said.append("resume"),
            running=lambda: self.tasks,
            most_bytes=10_000,
            most_tasks=4,
        )

    def receive(self, count: int, size: int = 500) -> list[InboxRow]:
        rows = [
            InboxRow(number, Received(Message("t", b"x" * size), 1, number))
            for number in range(count)
        ]
        for row in rows:
            self.gate.receive(row.received)
        return rows


def test_it_pauses_once_beyond_the_bound_and_resumes_below_half_of_it() -> None:
    bench = Bench()
    rows = bench.receive(12)
    assert len(bench.put) == 12
    assert bench.said == ["pause"]
    bench.gate.taken(rows[:5])
    assert bench.said == ["pause"]
    bench.gate.taken(rows[5:9])
    assert bench.said == ["pause", "resume"]
    bench.gate.taken(rows[9:])
    assert bench.gate.held == 0


def test_one_huge_message_is_enough() -> None:
    bench = Bench()
    rows = bench.receive(1, size=20_000)
    assert bench.said == ["pause"]
    bench.gate.taken(rows)
    assert bench.said == ["pause", "resume"]


def test_too_many_running_tasks_pause_it_too() -> None:
    bench = Bench()
    bench.tasks = 5
    rows = bench.receive(1)
    bench.gate.taken(rows)
    assert bench.said == ["pause"]
    bench.tasks = 1
    bench.gate.look()
    assert bench.said == ["pause", "resume"]


def test_a_resume_that_comes_amid_a_pause_is_told_after_it() -> None:
    bench = Bench()
    rows: list[InboxRow] = []
    told: list[str] = []
    loop = threading.Thread(target=lambda: bench.gate.taken(rows))

    def pause() -> None:
        # Just now the loop takes what is held.
        loop.start()
        loop.join(0.2)
        told.append("pause")

    bench.gate.pause = pause
    bench.gate.resume = lambda: told.append("resume")
    row = InboxRow(1, Received(Message("t", b"x" * 20_000), 1, 1))
    rows.append(row)
    bench.gate.receive(row.received)
    loop.join(20)
    assert told == ["pause", "resume"]


@pytest.mark.parametrize(
    "message",
    [
        Message("t" * 6000, b""),
        Message("t", b"", response_topic="r" * 6000),
        Message("t", b"", correlation=b"c" * 6000),
    ],
)
def test_all_that_a_message_holds_counts(message: Message) -> None:
    bench = Bench()
    rows = [InboxRow(number, Received(message, 1, number)) for number in range(2)]
    for row in rows:
        bench.gate.receive(row.received)
    assert bench.said == ["pause"]
    bench.gate.taken(rows)
    assert bench.gate.held == 0


def test_what_waits_for_a_disk_that_takes_nothing_is_bounded_however_much_is_sent(
    tmp_path: Path,
) -> None:
    """A broker that sends more than it was asked to is not read any further."""
    opened = Opened(tmp_path, limits=None, max_bytes=64 << 20)
    opened.store.start()
    busy, go_on = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        busy.set()
        assert go_on.wait(20)

    opened.store.submit(hold)
    assert busy.wait(20)
    reading = threading.Event()
    reading.set()
    gate = Gate(
        put=opened.store.inbox.put,
        pause=reading.clear,
        resume=reading.set,
        running=lambda: 0,
        most_bytes=1 << 20,
    )
    sent = 0
    while reading.is_set():
        sent += 1
        gate.receive(Received(Message(f"t/{sent}", b"x" * 2000, qos=1, arrived=1.0), 1, sent))
        assert sent < 6000
    assert opened.store.inbox.queued == sent
    assert opened.store.inbox.queued_bytes <= gate.held <= (1 << 20) + 4000
    go_on.set()
    gate.taken(opened.wait(sent))
    assert reading.is_set()
    assert (gate.held, opened.store.inbox.queued, opened.store.inbox.queued_bytes) == (0, 0, 0)
    opened.store.stop()
