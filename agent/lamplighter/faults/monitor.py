"""Watches the machines: samples and log lines in, alarm records and evidence out.

::

    sample ──> signal_watch (detectors) ──> alarms (ISA-18.2) ──> AlarmChanged
                                                  │
    log, action ──────────────────────────> episodes ──> evidence ──> EpisodeDue
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lamplighter.config import Faults, Machine
from lamplighter.errors import PayloadError
from lamplighter.faults import fault_tables
from lamplighter.faults.alarms import Alarm, Mark
from lamplighter.faults.condition import Condition, conditions_of
from lamplighter.faults.controls import WORDS, parse_control
from lamplighter.faults.episodes import EpisodeLog
from lamplighter.faults.evidence import ActionTaken, Evidence, Scene, draw, iso
from lamplighter.faults.fault_tables import FaultTables
from lamplighter.faults.log_templates import RecentLogs
from lamplighter.faults.signal_watch import SignalWatch, Transition
from lamplighter.plugin import LogLine, Sample

# A start allows every signal so much longer for its first value before it counts as stale.
START_GRACE_S = 30.0
# A timestamp further ahead of the agent's clock than this is wrong: the time of arrival counts.
_AHEAD_S = 300.0
_ACTIONS_KEPT = 32


@dataclass(frozen=True, slots=True)
class AlarmChanged:
    """An alarm's record is to be published, retained, on ``alarms/<asset>/<condition>``."""

    asset: str
    condition: str
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EpisodeDue:
    """A report is to be written from this evidence."""

    evidence: Evidence


Change = AlarmChanged | EpisodeDue


@dataclass(slots=True)
class _Raised:
    """An alarm with what is told beside its state: since when, UTC seconds."""

    condition: Condition
    alarm: Alarm
    since: float | None = None


class FaultMonitor:
    """Watches all configured machines.

    Args:
        machines: their configuration.
        clock: UTC seconds since the epoch, now.
        config: settling and closing times of episodes.
        tables: the fault tables; None takes those that come with the package.
    """

    def __init__(
        self,
        machines: Iterable[Machine],
        *,
        clock: Callable[[], float],
        config: Faults,
        tables: FaultTables | None = None,
    ) -> None:
        self._clock = clock
        self._tables = tables or fault_tables.packaged()
        self._watched = {
            machine.asset: _Watched(machine, config=config, tables=self._tables)
            for machine in machines
        }

    def lexicon(self) -> frozenset[str]:
        """The words that name a fault in some table: each is a claim about a cause."""
        return self._tables.words()

    def conditions(self) -> list[tuple[str, str, str]]:
        """Every configured condition: asset, key and name."""
        return [
            (raised.condition.asset, key, raised.condition.name)
            for watched in self._watched.values()
            for key, raised in watched.alarms.items()
        ]

    def records(self) -> list[AlarmChanged]:
        """The records of all alarms as they now are: what to publish after a start."""
        return [watched.record(key) for watched in self._watched.values() for key in watched.alarms]

    def sample(self, sample: Sample) -> list[Change]:
        """Take a value. One of an unknown machine or tag changes nothing."""
        watched = self._watched.get(sample.asset)
        watch = watched.watches.get(sample.tag) if watched else None
        if watched is None or watch is None:
            return []
        now = self._clock()
        time = sample.time if sample.time <= now + _AHEAD_S else now
        transitions = watch.update(sample.value, time, now)
        return watched.moved(transitions, now) if transitions else []

    def log(self, line: LogLine) -> None:
        """Take a line that a machine or its operator wrote."""
        if watched := self._watched.get(line.asset):
            watched.logs.add(line.text, line.level, line.time)

    def action(self, asset: str, text: str, *, by: str, at: float) -> None:
        """Note that something was done to a machine, so that reports can tell of it."""
        if watched := self._watched.get(asset):
            watched.actions.append(ActionTaken(text, by, at))

    def tick(self, now: float, *, connected: bool = True) -> list[Change]:
        """Time went on: call it about once a second.

        Args:
            now: UTC seconds.
            connected: whether values could arrive at all; while not, no signal gets stale.
        """
        changes: list[Change] = []
        for watched in self._watched.values():
            changes += watched.tick(now, connected=connected)
        return changes

    def control(self, op: dict[str, Any]) -> list[Change]:
        """Carry out an operation on alarms: ack, reset, shelve, unshelve, suppress ...

        Raises:
            PayloadError: the operation, machine or condition is not one there is.
        """
        now = self._clock()
        control = parse_control(op, now=now)
        watched = self._watched.get(control.asset)
        if watched is None:
            raise PayloadError("control", f"no machine {control.asset!r}", "asset")
        if control.condition is not None and control.condition not in watched.alarms:
            reason = f"{control.asset} has no condition {control.condition!r}"
            raise PayloadError("control", reason, "condition")
        keys = [control.condition] if control.condition is not None else list(watched.alarms)
        changed = [key for key in keys if control.apply(watched.alarms[key].alarm)]
        if changed:
            names = ", ".join(watched.alarms[key].condition.name for key in changed)
            text = f"{names}: {WORDS[control.op]}"
            watched.actions.append(ActionTaken(text, control.user, now))
        return [change for key in changed for change in watched.shown(key, now)]

    def snapshot(self) -> dict[str, Any]:
        """What must survive a restart, as JSON can hold it."""
        return {asset: watched.snapshot() for asset, watched in self._watched.items()}

    def restore(self, stored: dict[str, Any]) -> None:
        """Go on from a snapshot; what the configuration no longer has is left out.

        Raises:
            ValueError, TypeError, KeyError: the snapshot is damaged.
        """
        for asset, part in stored.items():
            if watched := self._watched.get(asset):
                watched.restore(part)


