"""Watches the machines: samples and log lines in, alarm records and evidence out.

::

    sample ──> signal_watch (detectors) ──> alarms (ISA-18.2) ──> AlarmChanged
                                                  │
    log, action ──────────────────────────> episodes ──> evidence ──> EpisodeDue
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lamplighter.errors import PayloadError
from lamplighter.faults.alarms.controls import WORDS, parse_control
from lamplighter.faults.evidence import fault_tables
from lamplighter.faults.evidence.fault_tables import FaultTables
from lamplighter.faults.evidence.record import ActionTaken
from lamplighter.faults.settings import Faults, Machine
from lamplighter.faults.stored import mapping
from lamplighter.faults.watched_machine import AlarmChanged, Change, EpisodeDue, WatchedMachine
from lamplighter.plugin import LogLine, Sample

__all__ = ["AlarmChanged", "Change", "EpisodeDue", "FaultMonitor"]

# A timestamp before 1970, or so far ahead of the agent's clock: the time of arrival counts.
_AHEAD_S = 300.0


class FaultMonitor:
    """Watches all configured machines.

    Args:
        machines: their configuration.
        clock: UTC seconds since the epoch, now.
        config: settling and closing times of episodes.
        tables: the fault tables; None takes those that come with the package, extended by the
            configuration's.

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
    ) -> None:
        self._clock = clock
        self._tables = tables or fault_tables.load(config.tables)
        self._watched = {
            machine.asset: WatchedMachine(machine, config=config, tables=self._tables)
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
        time = sample.time if 0.0 <= sample.time <= now + _AHEAD_S else now
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

    def clock_set(self, by: float) -> list[Change]:
        """The clock was set, so many seconds forward; call it before anything by the new time.

        Delays, silences, shelves and settling times last as long as they would have.
        """
        return [change for watched in self._watched.values() for change in watched.clock_set(by)]

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

    def restore(self, stored: Any) -> None:
        """Go on from a snapshot; what the configuration no longer has is left out.

        Raises:
            PayloadError: the snapshot is damaged; nothing of it was taken over.
        """
        known = [
            (watched, watched.read(mapping(part, asset)))
            for asset, part in mapping(stored, "the snapshot").items()
            if (watched := self._watched.get(asset)) is not None
        ]
        for watched, kept in known:
            watched.restore(kept)
