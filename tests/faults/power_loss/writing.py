"""A process that uses the store under the recorder, and says in the record what it was promised.

Usage: python -m tests.faults.power_loss.writing FOLDER NAME
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from lamplighter.link.received import Received
from lamplighter.plugin import Message, Publication
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.store import Store

MAX_BYTES = 64 << 20
NOW = 1_700_000_000.0
_WITHIN = 60.0


class Marks:
    """The process's own voice in the record."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / "marks", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def say(self, kind: str, names: Sequence[str]) -> None:
        """One call for all: they became true together."""
        os.write(self._descriptor, "".join(f"{kind} {name}\n" for name in names).encode())


class Agent:
    """A store that is used as the daemon does."""

    def __init__(self, folder: Path, first: int = 0) -> None:
        self.marks = Marks(folder)
        self.committed: list[InboxRow] = []
        self.store = Store(
            folder / "store",
            max_bytes=MAX_BYTES,
            on_committed=self._committed,
            on_outbox=lambda: None,
            on_replaced=lambda report: self.marks.say("replaced", [str(report.quarantined)]),
            clock=lambda: NOW,
        )
        self._number = first

    def start(self) -> None:
        report = self.store.start()
        self.marks.say("started", [report.reason or "well"])

    def receive(self, count: int, size: int) -> None:
        """Takes messages in, and returns when they were acked."""
        due = len(self.committed) + count
        for _ in range(count):
            self._number += 1
            message = Message(f"in/{self._number}", b"m" * size, arrived=NOW)
            self.store.inbox.put(Received(message, 1, 1))
        deadline = time.monotonic() + _WITHIN
        while len(self.committed) < due:
            assert time.monotonic() < deadline
            time.sleep(0.001)

    def handle(self, count: int) -> None:
        """Handles the oldest messages."""
        rows, self.committed[:count] = self.committed[:count], []
        self.marks.say("handled", [row.received.message.topic for row in rows])
        self.store.inbox.done([row.id for row in rows])

    def command(self) -> None:
        """Carries a command out: recorded as finished with its action; then the action leaves."""
        self._number += 1
        key = f"command/{self._number}"

        def work(connection: sqlite3.Connection) -> int:
            self.store.commands.finish(connection, key, "{}", NOW)
            return self.store.outbox.insert(
                connection, Publication(key, b"on"), Lane.COMMANDS, command=key
            )

        row = self.store.submit(work).result(_WITHIN)
        self.marks.say("finished", [key])
        self.marks.say("put", [key])
        if self._number % 2:
            self.marks.say("sending", [key])
            self.store.outbox.sent([row], at_once=True)
            self.flush()
            self.marks.say("removed", [key])

    def report(self, count: int) -> None:
        """Puts readings into the outbox, and samples into the history."""
        futures = []
        for _ in range(count):
            self._number += 1
            topic = f"out/{self._number}"
            futures.append((topic, self.store.outbox.put(Publication(topic, b"o"), Lane.STATES)))
            self.store.history.add(f"series/{self._number % 3}", NOW + self._number, 1.0)
        for topic, future in futures:
            future.result(_WITHIN)
            self.marks.say("put", [topic])
        self.flush()
        self.marks.say("sampled", [topic for topic, _ in futures])

    def flush(self) -> None:
        self.store.submit(lambda _: None).result(_WITHIN)

    def _committed(self, rows: Sequence[InboxRow]) -> None:
        self.marks.say("acked", [row.received.message.topic for row in rows])
        self.committed.extend(rows)


def use(agent: Agent, rounds: int) -> None:
    """A bit of everything, with checkpoints by hand and by themselves."""
    for number in range(rounds):
        agent.receive(8, 300)
        agent.command()
        agent.report(3)
        agent.handle(4)
        if number % 7 == 3:
            agent.store.checkpoint().result(_WITHIN)
        if number % 5 == 2:
            agent.store.trim(NOW).result(_WITHIN)


def begin_and_go_on(folder: Path) -> None:
    """From nothing; ends without a goodbye."""
    agent = Agent(folder)
    agent.start()
    use(agent, 12)


def grow_and_shrink(folder: Path) -> None:
    """Past several checkpoints and vacuums, then ends cleanly and starts again."""
    agent = Agent(folder)
    agent.start()
    for _ in range(3):
        agent.receive(100, 30_000)
        agent.command()
    agent.handle(290)
    agent.flush()
    for _ in range(4):
        agent.report(2)
        agent.store.trim(NOW).result(_WITHIN)
        agent.store.checkpoint().result(_WITHIN)
    agent.store.stop()
    again = Agent(folder)
    again.start()
    again.report(2)


def go_on(folder: Path) -> None:
    """With what is there: an older database, or a damaged one."""
    agent = Agent(folder, first=1000)
    agent.start()
    agent.command()
    agent.report(2)


def receive_only(folder: Path) -> None:
    """Takes messages in, however often the disk fails."""
    agent = Agent(folder)
    agent.start()
    for _ in range(24):
        agent.receive(40, 5000)
    agent.receive(1, 500)


def damaged_while_running(folder: Path) -> None:
    """The header is overwritten underneath, and a reader finds it."""
    agent = Agent(folder)
    agent.start()
    use(agent, 2)
    agent.store.checkpoint().result(_WITHIN)
    overwrite(folder / "store" / "lamplighter.db")
    agent.store.writer.suspect("told so")
    use(agent, 2)


def overwrite(database: Path) -> None:
    """Overwrites the header, durably."""
    descriptor = os.open(database, os.O_WRONLY)
    os.pwrite(descriptor, b"\xde\xad" * 50, 0)
    os.fsync(descriptor)
    os.close(descriptor)


PROGRAMS: dict[str, Callable[[Path], None]] = {
    program.__name__: program
    for program in (begin_and_go_on, grow_and_shrink, go_on, receive_only, damaged_while_running)
}

if __name__ == "__main__":
    PROGRAMS[sys.argv[2]](Path(sys.argv[1]))
    # No goodbye: what a stop would write belongs to no promise.
    os._exit(0)
