"""Lets the real monitor watch a planned episode, on a clock of its own."""

from __future__ import annotations

import math
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
from lamplighter.faults.signals.learned.settings import Learning
from lamplighter.plugin import LogLine, Sample

# What the plugin for JSON topics says of what is no number.
_NO_NUMBER = (
    "'---' is no number", "null is no number", "'n/a' is no number", "'ERR' is no number",
    "'7,1' has a comma; numbers need a decimal point", "a list is no number",
)  # fmt: skip


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
    # What is usual takes days to learn: what that would find is added afterwards.
    config = Faults(settle=plan.settle, quiet=plan.quiet, learned=Learning(enabled=False))
    monitor = FaultMonitor([plan.machine], clock=clock, config=config, tables=tables)
    asset = plan.machine.asset
    no_number = draw.choice(_NO_NUMBER)
    for each in happenings(plan, draw, sayings):
        clock.now = each.time
        for key, value in each.values.items():
            doubt = no_number if math.isnan(value) else ""
            monitor.sample(Sample(asset, key, value, each.time, doubt=doubt))
        for line in each.lines:
            monitor.log(LogLine(asset, line.text, line.level, each.time))
        for deed in each.deeds:
            _do(monitor, asset, deed, each.time)
        for change in monitor.tick(clock.now):
            if isinstance(change, EpisodeDue):
                yield change.evidence


def _do(monitor: FaultMonitor, asset: str, deed: Deed, at: float) -> None:
    if deed.op == "do":
        monitor.action(asset, deed.text, by=deed.by, at=at)
    elif deed.op == "note":
        monitor.note(asset, deed.text, by=deed.by, at=at)
    else:
        monitor.control({"op": deed.op, "asset": asset, "user": deed.by})
