"""How many values a second signals are watched at on one core, and in what memory."""

from __future__ import annotations

import random
import time
import tracemalloc
from typing import Any

from lamplighter.faults.monitor import FaultMonitor
from lamplighter.faults.settings import Faults, Limits, Machine, Rate, Tag
from lamplighter.plugin import Sample

SEED = 20260301
START = 1_772_373_909.0
SIGNALS = 1_000
ROUNDS = 200


def measure() -> dict[str, Any]:
    """Values a second, and bytes a signal."""
    return {"throughput": throughput(), "memory": memory()}


def full_tag() -> Tag:
    """A tag with every detector on."""
    return Tag(
        "t",
        unit="bar",
        limits=Limits(9.0, 7.0, 3.0, 1.0, deadband=0.2, on_delay=5.0, off_delay=5.0),
        rate=Rate(rise=4.0, fall=4.0, per=60.0),
        stale_after=60.0,
        stuck_after=3600.0,
    )


def full_monitor(signals: int, clock: list[float]) -> FaultMonitor:
    """A monitor of so many signals, twenty a machine, on a clock that the caller sets."""
    tags = {f"s{number}": full_tag() for number in range(20)}
    machines = [Machine(f"m{number}", tags=tags) for number in range(signals // 20)]
    return FaultMonitor(machines, clock=lambda: clock[0], config=Faults())


def throughput() -> dict[str, Any]:
    """Values a second on one core: 1,000 signals at 1 Hz, all detectors on, ticks included."""
    clock = [START]
    monitor = full_monitor(SIGNALS, clock)
    draw = random.Random(SEED)  # noqa: S311 - a seeded simulation
    names = [(f"m{at // 20}", f"s{at % 20}") for at in range(SIGNALS)]
    values = [draw.gauss(5.0, 0.6) for _ in range(9_973)]
    rows = [
        [
            Sample(asset, tag, values[(turn * SIGNALS + at) % len(values)], START + turn)
            for at, (asset, tag) in enumerate(names)
        ]
        for turn in range(1, ROUNDS + 1)
    ]
    alarms, ticking = 0, 0.0
    began, wall = time.process_time(), time.perf_counter()
    for row in rows:
        clock[0] += 1.0
        for sample in row:
            alarms += len(monitor.sample(sample))
        before = time.process_time()
        alarms += len(monitor.tick(clock[0]))
        ticking += time.process_time() - before
    cpu, wall = time.process_time() - began, time.perf_counter() - wall
    count = SIGNALS * ROUNDS
    return {
        "signals": SIGNALS,
        "values": count,
        "changes": alarms,
        "values_per_cpu_second": round(count / cpu),
        "values_per_second": round(count / wall),
        "tick_ms": round(1000 * ticking / ROUNDS, 2),
    }


def memory() -> dict[str, Any]:
    """Bytes a signal, its past filled, by what Python allocated for it."""
    signals, clock = 200, [START]
    draw = random.Random(SEED)  # noqa: S311 - a seeded simulation
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    monitor = full_monitor(signals, clock)
    for _ in range(100):
        clock[0] += 7.0
        for at in range(signals):
            value = draw.gauss(5.0, 0.3)
            monitor.sample(Sample(f"m{at // 20}", f"s{at % 20}", value, clock[0]))
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return {"signals": signals, "bytes_per_signal": round(used / signals)}
