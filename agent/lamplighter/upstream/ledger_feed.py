"""Tells upstream what was lost: the ledger's lines, whenever they changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox import UPSTREAM
from lamplighter.store.records.ledger import Loss
from lamplighter.store.store import Store

_CURSOR = "ledger_told_upstream"
_EVERY_S = 5.0
_MOST_LINES = 100
# What was put in and has no number yet.
_UNKNOWN = -1


class LedgerFeed:
    """Publishes changed lines on ``lamplighter/<node>/ledger`` upstream. Lives on the asyncio loop.

    A line is told with all its counts: of lines with the same ``link``, ``lane``, ``topic``,
    ``reason`` and ``day``, the last one told counts. Nothing is told while the broker is away or
    has not taken the last message: the ledger itself keeps it.

    Args:
        store: the ledger, and where it is noted what was told.
        root: ``lamplighter/<node>``.
        clock: UTC seconds.
        monotonic: seconds that never step.
    """

    def __init__(
        self,
        store: Store,
        root: str,
        *,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self.store = store
        self.topic = f"{root}/ledger"
        self.node = root.partition("/")[2]
        self.clock = clock
        self.monotonic = monotonic
        self._after: int | None = None
        self._due = 0.0
        self._waiting: int | None = None

    def tick(self) -> None:
        """Tells what changed, where the last message has left; the broker is there.

        Raises:
            StoreError: the database can't be read.
        """
        now = self.monotonic()
        if now < self._due or self._waiting == _UNKNOWN:
            return
        self._due = now + _EVERY_S
        if self._waiting is not None and self.store.outbox.has(self._waiting):
            return
        # Also where nobody said that it is gone: it may have been evicted, or lost with a database.
        self._waiting = None
        if self._after is None:
            self._after = int(self.store.snapshots.get(_CURSOR) or 0)
        lines = self.store.ledger.changes(self._after, _MOST_LINES)
        # What is told of this topic would have to be told again, and so on.
        about = [line for line in lines if line.topic != self.topic]
        if about:
            self._tell(about, lines[-1].change)
        elif lines:
            self._after = lines[-1].change

    def settled(self, row: int) -> None:
        """The broker has this row of the outbox, or it was given up."""
        if row == self._waiting:
            self._waiting = None

    def begin_again(self) -> None:
        """The database was replaced: how far it was told there is said there, or nowhere."""
        self._after = None

    def _tell(self, lines: list[Loss], change: int) -> None:
        payload = json.dumps(
            {"node": self.node, "at": round(self.clock(), 3), "lines": [_shown(x) for x in lines]},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        publication = Publication(self.topic, payload.encode())

        def work(connection: sqlite3.Connection) -> int:
            self.store.snapshots.write(connection, _CURSOR, change)
            return self.store.outbox.insert(connection, publication, Lane.ALARMS, link=UPSTREAM)

        self._waiting = _UNKNOWN
        self.store.submit(work).add_done_callback(
            lambda done: self._told(change, None if done.exception() else done.result())
        )

    def _told(self, change: int, row: int | None) -> None:
        """Called on the writer's thread; where it could not be kept, it is tried again."""
        if row is not None:
            self._after = change
        self._waiting = row


def _shown(line: Loss) -> dict[str, Any]:
    shown = {name: value for name, value in asdict(line).items() if value != ""}
    return {**shown, "day": line.day}
