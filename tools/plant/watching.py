"""Lets the real monitor watch a planned episode, on a clock of its own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tools.plant.course import values
from tools.plant.library import Sayings
from tools.plant.planning import Plan
from tools.plant.talk import Deed, Line, deeds, lines

from lamplighter.faults.evidence.fault_tables import FaultTables
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.monitor import EpisodeDue, FaultMonitor
from lamplighter.faults.settings import Faults
from lamplighter.plugin import LogLine, Sample


@dataclass(slots=True)
class Clock:
    """The time that the monitor sees, UTC seconds."""

    now: float

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(frozen=True, slots=True)
class Happening:
    """Everything that happens in one step: the values, what is logged, what is done."""

    step: int
    time: float
    values: dict[str, float]
    lines: tuple[Line, ...]
    deeds: tuple[Deed, ...]


def happenings(plan: Plan, draw: random.Random, sayings: Sayings) -> Iterator[Happening]:
    """The episode, step by step."""
    said: dict[int, list[Line]] = {}
    for line in lines(plan, draw, sayings):
        said.setdefault(line.step, []).append(line)
    done: dict[int, list[Deed]] = {}
    for deed in deeds(plan, draw, sayings):
        done.setdefault(deed.step, []).append(deed)
    for step, found in values(plan, draw.getrandbits(32)):
        at = plan.start + step * plan.step
        yield Happening(step, at, found, tuple(said.get(step, ())), tuple(done.get(step, ())))


def reports(
    plan: Plan, draw: random.Random, sayings: Sayings, tables: FaultTables
) -> Iterator[Evidence]:
    """The evidence of every report that the daemon would write on the episode, in its order."""
    clock = Clock(plan.start)
    config = Faults(settle=plan.settle, quiet=plan.quiet)
    monitor = FaultMonitor([plan.machine], clock=clock, config=config, tables=tables)
    asset = plan.machine.asset
    for each in happenings(plan, draw, sayings):
        clock.now = each.time
        for key, value in each.values.items():
            monitor.sample(Sample(asset, key, value, each.time))
        for line in each.lines:
            monitor.log(LogLine(asset, line.text, line.level, each.time))
        for deed in each.deeds:
            if deed.ack:
                monitor.control({"op": "ack", "asset": asset, "user": deed.by})
            else:
                monitor.action(asset, deed.text, by=deed.by, at=each.time)
        for change in monitor.tick(clock.now):
            if isinstance(change, EpisodeDue):
                yield change.evidence
