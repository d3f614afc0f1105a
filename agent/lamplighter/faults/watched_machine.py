"""One watched machine: its signals' detectors, its alarms, its episodes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from lamplighter.faults.alarms.episodes import Episode, EpisodeLog
from lamplighter.faults.alarms.life_cycle import Alarm, Mark
from lamplighter.faults.condition import Condition, conditions_of
from lamplighter.faults.evidence.drawing import Scene, draw
from lamplighter.faults.evidence.fault_tables import FaultTables
from lamplighter.faults.evidence.log_templates import RecentLogs
from lamplighter.faults.evidence.record import ActionTaken, Evidence, iso
from lamplighter.faults.settings import Faults, Machine
from lamplighter.faults.signals.signal_watch import SignalWatch, Transition
from lamplighter.faults.stored import mapping, maybe_number

# A start allows every signal so much longer for its first value before it counts as stale.
START_GRACE_S = 30.0
_ACTIONS_KEPT = 32


@dataclass(frozen=True, slots=True)
class AlarmChanged:
    """An alarm's record is to be published, retained, on ``alarms/<asset>/<condition>``.

    Attributes:
        asset: the machine.
        condition: the condition's key.
        since: when the condition began to hold, or ended, UTC seconds; None: it never held.
        record: what to publish.
    """

    asset: str
    condition: str
    since: float | None
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EpisodeDue:
    """A report is to be written from this evidence."""

    evidence: Evidence


Change = AlarmChanged | EpisodeDue


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run kept of a machine: alarms with their since, and the open episode."""

    alarms: dict[str, tuple[Alarm, float | None]]
    episode: Episode | None


@dataclass(slots=True)
class Raised:
    """An alarm with what is told beside its state: since when, UTC seconds."""

    condition: Condition
    alarm: Alarm
    since: float | None = None


class WatchedMachine:
    """One machine with its signals, alarms and episodes.

    Args:
        machine: its configuration.
        config: settling and closing times of episodes.
        tables: the fault tables.
    """

    def __init__(self, machine: Machine, *, config: Faults, tables: FaultTables) -> None:
        conditions = {condition.key: condition for condition in conditions_of(machine)}
        self.alarms = {
            key: Raised(condition, Alarm(latching=condition.latching))
            for key, condition in conditions.items()
        }
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

    def clock_set(self, by: float) -> list[Change]:
        """The agent's clock was set, so many seconds forward: all that runs, runs as long."""
        for watch in self.watches.values():
            watch.clock_set(by)
        self._episodes.clock_set(by)
        return [self.record(key) for key, each in self.alarms.items() if each.alarm.clock_set(by)]

    def record(self, key: str) -> AlarmChanged:
        """The alarm's record as it is published."""
        raised = self.alarms[key]
        condition, alarm = raised.condition, raised.alarm
        watch = self.watches[condition.tag]
        return AlarmChanged(
            condition.asset,
            key,
            raised.since,
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

    def read(self, stored: dict[str, Any]) -> Kept:
        """What a snapshot holds of this machine; nothing is taken over yet.

        Raises:
            PayloadError: the snapshot is damaged.
        """
        alarms: dict[str, tuple[Alarm, float | None]] = {}
        for key, part in mapping(stored.get("alarms"), "alarms").items():
            if raised := self.alarms.get(key):
                about = mapping(part, key)
                alarm = Alarm.from_dict(about, latching=raised.condition.latching)
                alarms[key] = (alarm, maybe_number(about.get("since"), "since"))
        episode = stored.get("episode")
        if episode is None:
            return Kept(alarms, None)
        return Kept(alarms, Episode.from_dict(mapping(episode, "episode"), known=self.alarms))

    def restore(self, kept: Kept) -> None:
        """Go on from what was kept; detectors go on from the alarms' conditions."""
        for key, (alarm, since) in kept.alarms.items():
            raised = self.alarms[key]
            raised.alarm, raised.since = alarm, since
            watch = self.watches[raised.condition.tag]
            watch.force(raised.condition.kind, active=alarm.active)
        self._episodes.restore(kept.episode)


def _marked(mark: Mark | None) -> dict[str, Any] | None:
    return {"by": mark.by, "at": iso(mark.at)} if mark else None
