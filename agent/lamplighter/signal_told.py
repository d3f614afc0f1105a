"""Publishes the signals' own health, retained, on ``signals/<asset>/<tag>``, where it changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import structlog

from lamplighter.faults.monitor import FaultMonitor
from lamplighter.faults.signals.signal_board import SignalChanged
from lamplighter.faults.signals.status import SignalStatus
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.store import Store

_log = structlog.get_logger("machines")

_SNAPSHOT = "unsound_signals"


class SignalTeller:
    """Tells of signals. Lives on the asyncio loop.

    What is not good is remembered over restarts: the next run takes the record back where the
    signal is sound by then, or no more.

    Args:
        monitor: has the signals.
        store: keeps which of them are not good.
        root: ``lamplighter/<node>``.
        publish: puts a message into the outbox, in a lane.
    """

    def __init__(
        self,
        monitor: FaultMonitor,
        store: Store,
        *,
        root: str,
        publish: Callable[[Publication, Lane], Future[int]],
    ) -> None:
        self.monitor = monitor
        self.store = store
        self.root = root
        self.publish = publish
        self._told: dict[str, str] = {}
        self._refused: dict[str, tuple[SignalChanged, Future[int]]] = {}

    def start(self) -> None:
        """Tells of every signal that is not good, and takes back what no longer is so."""
        before = self.store.snapshots.get(_SNAPSHOT) or {}
        now = self.monitor.signals()
        names = {f"{change.asset}/{change.tag}" for change in now}
        for name in before:
            if name not in names:
                # An empty retained message is none: the signal is good, or there is none.
                self.publish(Publication(self._topic(name), b"", retain=True), Lane.STATES)
        for change in now:
            self.take(change)
        self.keep()

    def take(self, change: SignalChanged) -> None:
        """Publishes a signal's record, and logs it."""
        name, record = f"{change.asset}/{change.tag}", change.record
        encoded = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
        publication = Publication(self._topic(name), encoded, retain=True)
        self._refused[name] = (change, self.publish(publication, Lane.STATES))
        if record["status"] == SignalStatus.GOOD:
            self._told.pop(name, None)
        else:
            self._told[name] = record["status"]
        _log.info("signal", **{key: record[key] for key in ("asset", "tag", "status", "why")})

    def keep(self) -> None:
        """Keeps which signals are not good."""
        self.store.snapshots.put(_SNAPSHOT, self._told)

    def tick(self) -> None:
        """Tells again what the store refused."""
        for name, (change, future) in list(self._refused.items()):
            if not future.done():
                continue
            del self._refused[name]
            if future.exception() is not None:
                self.take(change)

    def facts(self) -> dict[str, Any]:
        """How the signals are, for ``health``."""
        return self.monitor.quality()

    def _topic(self, name: str) -> str:
        return f"{self.root}/signals/{name}"
