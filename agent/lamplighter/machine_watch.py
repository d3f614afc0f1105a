"""The machines' place in the daemon: alarms kept and published, reports written and sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any

import structlog

from lamplighter.faults.evidence import Evidence
from lamplighter.faults.monitor import AlarmChanged, Change, EpisodeDue, FaultMonitor
from lamplighter.faults.report_writer import ReportWriter
from lamplighter.model_service import ModelService
from lamplighter.plugin import LogLine, Publication, Sample
from lamplighter.store.alarms import AlarmRecord
from lamplighter.store.lanes import Lane
from lamplighter.store.reports import ReportRecord
from lamplighter.store.store import Store

_log = structlog.get_logger("machines")

_SNAPSHOT = "fault_monitor"
_UNSENT = "unsent_report/"


class MachineWatch:
    """Feeds the monitor and carries out what it decides. Lives on the asyncio loop.

    Args:
        monitor: detectors, alarms, episodes.
        store: keeps alarms, reports and the monitor's state.
        models: writes reports where a model is loaded.
        root: ``lamplighter/<node>``.
        clock: UTC seconds.
        publish: puts a message into the outbox, in a lane.
    """

    def __init__(
        self,
        monitor: FaultMonitor,
        store: Store,
        models: ModelService,
        *,
        root: str,
        clock: Callable[[], float],
        publish: Callable[[Publication, Lane], object],
    ) -> None:
        self.monitor = monitor
        self.store = store
        self.models = models
        self.root = root
        self.clock = clock
        self.publish = publish
        self.written = {"model": 0, "template": 0}
        self._records: dict[tuple[str, str], dict[str, Any]] = {}
        self._writing: set[asyncio.Task[None]] = set()
        self._reports = asyncio.Lock()

    def start(self) -> None:
        """Goes on from where the last run stopped, and publishes every alarm as it stands."""
        stored = self.store.snapshots.get(_SNAPSHOT)
        if stored is not None:
            try:
                self.monitor.restore(stored)
            except (ValueError, TypeError, KeyError) as error:
                _log.warning("alarms_not_restored", reason=str(error))
        for change in self.monitor.records():
            self._alarm(change)
        for key, payload in self.store.snapshots.starting_with(_UNSENT).items():
            self._send(key, payload)

    async def stop(self, within: float) -> None:
        """Gives reports being written a moment; the next start sends the template's instead."""
        if self._writing:
            await asyncio.wait(self._writing, timeout=within)
        for task in self._writing:
            task.cancel()

    @property
    def active(self) -> list[dict[str, Any]]:
        """The records of all alarms whose condition holds."""
        return [record for record in self._records.values() if record["active"]]

    def sample(self, sample: Sample) -> None:
        """A machine's value."""
        self._carry_out(self.monitor.sample(sample))

    def log_line(self, line: LogLine) -> None:
        """A machine's log line."""
        self.monitor.log(line)

    def tick(self, now: float, *, connected: bool) -> None:
        """Delays, shelves, silences and episodes run on."""
        self._carry_out(self.monitor.tick(now, connected=connected))

    def control(self, op: dict[str, Any]) -> int:
        """Carries out an operation on alarms; returns how many records changed.

        Raises:
            PayloadError: it names no operation, machine or condition that exists.
        """
        changes = self.monitor.control(op)
        self._carry_out(changes)
        return len(changes)

    def _carry_out(self, changes: Iterable[Change]) -> None:
        changed = False
        for change in changes:
            changed = True
            if isinstance(change, AlarmChanged):
                self._alarm(change)
            else:
                self._episode(change)
        if changed:
            self.store.snapshots.put(_SNAPSHOT, self.monitor.snapshot())

    def _alarm(self, change: AlarmChanged) -> None:
        key = (change.asset, change.condition)
        before = self._records.get(key)
        self._records[key] = change.record
        now = self.clock()
        self.store.alarms.put(
            AlarmRecord(
                change.asset,
                change.condition,
                change.record["state"],
                change.record["severity"],
                since=now,
                updated=now,
                data=change.record,
            )
        )
        topic = f"{self.root}/alarms/{change.asset}/{change.condition}"
        self.publish(Publication(topic, _encoded(change.record), retain=True), Lane.ALARMS)
        if before is not None and before["state"] != change.record["state"]:
            _log.info(
                "alarm",
                asset=change.asset,
                condition=change.condition,
                state=change.record["state"],
                value=change.record["value"],
            )

    def _episode(self, change: EpisodeDue) -> None:
        task = asyncio.get_running_loop().create_task(self._report(change.evidence))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _report(self, evidence: Evidence) -> None:
        # The template's report is on disk while the model writes, should the power fail meanwhile.
        engine = self.models.engine
        model = f"{engine.name} {engine.version}" if engine else ""
        writer = ReportWriter(lexicon=self.monitor.lexicon(), model=model)
        report = await writer.write(evidence, None)
        key = f"{_UNSENT}{evidence.id}"
        self.store.snapshots.put(key, report.payload())
        if engine is not None:
            async with self._reports:  # one at a time, so that reports keep their order
                report = await writer.write(evidence, engine)
        self.written[report.written_by] += 1
        self._send(key, report.payload())

    def _send(self, key: str, payload: dict[str, Any]) -> None:
        self.store.reports.put(
            ReportRecord(self.clock(), payload["asset"], payload["name"], payload["text"], payload)
        )
        self.publish(Publication(f"{self.root}/reports", _encoded(payload)), Lane.ALARMS)
        self.store.snapshots.remove(key)
        _log.info(
            "report",
            id=payload["id"],
            asset=payload["asset"],
            kind=payload["kind"],
            by=payload["written_by"],
        )


def _encoded(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
