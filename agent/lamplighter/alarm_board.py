"""What is published of alarms beside their records: key figures, and each machine in one message.

Both are retained JSON: ``alarm_kpis`` about once a minute where it changed, and
``machines/<asset>`` as soon as one of the machine's alarms changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

import structlog

from lamplighter.errors import PayloadError
from lamplighter.faults.monitor import FaultMonitor, Operated
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.audit import OF_ALARMS, AuditEntry
from lamplighter.store.store import Store

_log = structlog.get_logger("machines")

KPIS_EVERY_S = 60.0
_SNAPSHOT = "alarm_figures"
_MACHINES = "machines"
_MOST_CONDITIONS = 50
_IN_HEALTH = (
    "per_10_min", "mean_per_10_min", "peak_per_10_min", "standing", "unacknowledged", "shelved",
    "suppressed", "out_of_service", "chattering_count", "stale_count", "flood",
    "mean_time_to_acknowledge_s",
)  # fmt: skip


class AlarmBoard:
    """Publishes the overview, keeps the figures, and audits operations. Lives on the asyncio loop.

    Args:
        monitor: has the alarms.
        store: keeps the figures and the audit.
        root: ``lamplighter/<node>``.
        publish: puts a message into the outbox, in a lane.

    Attributes:
        kpis: the figures as they were published last.
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
        self.kpis: dict[str, Any] = {}
        self._next = 0.0
        self._machines: dict[str, bytes] = {}
        self._refused: dict[str, Future[int]] = {}

    def start(self, now: float) -> None:
        """Goes on counting, and publishes every machine as it stands."""
        stored = self.store.snapshots.get(_SNAPSHOT)
        if stored is not None:
            self._withdraw(stored)
            try:
                self.monitor.restore_figures(stored)
            except PayloadError as error:
                _log.warning("alarm_figures_not_restored", reason=str(error))
        self.show(self.monitor.assets())
        self._tell(now)

    def tick(self, now: float) -> None:
        """Publishes the figures once a minute where they changed; also after a clock was set."""
        if now >= self._next or now < self._next - 2 * KPIS_EVERY_S:
            self._tell(now)
        for topic, future in list(self._refused.items()):
            if future.done():
                del self._refused[topic]
                if future.exception() is not None:
                    self._machines.pop(topic.rpartition("/")[2], None)
                    self.show([topic.rpartition("/")[2]])

    def keep(self) -> None:
        """Keeps the figures: at the stop, and where the database was replaced."""
        if assets := self.monitor.assets():
            self.store.snapshots.put(_SNAPSHOT, {**self.monitor.figures(), _MACHINES: assets})

    def show(self, assets: Iterable[str]) -> None:
        """Publishes machines whose alarms changed."""
        for asset in assets:
            payload = _encoded(self.monitor.overview(asset))
            if self._machines.get(asset) == payload:
                continue
            self._machines[asset] = payload
            topic = f"{self.root}/machines/{asset}"
            self._refused[topic] = self.publish(
                Publication(topic, payload, retain=True), Lane.ALARMS
            )

    def summary(self) -> dict[str, Any]:
        """The key figures as ``health`` tells them: numbers only; none before the first ones."""
        if not self.kpis:
            return {}
        return {key: self.kpis[key] for key in _IN_HEALTH}

    def audit(self, done: Operated) -> None:
        """Notes who did what to which alarms, for ``lamplighter alarms history``."""
        control = done.control
        by_asset: dict[str, list[str]] = {}
        for asset, key in (*done.changed, *done.windows):
            by_asset.setdefault(asset, []).append(key)
        for asset, keys in by_asset.items():
            data: dict[str, Any] = {"user": control.user, "count": len(keys)}
            if done.windows:
                data["window"] = control.name
            else:
                data["conditions"] = keys[:_MOST_CONDITIONS]
            if control.op in {"shelve", "window"}:
                data["minutes"] = control.minutes
            self.store.audit.put(AuditEntry(control.at, asset, f"{OF_ALARMS}{control.op}", data))

    def _withdraw(self, stored: Any) -> None:
        """Clears the messages on machines that the configuration no longer has."""
        kept = stored.get(_MACHINES) if isinstance(stored, dict) else None
        known = set(self.monitor.assets())
        before = [each for each in kept or () if isinstance(each, str)]
        gone = [f"machines/{asset}" for asset in before if asset not in known]
        if before and not known:
            gone.append("alarm_kpis")
            self.store.snapshots.remove(_SNAPSHOT)
        for name in gone:
            self.publish(Publication(f"{self.root}/{name}", b"", retain=True), Lane.ALARMS)

    def _tell(self, now: float) -> None:
        self._next = now + KPIS_EVERY_S
        if not self.monitor.assets():
            return
        kpis = self.monitor.kpis(now)
        if kpis == self.kpis:
            return
        self.kpis = kpis
        self.keep()
        publication = Publication(f"{self.root}/alarm_kpis", _encoded(kpis), retain=True)
        self.publish(publication, Lane.ALARMS)


def _encoded(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
