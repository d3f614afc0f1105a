"""The machines' place in the daemon: alarms kept and published, reports written and sent.

What must not be lost is on disk before it is acted on: first the template's report of an episode
that is due, then the monitor's state, then the alarms' records. A run that is cut short in between
is made up for by the next one, which publishes every alarm anew and sends the reports it finds.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from typing import Any

import structlog

from lamplighter.alarm_board import AlarmBoard
from lamplighter.errors import PayloadError
from lamplighter.faults.alarms.flood import FloodTold
from lamplighter.faults.alarms.flood_report import flood_report
from lamplighter.faults.alarms.life_cycle import State
from lamplighter.faults.condition import Severity
from lamplighter.faults.evidence.past_episodes import PastEpisodes
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.monitor import (
    AlarmChanged,
    Change,
    EpisodeDue,
    FaultMonitor,
    Operated,
)
from lamplighter.faults.reports.writer import BUDGET_S, BUSY, NO_MODEL, ReportWriter
from lamplighter.faults.signals.signal_board import SignalChanged
from lamplighter.learned_store import LearnedStore
from lamplighter.model_service import ModelService
from lamplighter.plugin import LogLine, Publication, Sample
from lamplighter.signal_told import SignalTeller
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.alarms import NORMAL, AlarmRecord
from lamplighter.store.records.audit import OF_ALARMS, AuditEntry
from lamplighter.store.records.reports import ReportRecord
from lamplighter.store.store import Store

_log = structlog.get_logger("machines")

# Of each machine its own: a change of one must not write a thousand others again.
_SNAPSHOT = "fault_monitor/"
_UNSENT = "unsent_report/"
_RETRY_S = 10.0
# A report that was sent is told by its id from one that was not, among so many of the last ones.
_RECENT = 50
_FAILED = "writing it failed"
# With more conditions than this, a start does not publish those that have always been normal.
_MOST_NORMAL = 1_000
# With more reports than this under way, the template writes.
_BACKLOG = 6


class MachineWatch:
    """Feeds the monitor and carries out what it decides. Lives on the asyncio loop.

    Args:
        monitor: detectors, alarms, episodes.
        store: keeps alarms, reports and the monitor's state.
        models: writes reports where a model is loaded.
        root: ``lamplighter/<node>``.
        clock: UTC seconds.
        publish: puts a message into the outbox, in a lane; the future tells when it is on disk.
    """

    def __init__(
        self,
        monitor: FaultMonitor,
        store: Store,
        models: ModelService,
        *,
        root: str,
        clock: Callable[[], float],
        publish: Callable[[Publication, Lane], Future[int]],
    ) -> None:
        self.monitor = monitor
        self.store = store
        self.models = models
        self.root = root
        self.clock = clock
        self.publish = publish
        self.learned = LearnedStore(monitor, store)
        self.board = AlarmBoard(monitor, store, root=root, publish=publish)
        self.signals = SignalTeller(monitor, store, root=root, publish=publish)
        self.past = PastEpisodes(store.episodes, monitor.tables.measured_by)
        self.written = {"model": 0, "template": 0}
        self.template_because: Counter[str] = Counter()
        self._active: dict[tuple[str, str], dict[str, Any]] = {}
        self._states: dict[tuple[str, str], str] = {}
        self._pending: dict[tuple[str, str], tuple[AlarmChanged, list[Future[Any]]]] = {}
        self._unsent: dict[str, dict[str, Any]] = {}
        self._writing: dict[str, asyncio.Task[None]] = {}
        self._retry_at = 0.0
        self._turn = asyncio.Lock()

    def start(self) -> None:
        """Goes on from where the last run stopped, and publishes every alarm as it stands."""
        self._restore()
        self.learned.start()
        self._withdraw_unknown()
        self._tell_all()
        self.board.start(self.clock())
        self.signals.start()
        self._unsent = self.store.snapshots.starting_with(_UNSENT)
        for key, payload in self._unsent.items():
            self._begin(key, self._send(key, payload))

    async def stop(self, within: float) -> None:
        """Gives reports being written a moment; the next start sends the template's instead."""
        self.board.keep()
        self.learned.keep()
        tasks = list(self._writing.values())
        if tasks:
            await asyncio.wait(tasks, timeout=within)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def active(self) -> list[dict[str, Any]]:
        """The records of all alarms whose condition holds."""
        return list(self._active.values())

    def sample(self, sample: Sample) -> None:
        """A machine's value."""
        self._carry_out(self.monitor.sample(sample))

    def log_line(self, line: LogLine) -> None:
        """A machine's log line, or a note about it."""
        self.monitor.log(line)
        if line.note and line.asset in self.monitor.assets():
            self._keep([line.asset])

    def tick(self, now: float, *, connected: bool) -> None:
        """Delays, shelves, silences and episodes run on; what could not be kept is tried again."""
        self._carry_out(self.monitor.tick(now, connected=connected))
        self._check_pending()
        self.learned.tick(now)
        self.board.tick(now)
        self.signals.tick()
        if now >= self._retry_at:
            self._retry_at = now + _RETRY_S
            for key, payload in self._unsent.items():
                if key not in self._writing:
                    self._begin(key, self._send(key, payload))

    def clock_set(self, by: float) -> None:
        """The clock was set, so many seconds forward."""
        self._retry_at += by
        self._carry_out(self.monitor.clock_set(by))

    def control(self, op: dict[str, Any]) -> Operated:
        """Carries out an operation on alarms; what it did is audited.

        Raises:
            PayloadError: it names no operation, machine or condition that exists.
        """
        done = self.monitor.operate(op)
        self._carry_out(done.changes)
        if done.windows and not done.changes:
            # A window that suppresses nothing yet must outlive a restart, too.
            self._keep({asset for asset, _ in done.windows})
        self.board.show({asset for asset, _ in done.windows})
        self.board.audit(done)
        return done

    def note(self, op: dict[str, Any]) -> dict[str, Any]:
        """Keeps what somebody wrote about a machine; returns the note as it is kept.

        With the id of an ``episode`` that is over, it is kept as what helped then.

        Raises:
            PayloadError: it names no machine that exists, or says nothing.
        """
        keys = ("asset", "text", "user", "episode")
        asset, text, user, episode = values = [op.get(key, "") for key in keys]
        for key, value in zip(keys, values, strict=True):
            if not isinstance(value, str):
                raise PayloadError("control", "must be a text", key)
        if episode and self.store.episodes.get(episode) is None:
            raise PayloadError("control", f"no episode {episode!r} is kept", "episode")
        at = self.clock()
        note = self.monitor.note(asset, text, by=user or "unknown", at=at)
        self._keep([asset])
        if episode:
            self.store.episodes.put_helped(episode, note.text)
        data = {"user": note.by, "note": note.text}
        self.store.audit.put(AuditEntry(at, asset, f"{OF_ALARMS}note", data))
        return {"note": note.text}

    def keep_again(self) -> None:
        """Keeps the monitor's state and unsent reports, where the database was replaced."""
        self._keep(None)
        self.board.keep()
        self.learned.keep()
        self.signals.keep()
        for key, payload in self._unsent.items():
            self.store.snapshots.put(key, payload)

    def _carry_out(self, changes: Iterable[Change]) -> None:
        made = self._but_signals(changes)
        if not made:
            return
        due = [self.past.known(each.evidence) for each in made if isinstance(each, EpisodeDue)]
        for evidence in due:
            if evidence.kind == "closed":
                self.past.keep(evidence)
            payload = ReportWriter.by_template(evidence).payload()
            self._unsent[_key(evidence)] = payload
            self.store.snapshots.put(_key(evidence), payload)
        self._keep(_assets(made))
        for change in made:
            if isinstance(change, AlarmChanged):
                self._alarm(change)
            elif isinstance(change, FloodTold):
                self._flood(change)
        self.board.show({change.asset for change in made if isinstance(change, AlarmChanged)})
        for evidence in due:
            holding = self._holding(evidence.asset)
            self._begin(_key(evidence), self._report(evidence, holding))

    def _restore(self) -> None:
        for key, part in self.store.snapshots.starting_with(_SNAPSHOT).items():
            asset = key.removeprefix(_SNAPSHOT)
            try:
                self.monitor.restore({asset: part})
            except PayloadError as error:
                _log.warning("alarms_not_restored", asset=asset, reason=str(error))

    def _keep(self, assets: Iterable[str] | None) -> None:
        for asset, part in self.monitor.snapshot(assets).items():
            self.store.snapshots.put(f"{_SNAPSHOT}{asset}", part)

    def _but_signals(self, changes: Iterable[Change]) -> list[Change]:
        """Tells of signals, which bear on no alarm; returns the other changes."""
        made = list(changes)
        signals = [change for change in made if isinstance(change, SignalChanged)]
        if not signals:
            return made
        for change in signals:
            self.signals.take(change)
        return [change for change in made if not isinstance(change, SignalChanged)]

    def _alarm(self, change: AlarmChanged) -> None:
        record, key = change.record, (change.asset, change.condition)
        before, self._states[key] = self._states.get(key), record["state"]
        if record["active"]:
            self._active[key] = record
        else:
            self._active.pop(key, None)
        now = self.clock()
        kept = AlarmRecord(
            change.asset,
            change.condition,
            record["state"],
            record["severity"],
            since=now if change.since is None else change.since,
            updated=now,
            data=record,
        )
        publication = Publication(self._topic(*key), _encoded(record), retain=True)
        futures: list[Future[Any]] = [
            self.store.alarms.put(kept),
            self.publish(publication, Lane.ALARMS),
        ]
        self._pending[key] = (change, futures)
        if before is not None and before != record["state"]:
            _tell(record)

    def _tell_all(self) -> None:
        """Publishes every alarm as it stands.

        Of very many conditions only those that something ever happened to: a hundred thousand
        records that say nothing but "normal" would push real alarms out of the lane.
        """
        records = self.monitor.records()
        many = len(records) > _MOST_NORMAL
        kept = {(each.asset, each.condition): each.data for each in self.store.alarms.all()}
        for change in records:
            key = (change.asset, change.condition)
            if change.record["value"] is None and change.since is not None and key in kept:
                # No value has come yet: what an earlier run told of the alarm goes on counting.
                change.record["value"] = kept[key].get("value")
            if many and change.since is None and key not in kept and _is_plain(change.record):
                self._states[key] = change.record["state"]
            else:
                self._alarm(change)

    def _flood(self, told: FloodTold) -> None:
        payload = flood_report(told)
        key = f"{_UNSENT}{payload['id']}"
        self._unsent[key] = payload
        self.store.snapshots.put(key, payload)
        _log.warning("alarm_flood", kind=told.kind, alarms=told.tally.alarms)
        self._begin(key, self._send(key, payload))

    def _topic(self, asset: str, condition: str) -> str:
        return f"{self.root}/alarms/{asset}/{condition}"

    def _check_pending(self) -> None:
        """Keeps and publishes once more what the store refused; a later record replaces it."""
        for key, (change, futures) in list(self._pending.items()):
            if not all(future.done() for future in futures):
                continue
            del self._pending[key]
            if any(future.exception() is not None for future in futures):
                self._alarm(change)

    def _withdraw_unknown(self) -> None:
        """Clears the records of conditions that the configuration no longer has."""
        known = {(asset, condition) for asset, condition, _ in self.monitor.conditions()}
        for record in self.store.alarms.all():
            key = (record.asset, record.condition)
            if key in known or record.data.get("withdrawn"):
                continue
            _log.info("alarm_withdrawn", asset=record.asset, condition=record.condition)
            data = {**record.data, "state": NORMAL, "active": False, "withdrawn": True}
            self.publish(Publication(self._topic(*key), b"", retain=True), Lane.ALARMS)
            self.store.alarms.put(
                AlarmRecord(
                    *key, NORMAL, record.severity, record.since, updated=self.clock(), data=data
                )
            )

    def _begin(self, key: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._writing[key] = task
        task.add_done_callback(lambda task: self._ended(key, task))

    def _ended(self, key: str, task: asyncio.Task[None]) -> None:
        self._writing.pop(key, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            # It stays among the unsent: the template's text goes out with a later tick.
            reason = f"{type(error).__name__}: {error}"
            _log.error("report_not_sent", id=key.removeprefix(_UNSENT), reason=reason)
            if key in self._unsent:
                self._unsent[key] = {**self._unsent[key], "reason": _FAILED}

    def _holding(self, asset: str) -> frozenset[str]:
        """The conditions of a machine that hold now."""
        return frozenset(key for machine, key in self._active if machine == asset)

    async def _report(self, evidence: Evidence, drawn_with: frozenset[str]) -> None:
        async with self._turn:  # one at a time, so that reports keep their order
            # Where a whole plant fails at once, the last report must not come an hour later.
            engine, waiting = self.models.engine, len(self._writing)
            without = NO_MODEL if engine is None else BUSY
            if waiting > _BACKLOG:
                engine = None
            model = f"{engine.name} {engine.version}" if engine else ""
            budget = BUDGET_S / max(1, waiting)
            writer = ReportWriter(lexicon=self.monitor.lexicon(), model=model, budget_s=budget)
            report = await writer.write(evidence, engine, without=without)
            if self._holding(evidence.asset) != drawn_with:
                report = writer.outdated(report)
            await self._send(_key(evidence), report.payload())

    async def _send(self, key: str, payload: dict[str, Any]) -> None:
        """Keeps and publishes a report together, so that it goes out just once."""

        def work(connection: sqlite3.Connection) -> None:
            record = ReportRecord(
                self.clock(), payload["asset"], payload["name"], payload["text"], payload
            )
            self.store.reports.insert(connection, record)
            publication = Publication(f"{self.root}/reports", _encoded(payload))
            self.store.outbox.insert(connection, publication, Lane.ALARMS)

        latest = self.store.reports.latest(_RECENT, payload["asset"])
        if payload["id"] not in {report.data.get("id") for report in latest}:
            await asyncio.wrap_future(self.store.submit(work))
            self.written[payload["written_by"]] += 1
            reason = payload.get("reason", "")
            if reason:
                self.template_because[reason] += 1
            _log.info(
                "report",
                id=payload["id"],
                asset=payload["asset"],
                kind=payload["kind"],
                by=payload["written_by"],
                reason=reason,
            )
        self._unsent.pop(key, None)
        self.store.snapshots.remove(key)


def _assets(changes: Iterable[Change]) -> set[str]:
    """The machines whose state changed."""
    found = {change.asset for change in changes if isinstance(change, AlarmChanged)}
    return found | {each.evidence.asset for each in changes if isinstance(each, EpisodeDue)}


def _tell(record: dict[str, Any]) -> None:
    """Logs an alarm's new state: as a warning where it came and is no mere advice."""
    came = record["state"] == State.UNACKNOWLEDGED and record["severity"] != Severity.ADVISORY
    (_log.warning if came else _log.info)(
        "alarm",
        asset=record["asset"],
        condition=record["condition"],
        name=record["name"],
        state=record["state"],
        severity=record["severity"],
        value=record["value"],
        unit=record["unit"],
        limit=record["limit"],
        limit_unit=record["limit_unit"],
    )


def _is_plain(record: dict[str, Any]) -> bool:
    return bool(record["state"] == State.NORMAL and not record["active"])


def _key(evidence: Evidence) -> str:
    return f"{_UNSENT}{evidence.id}"


def _encoded(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
