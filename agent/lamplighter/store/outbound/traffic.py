"""How many rows went through the outbox since the start, by link and lane."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable

from lamplighter.store.outbound.lanes import Lane

Key = tuple[str, Lane]
"""A link and a lane."""


class Traffic:
    """Counts from any thread. For rates: what is kept and lost is in the database itself.

    Rows of a commit that had to be repeated count as often as they were written.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._put: Counter[Key] = Counter()
        self._sent: Counter[Key] = Counter()

    def put(self, rows: Iterable[tuple[str, int]]) -> None:
        """Rows were put in: link and lane of each."""
        with self._lock:
            self._put.update((link, Lane(lane)) for link, lane in rows)

    def sent(self, link: str, lane: Lane) -> None:
        """A row was taken by its broker."""
        with self._lock:
            self._sent[link, lane] += 1

    def totals(self) -> tuple[dict[Key, int], dict[Key, int]]:
        """Rows put in, and rows sent."""
        with self._lock:
            return dict(self._put), dict(self._sent)
