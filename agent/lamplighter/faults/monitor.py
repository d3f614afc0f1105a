"""Watches the machines: samples and log lines in, alarm records and evidence out.

::

    sample ──> signal_watch (detectors) ──> alarms (ISA-18.2) ──> AlarmChanged
                                                  │
    log, action ──────────────────────────> episodes ──> evidence ──> EpisodeDue
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

from lamplighter.errors import PayloadError
from lamplighter.faults.alarms.controls import (
    OPERATIONS,
    WINDOW_OPERATIONS,
    WORDS,
    Control,
    parse_control,
)
from lamplighter.faults.alarms.figures import AlarmFigures
from lamplighter.faults.alarms.kpis import Standing, kpis
from lamplighter.faults.alarms.life_cycle import State
from lamplighter.faults.alarms.machine_alarms import Plant
from lamplighter.faults.alarms.overview import overview
from lamplighter.faults.alarms.settings import matches
from lamplighter.faults.alarms.windows import MOST_BY_HAND
from lamplighter.faults.condition import SIGNAL_KINDS, machine_name, tag_name
from lamplighter.faults.evidence import fault_tables
from lamplighter.faults.evidence.fault_tables import FaultTables
from lamplighter.faults.evidence.notes import note_of
from lamplighter.faults.evidence.record import ActionTaken, Note
from lamplighter.faults.machines.expansion import as_watched
from lamplighter.faults.plain_text import plain
from lamplighter.faults.settings import Faults, Machine
from lamplighter.faults.signals.kept import KeptSignal
from lamplighter.faults.signals.learned.settings import Learning
from lamplighter.faults.signals.newcomers import Newcomers
from lamplighter.faults.signals.quality import Oddity
from lamplighter.faults.signals.signal_board import SignalChanged, quality_facts
from lamplighter.faults.signals.signal_watch import SignalWatch
from lamplighter.faults.signals.status import Health
from lamplighter.faults.stored import mapping
from lamplighter.faults.watched_machine import AlarmChanged, Change, EpisodeDue, WatchedMachine
from lamplighter.plugin import LogLine, Sample

if TYPE_CHECKING:
    from lamplighter.faults.signals.learned.learned_signals import LearnedSignals

__all__ = ["AlarmChanged", "Change", "EpisodeDue", "FaultMonitor", "Operated"]

_LONGEST_ACTION = 200
_LONGEST_NAME = 80
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Operated:
    """What an operation on alarms did.

    Attributes:
        control: the operation as it was read.
        changes: what is to be told of it.
        changed: the alarms that it changed: asset and condition's key.
        left: why others were left as they were, by asset and key; "" where nothing was to do.
        windows: the windows that it began or ended: asset and name.
    """

    control: Control
    changes: list[Change] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)
    left: dict[tuple[str, str], str] = field(default_factory=dict)
    windows: list[tuple[str, str]] = field(default_factory=list)


class FaultMonitor:
    """Watches all configured machines.

    Args:
        machines: their configuration.
        clock: UTC seconds since the epoch, now.
        config: settling and closing times of episodes.
        tables: the fault tables; None takes those that come with the package, extended by the
            configuration's.
        zone: the home's time zone, in which windows are.

    Raises:
        ConfigError: a fault table of the configuration is wrong.
    """

    def __init__(
        self,
        machines: Iterable[Machine],
        *,
        clock: Callable[[], float],
        config: Faults,
        tables: FaultTables | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        self._clock = clock
        self._plant = Plant(config, zone)
        self._wrong_input: Counter[Oddity] = Counter()
        self._newcomers = Newcomers()
        self._tables = tables or fault_tables.load(config.tables)
        self._watched = {
            machine.asset: WatchedMachine(
                machine,
                plant=self._plant,
                tables=self._tables,
                counts=self._wrong_input,
                newcomers=self._newcomers,
            )
            for machine in map(as_watched, machines)
        }
        watched = [each.machine for each in self._watched.values()]
        self._learned = _learned(watched, config.learned)
        self._settled = False

    @property
    def tables(self) -> FaultTables:
        """The fault tables."""
        return self._tables

    def lexicon(self) -> frozenset[str]:
        """The words that name a fault in some table: each is a claim about a cause."""
        return self._tables.words()

    def conditions(self) -> list[tuple[str, str, str]]:
        """Every configured condition: asset, key and name."""
        return [
            (raised.condition.asset, key, raised.condition.name)
            for watched in self._watched.values()
            for key, raised in watched.alarms.raised.items()
        ]

    def records(self) -> list[AlarmChanged]:
        """The records of all alarms as they now are: what to publish after a start."""
        return [
            watched.record(key)
            for watched in self._watched.values()
            for key in watched.alarms.raised
        ]

    def sample(self, sample: Sample) -> list[Change]:
        """Take a value. One of an unknown machine or tag changes nothing."""
        watched = self._watched.get(sample.asset)
        watch = watched.watches.get(sample.tag) if watched else None
        if watched is None or watch is None:
            return []
        now = self._clock()
        before = watch.time
        transitions = watch.update(
            sample.value, sample.time, now, unit=sample.unit, doubt=sample.doubt
        )
        if before == -math.inf and watch.value is not None:
            signal = tag_name(sample.tag, watched.machine.tags[sample.tag])
            self._newcomers.came(f"{machine_name(watched.machine)} {signal}", watch, now)
        if self._learned is not None and watch.time != before and watch.value is not None:
            self._learned.take(sample.asset, sample.tag, watch.value, watch.time)
        if not transitions and not watch.news:
            return []
        changes = watched.moved(transitions, now) if transitions else []
        return changes + watched.news(sample.tag, now)

    def watch(self, asset: str, tag: str = "") -> SignalWatch | None:
        """What watches a signal; None where there is no such one."""
        watched = self._watched.get(asset)
        return None if watched is None else watched.watches.get(tag)

    def health(self, asset: str, tag: str) -> Health | None:
        """A signal's own health now; None where there is no such signal."""
        watched = self._watched.get(asset)
        return None if watched is None or tag not in watched.watches else watched.health(tag)

    def signals(self) -> list[SignalChanged]:
        """The records of all signals that are not good: what to publish after a start."""
        now = self._clock()
        return [
            change for watched in self._watched.values() for change in watched.unsound_signals(now)
        ]

    def quality(self) -> dict[str, Any]:
        """How the signals are: how many by NE 107 status, and what wrong input came so far."""
        machines = self._watched.values()
        statuses = [status for watched in machines for status in watched.unsound.values()]
        watches = [watch for watched in machines for watch in watched.watches.values()]
        facts = quality_facts(self._wrong_input, statuses, len(watches))
        warming = sum(watch.usual is not None and not watch.usual.warm for watch in watches)
        return {**facts, "warming_up": warming}

    def log(self, line: LogLine) -> None:
        """Take a line that a machine wrote, or a note of its operator's."""
        watched = self._watched.get(line.asset)
        if watched is None:
            return
        if line.note:
            if (note := note_of(line.text, line.by, line.time)) is not None:
                watched.notes.append(note)
        else:
            watched.logs.add(line.text, line.level, line.time)

    def action(self, asset: str, text: str, *, by: str, at: float) -> None:
        """Note that something was done to a machine, so that reports can tell of it."""
        if watched := self._watched.get(asset):
            watched.actions.append(_action(text, by, at))

    def note(self, asset: str, text: str, *, by: str, at: float) -> Note:
        """Keep what somebody wrote about a machine: reports tell of it. A long text is condensed.

        Returns:
            The note as it is kept.

        Raises:
            PayloadError: there is no such machine, or nothing was written.
        """
        watched = self._watched.get(asset)
        if watched is None:
            raise PayloadError("control", f"no machine {asset!r}", "asset")
        note = note_of(text, by, at)
        if note is None:
            raise PayloadError("control", "must not be empty", "text")
        watched.notes.append(note)
        return note

    def area_action(self, area: str, text: str, *, by: str, at: float) -> None:
        """Note that something was done in an area: it may have to do with the machines there."""
        for watched in self._watched.values():
            place = watched.machine.area
            if place is not None and place.casefold() == area.casefold():
                watched.actions.append(_action(text, by, at))

    def tick(self, now: float, *, connected: bool = True) -> list[Change]:
        """Time went on: call it about once a second.

        Args:
            now: UTC seconds.
            connected: whether values could arrive at all; while not, no signal gets stale.
        """
        changes: list[Change] = self._tick_learned(now)
        for watched in self._watched.values():
            changes += watched.tick(now, connected=connected)
        flood = self._plant.flood.tick(now)
        if flood is None:
            return changes
        if flood.kind == "flood_over":
            self._plant.figures.floods.append(flood.tally)
        return [*changes, flood]

    def clock_set(self, by: float) -> list[Change]:
        """The clock was set, so many seconds forward; call it before anything by the new time.

        Delays, silences, shelves and settling times last as long as they would have.
        """
        self._plant.figures.clock_set(by, self._clock() - by)
        self._plant.flood.clock_set(by)
        self._newcomers.clock_set(by)
        if self._learned is not None:
            self._learned.clock_set(by)
        return [change for watched in self._watched.values() for change in watched.clock_set(by)]

    def control(self, op: dict[str, Any]) -> list[Change]:
        """Carry out an operation; as :meth:`operate`, but answers only what is to be told."""
        return self.operate(op).changes

    def operate(self, op: dict[str, Any]) -> Operated:
        """Carry out an operation on alarms: ack, reset, shelve, suppress, window ...

        Raises:
            PayloadError: the operation, machine or condition is not one there is.
        """
        now = self._clock()
        control = parse_control(op, now=now)
        machines = self._machines(control)
        if control.op in WINDOW_OPERATIONS:
            return self._operate_windows(control, machines)
        if control.op not in OPERATIONS:
            raise PayloadError("control", f"is unknown: {control.op!r}", "op")
        done = Operated(control)
        for asset, watched in machines.items():
            keys = _keys(control, watched)
            outcome, changes = watched.operate(control, keys)
            done.changes.extend(changes)
            done.changed.extend((asset, key) for key in outcome.changed)
            done.left.update({(asset, key): why for key, why in outcome.left.items()})
            if outcome.changed:
                raised = watched.alarms.raised
                names = _listed([raised[key].condition.name for key in outcome.changed])
                text = f"{names}: {WORDS[control.op]}"
                watched.actions.append(ActionTaken(text, control.user, now, control.op))
        if control.condition is not None and not done.changed and not done.left:
            where = control.asset or "no machine"
            reason = f"{where} has no condition {control.condition!r}"
            raise PayloadError("control", reason, "condition")
        return done

    def kpis(self, now: float) -> dict[str, Any]:
        """The alarm system's key figures, as they are published."""
        self._plant.figures.trim(now)
        return kpis(self._plant, self._standing(), now)

    def assets(self) -> list[str]:
        """Every machine that is watched."""
        return list(self._watched)

    def overview(self, asset: str) -> dict[str, Any]:
        """A machine's alarms as they stand, in one message."""
        watched = self._watched[asset]
        return overview(asset, machine_name(watched.machine), watched.alarms)

    def figures(self) -> dict[str, Any]:
        """Counts of the last day, which must survive a restart, as JSON can hold them."""
        return {"figures": self._plant.figures.to_dict(), "flood": self._plant.flood.to_dict()}

    def restore_figures(self, stored: Any) -> None:
        """Go on counting from :meth:`figures`.

        Raises:
            PayloadError: they are damaged; nothing of them was taken over.
        """
        kept = mapping(stored, "figures")
        figures = AlarmFigures.read(mapping(kept.get("figures"), "figures"))
        flood = self._plant.flood.read(mapping(kept.get("flood"), "flood"))
        self._plant.figures = figures
        self._plant.flood.restore(flood, self._clock())

    def learned(self) -> dict[str, Any]:
        """What was learned of the machines, as JSON can hold it; to be kept, but not so often."""
        patterns = {
            asset: watched.pattern.learned()
            for asset, watched in self._watched.items()
            if watched.pattern is not None
        }
        kept: dict[str, Any] = {"patterns": patterns} if patterns else {}
        usual = {
            f"{asset}/{tag}": KeptSignal.of(watch).to_list()
            for asset, watched in self._watched.items()
            for tag, watch in watched.watches.items()
            if watch.value is not None or watch.guard.before is not None
        }
        if usual:
            kept["usual"] = usual
        return kept if self._learned is None else {**kept, "signals": self._learned.to_dict()}

    def restore_learned(self, stored: Any) -> None:
        """Go on from what :meth:`learned` kept; call it after :meth:`restore`.

        Raises:
            PayloadError: it is damaged or of another version; nothing of it was taken over.
        """
        kept = mapping(stored, "learned")
        patterns = [
            (pattern, pattern.read_learned(part))
            for asset, part in mapping(kept.get("patterns", {}), "patterns").items()
            if (watched := self._watched.get(asset)) and (pattern := watched.pattern) is not None
        ]
        usual = [
            (watch, KeptSignal.read(part))
            for name, part in mapping(kept.get("usual", {}), "usual").items()
            if (watch := self.watch(*name.split("/", 1))) is not None
        ]
        signals = kept.get("signals")
        if self._learned is not None and signals is not None:
            self._learned.restore(mapping(signals, "signals"))
        for pattern, learned in patterns:
            pattern.restore_learned(learned)
        for watch, each in usual:
            each.give(watch)

    def _tick_learned(self, now: float) -> list[Change]:
        """What is unusual in the values that came, and what is no longer."""
        if self._learned is None:
            return []
        changes: list[Change] = []
        if not self._settled:
            # What an earlier run told and this one knows nothing of would never end.
            self._settled = True
            holding = self._learned.holding()
            for watched in self._watched.values():
                changes += watched.end_learned(holding, now)
        for transition in self._learned.tick(now, self._at_fault):
            changes += self._watched[transition.condition.asset].learned(transition, now)
        return changes

    def _at_fault(self, asset: str, tag: str) -> bool:
        """Whether the signal itself is at fault, so that its values say nothing of the machine."""
        return not SIGNAL_KINDS.isdisjoint(self._watched[asset].watches[tag].active)

    def _machines(self, control: Control) -> dict[str, WatchedMachine]:
        if control.asset is None:
            return self._watched
        watched = self._watched.get(control.asset)
        if watched is None:
            raise PayloadError("control", f"no machine {control.asset!r}", "asset")
        return {control.asset: watched}

    def _operate_windows(self, control: Control, machines: dict[str, WatchedMachine]) -> Operated:
        done = Operated(control)
        wanted = (control.name or "") if control.op == "window" else None
        for asset, watched in machines.items():
            if wanted is not None and not watched.alarms.windows.has_room(wanted):
                raise PayloadError("control", f"{asset} has {MOST_BY_HAND} open already", "name")
        for asset, watched in machines.items():
            windows = watched.alarms.windows
            if control.op == "window":
                name = control.name or ""
                windows.begin(name, control.user, control.at, control.at + control.minutes * 60.0)
                names = [name]
            else:
                names = windows.end(control.name)
            done.windows.extend((asset, name) for name in names)
            for name in names:
                word = "begun" if control.op == "window" else "ended"
                text = f"Window {name}: {word}"
                watched.actions.append(ActionTaken(text, control.user, control.at, control.op))
            done.changes.extend(watched.follow_windows(control.at))
        if not done.windows:
            named = "no window" if control.name is None else f"no window {control.name!r}"
            raise PayloadError("control", f"{named} is open there", "name")
        return done

    def _standing(self) -> list[Standing]:
        return [
            Standing(raised, chattering=watched.alarms.chatters(key))
            for watched in self._watched.values()
            for key, raised in watched.alarms.raised.items()
            if raised.alarm.state is not State.NORMAL
        ]

    def snapshot(self, assets: Iterable[str] | None = None) -> dict[str, Any]:
        """What must survive a restart, by machine, as JSON can hold it.

        Args:
            assets: which machines; None: all of them. Those that are not watched are left out.
        """
        wanted = self._watched if assets is None else [a for a in assets if a in self._watched]
        return {asset: self._watched[asset].snapshot() for asset in wanted}

    def restore(self, stored: Any) -> None:
        """Go on from a snapshot; what the configuration no longer has is left out.

        Raises:
            PayloadError: the snapshot is damaged; nothing of it was taken over.
        """
        now = self._clock()
        known = [
            (watched, watched.read(mapping(part, asset)))
            for asset, part in mapping(stored, "the snapshot").items()
            if (watched := self._watched.get(asset)) is not None
        ]
        for watched, kept in known:
            watched.restore(kept, now)


def _keys(control: Control, watched: WatchedMachine) -> list[str]:
    """The conditions that an operation is on: in the order in which they are configured."""
    raised = watched.alarms.raised
    if control.condition is None:
        return list(raised)
    return [key for key in raised if matches(key, (control.condition,))]


def _listed(names: list[str]) -> str:
    """The names of alarms, of many only the first few: reports tell of it in a sentence."""
    told = ", ".join(names[:_MOST_NAMED])
    return told if len(names) <= _MOST_NAMED else f"{told} and others"


def _action(text: str, by: str, at: float) -> ActionTaken:
    """What was done in words that came from outside."""
    return ActionTaken(plain(text, _LONGEST_ACTION), plain(by, _LONGEST_NAME) or "unknown", at)


def _learned(machines: list[Machine], config: Learning) -> LearnedSignals | None:
    """What learns of the machines' signals; None where nothing is to be learned."""
    if not config.enabled or not any(
        tag.learned for each in machines for tag in each.tags.values()
    ):
        return None
    # It brings numpy, which a home without machines does without.
    from lamplighter.faults.signals.learned.learned_signals import LearnedSignals

    return LearnedSignals(machines, config)
