"""How fast signals are watched, in what memory, and who writes reports: model or template."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from statistics import quantiles
from typing import Any

from tools.machine_facts import facts

from lamplighter.errors import ModelError
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.monitor import EpisodeDue, FaultMonitor
from lamplighter.faults.reports.checker import check, length_problems
from lamplighter.faults.reports.template_text import template_text
from lamplighter.faults.reports.writer import Report, ReportWriter
from lamplighter.faults.settings import Faults, Limits, Machine, Rate, Tag
from lamplighter.model.engine import Engine
from lamplighter.model.locate import model_folder
from lamplighter.plugin import LogLine, Sample

SEED = 20260301
START = 1_772_373_909.0
SIGNALS = 1_000
ROUNDS = 200
CASES = 20
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


def templates(evidence: list[Evidence]) -> dict[str, Any]:
    """The template's texts under the checker, and what a check costs."""
    texts = [template_text(case) for case in evidence]
    began = time.process_time()
    faithful = sum(
        not check(text, case) and not length_problems(text)
        for text, case in zip(texts, evidence, strict=True)
    )
    spent = time.process_time() - began
    return {
        "cases": len(evidence),
        "faithful": faithful,
        "check_ms": round(1000 * spent / len(evidence), 2),
    }


async def reports(evidence: list[Evidence], *, threads: int) -> dict[str, Any]:
    """The real model on the cases: who wrote the published text, how long it took.

    Raises:
        ModelError: no model has been built.
    """
    engine = Engine(model_folder(), threads=threads)
    engine.start()
    model = f"{engine.name} {engine.version}".strip()
    writer = ReportWriter(model=model)
    done: list[Report] = []
    spent: list[float] = []
    try:
        for case in evidence:
            began = time.perf_counter()
            done.append(await writer.write(case, engine))
            spent.append(time.perf_counter() - began)
    finally:
        engine.stop()
    cuts = quantiles(spent, n=20)
    written = sum(report.written_by == "model" for report in done)
    wrong = Counter(
        problem.partition(" ")[2]
        for report in done
        for tried in report.problems
        for problem in tried
    )
    return {
        "model": model,
        "threads": threads,
        "cases": len(done),
        "by_model": written,
        "by_template": len(done) - written,
        "by_model_percent": round(100 * written / len(done), 1),
        "seconds_p50": round(cuts[9], 2),
        "seconds_p95": round(cuts[18], 2),
        "most_frequent_problems": wrong.most_common(8),
    }


def measure(*, count: int = CASES, threads: int = 2) -> dict[str, Any]:
    """Every figure; ``report`` says why where no model could be asked."""
    evidence = list(cases(count))
    try:
        report: dict[str, Any] = asyncio.run(reports(evidence, threads=threads))
    except ModelError as error:
        report = {"skipped": str(error)}
    return {
        "throughput": throughput(),
        "memory": memory(),
        "template": templates(evidence),
        "report": report,
        "machine": facts(),
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tools/bench faults", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object with every figure")
    parser.add_argument("--cases", type=int, default=CASES, help="evidence cases for the reports")
    parser.add_argument("--threads", type=int, default=2, help="threads of the model")
    options = parser.parse_args()
    found = measure(count=options.cases, threads=options.threads)
    if options.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    for part, figures in found.items():
        print(part)
        for key, value in figures.items():
            print(f"  {key:<26} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
