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

# Of each machine its own: where a thousand signals are sound again one by one, each writes little.
_SNAPSHOT = "unsound_signals/"
# An earlier version kept all of them in one.
_FORMER = "unsound_signals"


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
        self._told: dict[str, set[str]] = {}
        self._refused: dict[str, tuple[SignalChanged, Future[int]]] = {}

    def start(self) -> None:
        """Tells of every signal that is not good, and takes back what no longer is so."""
        before = self._kept()
        now = self.monitor.signals()
        for asset, tag in before - {(change.asset, change.tag) for change in now}:
            # An empty retained message is none: the signal is good, or there is none.
            topic = self._topic(f"{asset}/{tag}")
            self.publish(Publication(topic, b"", retain=True), Lane.ALARMS)
        for change in now:
            self.take(change)
        for asset in {asset for asset, _ in before} | set(self._told):
            self._keep(asset)
        if self.store.snapshots.get(_FORMER) is not None:
            self.store.snapshots.remove(_FORMER)

    def take(self, change: SignalChanged) -> None:
        """Publishes a signal's record, keeps whether it is good, and logs it."""
        name, record = f"{change.asset}/{change.tag}", change.record
        encoded = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
        publication = Publication(self._topic(name), encoded, retain=True)
        self._refused[name] = (change, self.publish(publication, Lane.ALARMS))
        told = self._told.setdefault(change.asset, set())
        if (record["status"] == SignalStatus.GOOD) is (change.tag in told):
            told.symmetric_difference_update((change.tag,))
            self._keep(change.asset)
        _log.info("signal", **{key: record[key] for key in ("asset", "tag", "status", "why")})

    def keep(self) -> None:
        """Keeps which signals are not good once more, where the database was replaced."""
        for asset in self._told:
            self._keep(asset)

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

    def _keep(self, asset: str) -> None:
        if tags := self._told.get(asset):
            self.store.snapshots.put(f"{_SNAPSHOT}{asset}", sorted(tags))
        else:
            self.store.snapshots.remove(f"{_SNAPSHOT}{asset}")

    def _kept(self) -> set[tuple[str, str]]:
        """The signals that were not good when an earlier run ended: asset and tag."""
        snapshots = self.store.snapshots
        former = snapshots.get(_FORMER)
        names = former if isinstance(former, dict) else {}
        found = {(asset, tag) for asset, _, tag in (name.partition("/") for name in names)}
        for name, tags in snapshots.starting_with(_SNAPSHOT).items():
            asset = name.removeprefix(_SNAPSHOT)
            found |= {(asset, tag) for tag in tags if isinstance(tag, str)}
        return found

    def _topic(self, name: str) -> str:
        return f"{self.root}/signals/{name}"
