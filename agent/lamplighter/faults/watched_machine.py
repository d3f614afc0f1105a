"""One watched machine: its signals' detectors, its alarms, its episodes."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from lamplighter.faults.alarms.controls import Control
from lamplighter.faults.alarms.episodes import Episode
from lamplighter.faults.alarms.flood import FloodTold
from lamplighter.faults.alarms.grading import graded
from lamplighter.faults.alarms.life_cycle import Mark
from lamplighter.faults.alarms.machine_alarms import (
    KeptAlarms,
    MachineAlarms,
    Outcome,
    Plant,
    Seen,
)
from lamplighter.faults.alarms.raised import Raised
from lamplighter.faults.condition import (
    LEARNED_KINDS,
    SIGNAL_KINDS,
    Condition,
    Kind,
    conditions_of,
    disturbed_of,
    disturbed_tag,
    tag_name,
)
from lamplighter.faults.evidence.course import Course
from lamplighter.faults.evidence.drawing import Scene, draw
from lamplighter.faults.evidence.fault_tables import FaultTables
from lamplighter.faults.evidence.log_templates import RecentLogs
from lamplighter.faults.evidence.notes import read_note
from lamplighter.faults.evidence.record import ActionTaken, Contribution, Evidence, Note, iso
from lamplighter.faults.settings import Machine
from lamplighter.faults.signals.learned.conditions import learned_condition, learned_key
from lamplighter.faults.signals.newcomers import Newcomers
from lamplighter.faults.signals.quality import Oddity
from lamplighter.faults.signals.signal_board import SignalChanged, signal_record
from lamplighter.faults.signals.signal_watch import SignalWatch, Transition
from lamplighter.faults.signals.status import Health, SignalStatus
from lamplighter.faults.stored import mapping, maybe_number, moment, rows, text

if TYPE_CHECKING:
    from lamplighter.faults.machines.pattern_watch import Lead, PatternWatch

# A start allows every signal so much longer for its first value before it counts as stale.
START_GRACE_S = 30.0
_ACTIONS_KEPT = 32
# Alarms of these kinds do not say that the machine is in a state that its pattern is not to learn.
_NO_OTHER = SIGNAL_KINDS | {Kind.PATTERN}
# Alarms that are made when they first come: nobody can take them out of service before.
_OF_ITSELF = LEARNED_KINDS | {Kind.DISTURBED}
_NOTES_KEPT = 16


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


Change = AlarmChanged | EpisodeDue | FloodTold | SignalChanged


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run kept of a machine: its alarms, and what was done to it."""

    alarms: KeptAlarms
    actions: tuple[ActionTaken, ...]
    notes: tuple[Note, ...] = ()
    course: Course = field(default_factory=Course)
    lead: Lead | None = None


