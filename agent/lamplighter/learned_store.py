"""Keeps what was learned of the machines, seldom enough for flash memory to live long."""

from __future__ import annotations

import json

import structlog

from lamplighter.errors import PayloadError
from lamplighter.faults.monitor import FaultMonitor
from lamplighter.store.store import Store

_log = structlog.get_logger("machines")

EVERY_S = 600.0
"""What is small is kept so often; what is larger, in proportion more seldom."""
_SMALL = 131_072
_SELDOM_S = 21_600.0
_SNAPSHOT = "learned"


class LearnedStore:
    """Keeps what was learned in the store. Lives on the asyncio loop.

    A stop that is none of ours loses what was learned since it was kept last: ten minutes for a
    few hundred signals, at most six hours for very many.

    Args:
        monitor: learns.
        store: keeps it.
    """

    def __init__(self, monitor: FaultMonitor, store: Store) -> None:
        self.monitor = monitor
        self.store = store
        self._every = EVERY_S
        self._next: float | None = None

    def start(self) -> None:
        """Goes on from what was kept, or learns anew."""
        stored = self.store.snapshots.get(_SNAPSHOT)
        if stored is None:
            return
        try:
            self.monitor.restore_learned(stored)
        except PayloadError as error:
            _log.warning("learned_not_restored", reason=str(error))

    def tick(self, now: float) -> None:
        """Keeps it from time to time; also after a clock was set."""
        if self._next is None or now < self._next - 2 * self._every:
            self._next = now + self._every
        elif now >= self._next:
            self.keep()
            self._next = now + self._every

    def keep(self) -> None:
        """Keeps it now: at the stop, and where the database was replaced."""
        learned = self.monitor.learned()
        if learned:
            size = len(json.dumps(learned))
            self._every = min(_SELDOM_S, EVERY_S * max(1.0, size / _SMALL))
            self.store.snapshots.put(_SNAPSHOT, learned)