class _Watched:
    """One machine with its signals, alarms and episodes."""

    def __init__(self, machine: Machine, *, config: Faults, tables: FaultTables) -> None:
        conditions = {condition.key: condition for condition in conditions_of(machine)}
        self.alarms = {key: _Raised(condition, Alarm()) for key, condition in conditions.items()}
        self.watches = {
            key: SignalWatch(
                tag, [c for c in conditions.values() if c.tag == key], grace=START_GRACE_S
            )
            for key, tag in machine.tags.items()
        }
        self.logs = RecentLogs()
        self.actions: deque[ActionTaken] = deque(maxlen=_ACTIONS_KEPT)
        self._machine = machine
        self._tables = tables
        self._conditions = conditions
        self._episodes = EpisodeLog(machine.asset, settle=config.settle, quiet=config.quiet)

    def moved(self, transitions: list[Transition], now: float) -> list[Change]:
        """Carry the detectors' flips to the alarms and the episode."""
        changes: list[Change] = []
        for transition in transitions:
            raised = self.alarms[transition.condition.key]
            if not raised.alarm.condition(active=transition.active):
                continue
            raised.since = transition.since
            visible = transition.active and not raised.alarm.hidden
            self._episodes.update(transition, now, visible=visible)
            changes.append(self.record(transition.condition.key))
        return changes

    def shown(self, key: str, now: float) -> list[Change]:
        """An operation changed the alarm: tell of it, and let the episode know what shows."""
        raised = self.alarms[key]
        watch = self.watches[raised.condition.tag]
        since = raised.since if raised.since is not None else now
        transition = Transition(raised.condition, raised.alarm.active, since, watch.value)
        visible = raised.alarm.active and not raised.alarm.hidden
        self._episodes.update(transition, now, visible=visible)
        return [self.record(key)]

    def tick(self, now: float, *, connected: bool) -> list[Change]:
        """Let delays, shelves, silences and episodes run on."""
        changes: list[Change] = []
        for watch in self.watches.values():
            if transitions := watch.tick(now, connected=connected):
                changes += self.moved(transitions, now)
        for key, raised in self.alarms.items():
            if raised.alarm.shelved_until is not None and raised.alarm.expire(now):
                changes += self.shown(key, now)
        while due := self._episodes.due(now):
            kind, episode = due
            scene = Scene(
                machine=self._machine,
                conditions=self._conditions,
                watches=self.watches,
                logs=self.logs,
                actions=tuple(self.actions),
                tables=self._tables,
            )
            changes.append(EpisodeDue(draw(scene, episode, kind, now)))
            episode.fresh.clear()
        return changes

    def record(self, key: str) -> AlarmChanged:
        """The alarm's record as it is published."""
        raised = self.alarms[key]
        condition, alarm = raised.condition, raised.alarm
        watch = self.watches[condition.tag]
        return AlarmChanged(
            condition.asset,
            key,
            {
                "asset": condition.asset,
                "condition": key,
                "name": condition.name,
                "tag": condition.tag,
                "state": str(alarm.state),
                "active": alarm.active,
                "severity": str(condition.severity),
                "value": watch.value,
                "unit": condition.unit,
                "limit": condition.limit,
                "limit_unit": condition.limit_unit,
                "since": None if raised.since is None else iso(raised.since),
                "ack": _marked(alarm.ack),
                "shelved": _marked(alarm.shelved),
                "shelved_until": None if alarm.shelved_until is None else iso(alarm.shelved_until),
                "suppressed": _marked(alarm.suppressed),
                "out_of_service": _marked(alarm.serviced),
                "signal_status": str(watch.status),
            },
        )

    def snapshot(self) -> dict[str, Any]:
        """Alarms and the open episode."""
        return {
            "alarms": {
                key: {"since": raised.since, **raised.alarm.to_dict()}
                for key, raised in self.alarms.items()
            },
            "episode": self._episodes.to_dict(),
        }

    def restore(self, stored: dict[str, Any]) -> None:
        """Take over a snapshot; detectors go on from the alarms' conditions."""
        for key, part in stored["alarms"].items():
            if raised := self.alarms.get(key):
                raised.alarm = Alarm.from_dict(part)
                raised.since = part["since"]
                watch = self.watches[raised.condition.tag]
                watch.force(raised.condition.kind, active=raised.alarm.active)
        episode = stored.get("episode")
        if episode is None:
            return
        known = {key: m for key, m in episode["members"].items() if key in self.alarms}
        fresh = [key for key in episode["fresh"] if key in known]
        self._episodes.restore({**episode, "members": known, "fresh": fresh} if known else None)


def _marked(mark: Mark | None) -> dict[str, Any] | None:
    return {"by": mark.by, "at": iso(mark.at)} if mark else None