class WatchedMachine:
    """One machine with its signals, alarms and episodes.

    Args:
        machine: its configuration.
        plant: what the alarms of all machines share.
        tables: the fault tables.
        counts: of wrong input, of all machines together.
        newcomers: signals whose first value came lately, of all machines.
    """

    def __init__(
        self,
        machine: Machine,
        *,
        plant: Plant,
        tables: FaultTables,
        counts: Counter[Oddity] | None = None,
        newcomers: Newcomers | None = None,
    ) -> None:
        conditions = {each.key: each for each in graded(conditions_of(machine), machine)}
        disturbed = partial(disturbed_of, machine)
        self.watches = {
            key: SignalWatch(
                key,
                tag,
                [c for c in conditions.values() if c.tag == key and c.kind is not Kind.PATTERN],
                grace=START_GRACE_S,
                counts=counts,
                disturbed=disturbed,
            )
            for key, tag in machine.tags.items()
        }
        self.machine = machine
        self.pattern = _pattern(machine, conditions.get(Kind.PATTERN))
        self.alarms = MachineAlarms(machine, conditions.values(), plant=plant, seen=self.seen)
        self.logs = RecentLogs()
        self.actions: deque[ActionTaken] = deque(maxlen=_ACTIONS_KEPT)
        self.notes: deque[Note] = deque(maxlen=_NOTES_KEPT)
        self._course = Course()
        self._tables = tables
        self._conditions = conditions
        self._newcomers = newcomers or Newcomers()
        self.unsound: dict[str, SignalStatus] = {}

    def seen(self, tag: str) -> Seen:
        """A signal as it is now."""
        watch = self.watches[tag]
        return Seen(watch.value, watch.status)

    def health(self, tag: str) -> Health:
        """A signal's own health; somebody works on it where all its alarms are out of service."""
        marks = [
            each.alarm.serviced
            for each in self.alarms.raised.values()
            if each.condition.tag == tag and each.condition.kind not in _OF_ITSELF
        ]
        if marks and all(marks):
            by = marks[0].by if marks[0] else ""
            return Health(SignalStatus.FUNCTION_CHECK, f"out of service, by {by}")
        return self.watches[tag].health

    def unsound_signals(self, now: float) -> list[SignalChanged]:
        """What is to be told of all signals that are not good, at the start."""
        tags = {each.condition.tag for each in self.alarms.raised.values() if each.alarm.serviced}
        tags |= {tag for tag, watch in self.watches.items() if watch.news}
        return [change for tag in self.watches if tag in tags for change in self.news(tag, now)]

    def news(self, tag: str, now: float) -> list[SignalChanged]:
        """What is to be told of a signal's health."""
        self.watches[tag].news = False
        health = self.health(tag)
        if health.status is self.unsound.get(tag, SignalStatus.GOOD):
            return []
        if health.status is SignalStatus.GOOD:
            del self.unsound[tag]
        else:
            self.unsound[tag] = health.status
        name = tag_name(tag, self.machine.tags[tag])
        record = signal_record(self.machine.asset, tag, name, health, iso(now))
        return [SignalChanged(self.machine.asset, tag, record)]

    def moved(self, transitions: list[Transition], now: float) -> list[Change]:
        """Carry the detectors' flips to the alarms and the episode."""
        for transition in transitions:
            key = transition.condition.key
            if key not in self.alarms.raised:
                [condition] = graded([transition.condition], self.machine)
                self._conditions[key] = condition
                self.alarms.know(condition, now)
        return self._told(self.alarms.moved(transitions, now))

    def learned(self, transition: Transition, now: float) -> list[Change]:
        """Carry what was learned of a signal to an alarm, which is made when it first comes."""
        condition = graded([transition.condition], self.machine)[0]
        self.alarms.know(condition, now)
        self._conditions[condition.key] = condition
        watch = self.watches[condition.tag]
        kind = {condition.kind}
        watch.active = watch.active | kind if transition.active else watch.active - kind
        return self.moved([replace(transition, condition=condition)], now)

    def end_learned(self, holding: AbstractSet[tuple[str, str, Kind]], now: float) -> list[Change]:
        """End the learned alarms of an earlier run of which nothing is known any more."""
        changes: list[Change] = []
        for raised in list(self.alarms.raised.values()):
            each = raised.condition
            ours = each.kind in LEARNED_KINDS and each.kind is not Kind.PATTERN
            if ours and raised.alarm.active and (each.asset, each.tag, each.kind) not in holding:
                value = self.watches[each.tag].value
                changes += self.moved([Transition(each, active=False, since=now, value=value)], now)
        return changes

    def operate(self, control: Control, keys: Iterable[str]) -> tuple[Outcome, list[Change]]:
        """Carry out an operator's operation on some of the alarms."""
        outcome = self.alarms.operate(control, keys)
        changes = self._told(outcome.changed)
        tags = dict.fromkeys(self.alarms.raised[key].condition.tag for key in outcome.changed)
        for tag in tags:
            changes += self.news(tag, control.at)
        return outcome, changes

    def follow_windows(self, now: float) -> list[Change]:
        """A window was begun or ended by hand."""
        return self._told(self.alarms.follow_windows(now))

    def tick(self, now: float, *, connected: bool) -> list[Change]:
        """Let delays, shelves, silences and episodes run on."""
        changes: list[Change] = []
        for tag, watch in self.watches.items():
            if transitions := watch.tick(now, connected=connected):
                if Kind.STALE in watch.active and not watch.hint:
                    watch.hint = self._newcomers.in_place_of(watch)
                changes += self.moved(transitions, now)
            if watch.news:
                changes += self.news(tag, now)
        if connected and self.pattern is not None and self.pattern.is_due(now):
            changes += self._look_together(self.pattern, now)
        changes += self._told(self.alarms.tick(now))
        while due := self.alarms.due(now):
            kind, episode = due
            scene = Scene(
                machine=self.machine,
                conditions=self._conditions,
                watches=self.watches,
                logs=self.logs,
                actions=tuple(self.actions),
                tables=self._tables,
                notes=tuple(self.notes),
                course=self._course,
                contributions=self._contributions(episode),
            )
            evidence = replace(draw(scene, episode, kind, now), window=episode.window)
            self._course = self._course.after(evidence)
            changes.append(EpisodeDue(evidence))
            episode.fresh.clear()
        return changes

    def clock_set(self, by: float) -> list[Change]:
        """The agent's clock was set, so many seconds forward: all that runs, runs as long."""
        for watch in self.watches.values():
            watch.clock_set(by)
        if self.pattern is not None:
            self.pattern.clock_set(by)
        return self._told(self.alarms.clock_set(by))

    def record(self, key: str) -> AlarmChanged:
        """The alarm's record as it is published."""
        raised = self.alarms.raised[key]
        condition, alarm = raised.condition, raised.alarm
        # Of a large plant all records are told at once: only one out of service needs the others.
        watch = self.watches[condition.tag]
        health = self.health(condition.tag) if alarm.serviced else watch.health
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
                "operation": _done(raised),
                "chattering": self.alarms.chatters(key),
                "signal_status": str(health.status),
                "signal_why": health.why,
            },
        )

    def snapshot(self) -> dict[str, Any]:
        """Alarms, the open episode, what was done and what was written."""
        return {
            **self.alarms.snapshot(),
            "actions": [asdict(each) for each in self.actions],
            "notes": [asdict(each) for each in self.notes],
            "course": self._course.to_dict(),
            "pattern": self.pattern.snapshot() if self.pattern is not None else None,
        }

    def read(self, stored: dict[str, Any]) -> Kept:
        """What a snapshot holds of this machine; nothing is taken over yet.

        Raises:
            PayloadError: the snapshot is damaged.
        """
        actions = tuple(
            _action(mapping(each, "actions")) for each in rows(stored.get("actions"), "actions")
        )
        notes = tuple(read_note(each) for each in rows(stored.get("notes"), "notes"))
        course = Course.from_dict(stored["course"]) if "course" in stored else Course()
        pattern = stored.get("pattern")
        lead = self.pattern.read(pattern) if self.pattern is not None and pattern else None
        self._know_learned(mapping(stored.get("alarms"), "alarms"))
        return Kept(self.alarms.read(stored), actions, notes, course, lead)

    def restore(self, kept: Kept, now: float) -> None:
        """Go on from what was kept; detectors go on from the alarms' conditions."""
        self.alarms.restore(kept.alarms, now)
        self.actions.extend(kept.actions)
        self.notes.extend(kept.notes)
        self._course = kept.course
        if self.pattern is not None and kept.lead is not None:
            self._lead(self.pattern.restore(kept.lead))
        for key, raised in kept.alarms.alarms.items():
            if key == Kind.PATTERN and self.pattern is not None:
                self.pattern.force(active=raised.alarm.active)
                continue
            watch = self.watches[raised.condition.tag]
            watch.force(raised.condition.kind, active=raised.alarm.active)

    def _know_learned(self, alarms: dict[str, Any]) -> None:
        """Make the alarms that an earlier run had beside those that are configured."""
        for key, part in alarms.items():
            found = None if key in self.alarms.raised else learned_key(self.machine, key)
            if (tag := disturbed_tag(self.machine, key)) is not None:
                self._conditions[key] = graded([disturbed_of(self.machine, tag)], self.machine)[0]
                self.alarms.know(self._conditions[key], 0.0)
            elif found is not None:
                limit = maybe_number(mapping(part, key).get("limit"), "limit")
                condition = learned_condition(self.machine, *found, limit or 0.0)
                self._conditions[key] = graded([condition], self.machine)[0]
                self.alarms.know(self._conditions[key], 0.0)

    def _look_together(self, pattern: PatternWatch, now: float) -> list[Change]:
        """Whether the signals go together as they used to."""
        other_alarm = any(
            raised.alarm.active and raised.condition.kind not in _NO_OTHER
            for raised in self.alarms.raised.values()
        )
        transitions = pattern.step(now, self.watches, other_alarm=other_alarm)
        for transition in transitions:
            self._lead(transition.condition)
        return self.moved(transitions, now) if transitions else []

    def _contributions(self, episode: Episode) -> tuple[Contribution, ...]:
        """The signals' shares in the pattern's alarm, where that is a part of the episode."""
        if self.pattern is None or Kind.PATTERN not in episode.members:
            return ()
        return self.pattern.contributions

    def _lead(self, condition: Condition) -> None:
        """The pattern's alarm is told at another signal."""
        self._conditions[condition.key] = condition
        self.alarms.raised[condition.key].condition = condition

    def _told(self, keys: Iterable[str]) -> list[Change]:
        return [self.record(key) for key in dict.fromkeys(keys)]


def _pattern(machine: Machine, condition: Condition | None) -> PatternWatch | None:
    if condition is None:
        return None
    # It brings numpy, which a home without machines does without.
    from lamplighter.faults.machines.pattern_watch import PatternWatch

    return PatternWatch(machine, condition)


def _action(stored: dict[str, Any]) -> ActionTaken:
    return ActionTaken(
        text(stored.get("text"), "text"),
        text(stored.get("by"), "by"),
        moment(stored.get("at"), "at"),
        text(stored.get("op", ""), "op"),
    )


def _done(raised: Raised) -> dict[str, Any] | None:
    done = raised.done
    return {"op": done.op, "by": done.by, "at": iso(done.at)} if done else None


def _marked(mark: Mark | None) -> dict[str, Any] | None:
    return {"by": mark.by, "at": iso(mark.at)} if mark else None
