"""Faults of simulated machines: how many are found by what was learned alone, and named rightly.

The machines (``tools/plant``) have no limits here: what is usual for them is learned from some
hours of running, then a fault comes. Naming is counted on the cases of FaultSum.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import median
from types import MappingProxyType
from typing import Any

from tools.plant.course import values
from tools.plant.drawing import Case
from tools.plant.faultsum import read_cases
from tools.plant.library import Library, load
from tools.plant.planning import Plan, plan
from tools.plant.watching import Clock

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.machines.settings import Pattern
from lamplighter.faults.monitor import EpisodeDue, FaultMonitor
from lamplighter.faults.settings import Faults, Limits
from lamplighter.plugin import Sample

SEED = 20261122
MACHINES = 24
LEARNING = 4_000
"""Steps before the fault, of 4 to 20 s."""
_LONGEST_STEP_S = 20.0
_DAY_S = 86_400.0
# What the tables call what the simulator calls otherwise.
_ALSO: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "air network leak": frozenset({"leak in the air net"}),
        "bearing lubrication failure": frozenset({"lubrication failure"}),
        "bearing wear": frozenset({"mechanical wear"}),
        "belt slip": frozenset({"slipping belt"}),
        "blocked cooling": frozenset({"blocked motor cooling", "cooling failure"}),
        "insulation breakdown": frozenset({"insulation failure"}),
        "misalignment": frozenset({"coupling misalignment"}),
        "motor overload": frozenset({"overload"}),
    }
)


@dataclass(frozen=True, slots=True)
class Watched:
    """What came of one machine: false alarms before its fault, and when the fault was told.

    Attributes:
        days: how long it ran well.
        false: episodes that opened meanwhile.
        delay: seconds from the fault's onset until the first report; None: there was none.
    """

    days: float
    false: int
    delay: float | None


def measure(*, machines: int = MACHINES) -> dict[str, Any]:
    """Detection by what was learned, and naming."""
    return {"learned_only": detection(machines), "named": naming(read_cases())}


def detection(machines: int) -> dict[str, Any]:
    """How many faults were found, how late, and false episodes a machine's day."""
    library = load()
    watched = [_watch(library, SEED + number) for number in range(machines)]
    delays = [each.delay for each in watched if each.delay is not None]
    days = sum(each.days for each in watched)
    return {
        "machines": len(watched),
        "found": len(delays),
        "median_delay_s": round(median(delays)) if delays else None,
        "days_without_fault": round(days, 1),
        "false_episodes": sum(each.false for each in watched),
        "false_a_machine_day": round(sum(each.false for each in watched) / days, 2),
    }


def naming(cases: Iterable[Case]) -> dict[str, Any]:
    """How many faults were named rightly, otherwise, or not at all.

    ``signal_only``: cases in which nothing was wrong with the machine; ``blamed``: how many of
    them had a fault named all the same.
    """
    machine = [each for each in cases if each.fault is not None]
    signals = [each for each in cases if each.fault is None]
    named = [each for each in machine if each.evidence.fault is not None]
    right = sum(_is_right(each) for each in named)
    return {
        "faults": len(machine),
        "right": right,
        "otherwise": len(named) - right,
        "none": len(machine) - len(named),
        "signal_only": len(signals),
        "blamed": sum(each.evidence.fault is not None for each in signals),
    }


def _is_right(case: Case) -> bool:
    fault = case.fault or ""
    return case.evidence.fault in {fault, *_ALSO.get(fault, ())}


def _watch(library: Library, seed: int) -> Watched:
    planned = _without_limits(_plan(library, seed))
    clock = Clock(planned.start)
    config = Faults(settle=planned.settle, quiet=planned.quiet)
    monitor = FaultMonitor([planned.machine], clock=clock, config=config)
    false, delay = 0, None
    for step, found in values(planned, seed):
        clock.now = planned.start + step * planned.step
        for key, value in found.items():
            monitor.sample(Sample(planned.machine.asset, key, value, clock.now))
        opened = [
            change.evidence
            for change in monitor.tick(clock.now)
            if isinstance(change, EpisodeDue) and change.evidence.kind == "opened"
        ]
        if step < planned.onset:
            false += len(opened)
        elif delay is None and opened:
            delay = _delay(planned, opened[0])
    return Watched(planned.onset * planned.step / _DAY_S, false, delay)


def _delay(planned: Plan, evidence: Evidence) -> float:
    return evidence.drawn - (planned.start + planned.onset * planned.step)


def _plan(library: Library, seed: int) -> Plan:
    """The first plan from a seed on in which something happens to the machine."""
    draw = random.Random(seed)  # noqa: S311 - a seeded simulation
    while not (planned := plan(draw, library, "held_out", "opened")).courses:
        pass
    return planned


def _without_limits(planned: Plan) -> Plan:
    """The same fault, some hours later, on a machine for which nothing but signals is known."""
    tags = {
        key: replace(tag, limits=Limits(), rate=None, deviation=None, zone=None)
        for key, tag in planned.machine.tags.items()
    }
    courses = {
        key: replace(course, begins=course.begins + LEARNING, ends=course.ends + LEARNING)
        for key, course in planned.courses.items()
    }
    return replace(
        planned,
        machine=replace(planned.machine, machine_class="generic", tags=tags, pattern=Pattern()),
        courses=courses,
        broken={},
        step=min(planned.step, _LONGEST_STEP_S),
        onset=planned.onset + LEARNING,
        ends=planned.ends + LEARNING,
        length=planned.length + LEARNING,
    )
