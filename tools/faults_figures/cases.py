"""Evidence of seeded episodes, each drawn by a monitor that watched it unfold."""

from __future__ import annotations

import random
from collections.abc import Iterator

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.monitor import EpisodeDue, FaultMonitor
from lamplighter.faults.settings import Faults, Limits, Machine, Tag
from lamplighter.plugin import LogLine, Sample

SEED = 20260301
START = 1_772_373_909.0
# Class, its signals (key, name, unit, usual value, upper limit), a log line.
MACHINES: tuple[tuple[str, tuple[tuple[str, str, str, float, float], ...], str], ...] = (
    (
        "pump",
        (
            ("vibration", "vibration", "mm/s", 2.1, 4.5),
            ("temperature", "bearing temperature", "°C", 48.0, 75.0),
            ("pressure", "discharge pressure", "bar", 4.2, 6.0),
            ("current", "motor current", "A", 11.0, 16.0),
        ),
        "bearing {} above {} C",
    ),
    (
        "fan",
        (
            ("vib", "impeller vibration", "mm/s", 1.8, 4.5),
            ("temp", "bearing temperature", "°C", 41.0, 70.0),
            ("speed", "speed", "rpm", 1480.0, 1600.0),
        ),
        "vibration monitor {} raised level {}",
    ),
    (
        "freezer",
        (
            ("temperature", "cabinet temperature", "°C", -19.0, -15.0),
            ("current", "compressor current", "A", 3.1, 6.0),
        ),
        "door ajar for {} min, zone {}",
    ),
    (
        "conveyor",
        (
            ("current", "motor current", "A", 7.5, 12.0),
            ("temperature", "drive temperature", "°C", 44.0, 80.0),
            ("speed", "belt speed", "m/s", 0.8, 1.2),
        ),
        "drive {} overload, step {}",
    ),
)


def cases(count: int) -> Iterator[Evidence]:
    """Evidence of seeded episodes, each drawn by a monitor that watched it unfold."""
    draw = random.Random(SEED)  # noqa: S311 - a seeded simulation
    for number in range(count):
        machine_class, signals, line = MACHINES[number % len(MACHINES)]
        yield episode(draw, number, machine_class, signals, line)


def episode(
    draw: random.Random,
    number: int,
    machine_class: str,
    signals: tuple[tuple[str, str, str, float, float], ...],
    line: str,
) -> Evidence:
    """The evidence of one seeded episode of a machine of this class."""
    tags = {
        key: Tag("t", unit=unit, name=name, limits=Limits(high=high))
        for key, name, unit, _, high in signals
    }
    asset, name = f"{machine_class}{number}", f"{machine_class.capitalize()} {number + 1}"
    machine = Machine(asset, name, machine_class, draw.choice([None, "Hall 2", "Cellar"]), tags)
    clock = [START + 9_000.0 * number + draw.randrange(3_000)]
    monitor = FaultMonitor([machine], clock=lambda: clock[0], config=Faults(quiet=30.0))
    leading, second = draw.sample(range(len(signals)), 2)
    joins, ends = draw.random() < 0.5, draw.random() < 0.3
    for second_of in range(900):
        clock[0] += 1.0
        for at, (key, _, _, usual, high) in enumerate(signals):
            late = 0 if at == leading else 25
            part = (second_of - 300 - late) / 60 if at == leading or (joins and at == second) else 0
            part = 0.0 if ends and second_of > 500 else min(1.4, max(0.0, part))
            noise = draw.gauss(0.0, 0.01 * abs(high - usual))
            value = usual + part * (high - usual) + noise
            monitor.sample(Sample(asset, key, value, clock[0]))
        if second_of > 340 and second_of % 9 == 0:
            text = line.format(draw.randrange(1, 4), draw.randrange(5, 99))
            monitor.log(LogLine(asset, text, "warning", clock[0]))
        for change in monitor.tick(clock[0]):
            if isinstance(change, EpisodeDue) and (not ends or change.evidence.kind == "closed"):
                return change.evidence
    raise RuntimeError(f"case {number} has no episode")
