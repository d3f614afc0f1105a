"""How many values a second signals are watched at on one core, and in what memory."""

from __future__ import annotations

import gc
import random
import sys
import time
import tracemalloc
from typing import Any

from lamplighter.faults.monitor import FaultMonitor
from lamplighter.faults.settings import Faults, Limits, Machine, Rate, Tag
from lamplighter.faults.signals.settings import Deviation, Range
from lamplighter.plugin import Sample

SEED = 20260301
START = 1_772_373_909.0
SIGNALS = 1_000
ROUNDS = 200
A_MACHINE = 20
_FRAMES = 12
_DETECTION = "*/faults/signals/*"


def measure() -> dict[str, Any]:
    """Values a second in calm and with wrong input, and bytes a signal."""
    return {
        "throughput": throughput(),
        "with_wrong_input": throughput(wrong=0.05),
        "ten_kilohertz": burst(),
        "memory": memory(),
    }


def full_tag() -> Tag:
    """A tag with every detector on; what is learned is, unless it is switched off."""
    return Tag(
        "t",
        unit="bar",
        limits=Limits(9.0, 7.5, 2.5, 1.0, deadband=0.2, on_delay=5.0, off_delay=5.0),
        rate=Rate(rise=6.0, fall=6.0, per=60.0),
        deviation=Deviation(above=3.0, below=3.0, warm_up=60.0),
        range=Range(0.0, 16.0),
        stale_after=60.0,
        stuck_after=3600.0,
    )


def full_monitor(signals: int, clock: list[float]) -> FaultMonitor:
    """A monitor of so many signals, twenty a machine, on a clock that the caller sets."""
    machines = [
        Machine(f"m{number}", tags={f"s{tag}": full_tag() for tag in range(A_MACHINE)})
        for number in range(signals // A_MACHINE)
    ]
    return FaultMonitor(machines, clock=lambda: clock[0], config=Faults())


def throughput(*, wrong: float = 0.0) -> dict[str, Any]:
    """Values a second on one core: 1,000 signals at 1 Hz, all detectors on, ticks included.

    Args:
        wrong: the share of values that are NaN.
    """
    clock = [START]
    monitor = full_monitor(SIGNALS, clock)
    draw = random.Random(SEED)  # noqa: S311 - a seeded simulation
    names = [(f"m{at // A_MACHINE}", f"s{at % A_MACHINE}") for at in range(SIGNALS)]
    values = [float("nan") if draw.random() < wrong else draw.gauss(5.0, 0.6) for _ in range(9_973)]
    rows = [
        [
            Sample(asset, tag, values[(turn * SIGNALS + at) % len(values)], START + turn)
            for at, (asset, tag) in enumerate(names)
        ]
        for turn in range(1, ROUNDS + 1)
    ]
    gc.collect()
    changes, ticking = 0, 0.0
    began, wall = time.process_time(), time.perf_counter()
    for row in rows:
        clock[0] += 1.0
        for sample in row:
            changes += len(monitor.sample(sample))
        before = time.process_time()
        changes += len(monitor.tick(clock[0]))
        ticking += time.process_time() - before
    cpu, wall = time.process_time() - began, time.perf_counter() - wall
    count = SIGNALS * ROUNDS
    return {
        "signals": SIGNALS,
        "values": count,
        "changes": changes,
        "values_per_cpu_second": round(count / cpu),
        "values_per_second": round(count / wall),
        "tick_ms": round(1000 * ticking / ROUNDS, 2),
    }


def burst() -> dict[str, Any]:
    """Values a second of one signal that comes at 10 kHz where 1 Hz was usual."""
    clock = [START]
    monitor = full_monitor(A_MACHINE, clock)
    draw = random.Random(SEED)  # noqa: S311 - a seeded simulation
    for _ in range(60):
        clock[0] += 1.0
        monitor.sample(Sample("m0", "s0", draw.gauss(5.0, 0.3), clock[0]))
    count = 100_000
    values = [draw.gauss(5.0, 0.3) for _ in range(count)]
    began = time.process_time()
    for value in values:
        clock[0] += 1e-4
        monitor.sample(Sample("m0", "s0", value, clock[0]))
    return {"values_per_cpu_second": round(count / (time.process_time() - began))}


def memory() -> dict[str, Any]:
    """Bytes a signal, its past filled, by what Python allocated for it.

    ``detection``: the detectors, the past, the health and what is learned. ``all``: the conditions
    and alarms, and what each machine keeps, too. What signals share is left out: it is the
    difference between two monitors.
    """
    draw = random.Random(SEED)  # noqa: S311 - a seeded simulation
    _use(full_monitor(A_MACHINE, [START]), A_MACHINE, [START], draw)  # imports, tables, caches
    few, many = _allocated(200, draw), _allocated(400, draw)
    detection, everything = ((more - less) / 200 for less, more in zip(few, many, strict=True))
    return {
        "detection_bytes_per_signal": round(detection),
        "all_bytes_per_signal": round(everything),
    }


def _allocated(signals: int, draw: random.Random) -> tuple[float, float]:
    """Bytes for detection, and for everything, of so many signals."""
    clock = [START]
    gc.collect()
    tracemalloc.start(_FRAMES)
    monitor = full_monitor(signals, clock)
    _use(monitor, signals, clock, draw)
    gc.collect()
    found = tracemalloc.take_snapshot()
    tracemalloc.stop()
    detection = found.filter_traces([tracemalloc.Filter(True, _DETECTION, all_frames=True)])
    # These themselves are made for it elsewhere.
    watches = signals * sys.getsizeof(monitor.watch("m0", "s0"))
    # The configuration, and the drawn values, are not the monitor's.
    ours = found.filter_traces(
        [tracemalloc.Filter(False, each) for each in (__file__, random.__file__)]
    )
    return (
        sum(trace.size for trace in detection.traces) + watches,
        sum(trace.size for trace in ours.traces),
    )


def _use(monitor: FaultMonitor, signals: int, clock: list[float], draw: random.Random) -> None:
    """Fills the past of every signal."""
    for _ in range(100):
        clock[0] += 7.0
        for at in range(signals):
            asset, tag = f"m{at // A_MACHINE}", f"s{at % A_MACHINE}"
            monitor.sample(Sample(asset, tag, draw.gauss(5.0, 0.3), clock[0]))
        monitor.tick(clock[0])
