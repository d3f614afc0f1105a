"""How many rows went through the outbox since the start, by link and lane."""

from __future__ import annotations

import math
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable

from lamplighter.store.outbound.lanes import Lane

Key = tuple[str, Lane]
"""A link and a lane."""


class Traffic:
    """Counts for rates: what is kept and lost is in the database itself. Any thread may ask.

    A rider of the writer, beside that of the rows: what is rolled back has not been put in.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tried: Counter[Key] = Counter()
        self._put: Counter[Key] = Counter()
        self._sent: Counter[Key] = Counter()

    def put(self, rows: Iterable[tuple[str, int]]) -> None:
        """Rows were put in, on the writer's thread: link and lane of each. Counted when on disk."""
        self._tried.update((link, Lane(lane)) for link, lane in rows)

    def sent(self, link: str, lane: Lane, rows: int = 1) -> None:
        """Rows were taken by their broker."""
        with self._lock:
            self._sent[link, lane] += rows

    def totals(self) -> tuple[dict[Key, int], dict[Key, int]]:
        """Rows put in, and rows sent."""
        with self._lock:
            return dict(self._put), dict(self._sent)

    def deadline(self) -> float:
        """It wants nothing itself."""
        return math.inf

    def write(self, connection: sqlite3.Connection) -> None:
        """Has nothing to write."""

    def settle(self, *, committed: bool) -> None:
        """Counts what is on disk now, and forgets what was rolled back."""
        tried, self._tried = self._tried, Counter()
        if committed:
            with self._lock:
                self._put.update(tried)
