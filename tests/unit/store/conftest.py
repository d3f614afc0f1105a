"""A store in a temporary folder, with a clock that the test sets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from lamplighter.link.received import Received
from lamplighter.plugin import Message
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.limits import Limits
from lamplighter.store.recovery.opening import OpenReport
from lamplighter.store.store import Store

MAX_BYTES = 64 << 20


class Clock:
    """UTC seconds, as the test says."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Opened:
    """A store and what it reported."""

    def __init__(self, folder: Path, *, limits: Limits | None, max_bytes: int, **more: Any) -> None:
        self.clock = Clock()
        self.committed: list[InboxRow] = []
        self.outbox_calls = 0
        self.replaced: list[OpenReport] = []
        self._arrived = threading.Condition()
        self.store = Store(
            folder,
            max_bytes=max_bytes,
            on_committed=self._take,
            on_outbox=self._count,
            on_replaced=self.replaced.append,
            limits=limits,
            clock=self.clock,
            **more,
        )

    def put(self, topic: str, payload: bytes = b"x") -> None:
        """Puts a message in the inbox, as the link does."""
        self.store.inbox.put(Received(Message(topic, payload, qos=1, arrived=self.clock()), 1, 7))

    def wait(self, count: int) -> list[InboxRow]:
        """The rows reported as committed, when there are so many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.committed) >= count, 20)
            return list(self.committed)

    def flush(self) -> None:
        """Returns when all that was added until now is on disk."""
        # Twice: rows that ride are written before works are taken, so the first may miss them.
        for _ in range(2):
            self.store.submit(lambda _: None).result(20)

    def _take(self, rows: Sequence[InboxRow]) -> None:
        with self._arrived:
            self.committed.extend(rows)
            self._arrived.notify_all()

    def _count(self) -> None:
        self.outbox_calls += 1


Open = Callable[..., Opened]


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Open]:
    """Opens and starts stores on the test's folder; stops those that run at the end."""
    opened: list[Opened] = []

    def start(
        folder: Path | None = None,
        *,
        limits: Limits | None = None,
        max_bytes: int = MAX_BYTES,
        **more: Any,
    ) -> Opened:
        one = Opened(folder or tmp_path, limits=limits, max_bytes=max_bytes, **more)
        one.store.start()
        opened.append(one)
        return one

    yield start
    for one in opened:
        one.store.stop()


@pytest.fixture
def opened(open_store: Open) -> Opened:
    """One started store."""
    return open_store()
