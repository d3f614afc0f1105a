"""Patterns and bearings: what is found, what is named, how often for nothing, and what it costs.

All of it is of simulated machines: see ``pump_days``.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from tools.faults_figures.pump_days import BEARING, RATE, STEPS_A_DAY, Vector, pump_days, struck

from lamplighter.faults.condition import pattern_of
from lamplighter.faults.machines.pattern_watch import PatternWatch
from lamplighter.faults.machines.settings import Pattern, Waveform
from lamplighter.faults.machines.waveform_features import MOST_SAMPLES, features
from lamplighter.faults.settings import Machine, Tag
from lamplighter.faults.signals.signal_watch import SignalWatch
from lamplighter.faults.signals.status import SignalStatus
from lamplighter.plugin import Message
from lamplighter_json.blocks import read_block

STEP_S = 5.0
START = 1_772_323_200.0
MACHINES = 6
DAYS = 7
FAULT_DAYS = 2
BLOCKS = 50
_DEFECTS = ("bpfo", "bpfi", "bsf", "ftf")
_FAULTS = ("shifted by one deviation", "shifted by two", "standing at its mean")


def measure() -> dict[str, Any]:
    """Figures of patterns and of bearings, and their cost."""
    return {
        "false_alarms": false_alarms(),
        "broken_patterns": broken_patterns(),
        "bearings": bearings(),
        "cost": cost(),
    }


@dataclass(slots=True)
class Signal:
    """As much of a signal's watch as a pattern looks at."""

    value: float = 0.0
    time: float = 0.0
    status: SignalStatus = SignalStatus.GOOD


@dataclass(frozen=True, slots=True)
class Alarm:
    """When an alarm of a pattern began, in steps, and the signal that it named."""

    step: float
    lead: str


def alarms(rows: dict[str, Vector]) -> list[Alarm]:
    """The alarms of a pattern's watch with its default settings, every 5 s."""
    machine = Machine("m", tags={name: Tag("t") for name in rows}, pattern=Pattern(step=STEP_S))
    condition = pattern_of(machine)
    assert condition is not None
    watch = PatternWatch(machine, condition)
    signals = {name: Signal() for name in rows}
    found: list[Alarm] = []
    columns = {name: values.tolist() for name, values in rows.items()}
    for at in range(len(next(iter(columns.values())))):
        now = START + STEP_S * (at + 1)
        for name, signal in signals.items():
            signal.value, signal.time = columns[name][at], now
        changes = watch.step(now, cast("dict[str, SignalWatch]", signals), other_alarm=False)
        found += [
            Alarm((each.since - START) / STEP_S, each.condition.tag)
            for each in changes
            if each.active
        ]
    return found


def false_alarms() -> dict[str, Any]:
    """Alarms of pumps that have no fault."""
    told = [len(alarms(pump_days(seed, DAYS * STEPS_A_DAY))) for seed in range(MACHINES)]
    return {
        "machine_days": MACHINES * DAYS,
        "alarms": sum(told),
        "per_machine_and_week": round(7.0 * sum(told) / (MACHINES * DAYS), 3),
    }


def broken_patterns() -> dict[str, Any]:
    """Faults of one signal of a pump that was learned for two days: found within an hour, named."""
    names = list(pump_days(0, 2))
    onset, hour = FAULT_DAYS * STEPS_A_DAY, 720
    found: dict[str, Any] = {}
    for kind, fault in enumerate(_FAULTS):
        delays, named = [], 0
        for at, name in enumerate(names):
            rows = pump_days(100 + 10 * kind + at, onset + hour)
            usual = rows[name][:onset]
            spread = float(usual.std())
            rows[name][onset:] = (
                usual.mean() + 0.2 * spread * np.random.default_rng(at).standard_normal(hour)
                if kind == len(_FAULTS) - 1
                else rows[name][onset:] + (kind + 1) * spread
            )
            told = [each for each in alarms(rows) if each.step >= onset - 1]
            if told:
                delays.append((told[0].step - onset) * STEP_S)
                named += told[0].lead == name
        found[fault] = {
            "found": f"{len(delays)} of {len(names)}",
            "named": f"{named} of {len(delays)}",
            "onset_median_s": round(statistics.median(delays), 0) if delays else None,
        }
    return found


def bearings() -> dict[str, Any]:
    """Which defect stands out, whether it alarms, and whether a sound bearing does."""
    waveform = Waveform("w", rate=RATE, speed="1480", bearing=BEARING)
    high = BEARING.high or 0.0
    found: dict[str, Any] = {}
    for snr in (0.0, -5.0, -10.0, -13.0):
        right = raised = others = 0
        for defect in _DEFECTS:
            for seed in range(BLOCKS):
                levels = _levels(waveform, defect, snr, seed)
                right += max(levels, key=lambda each: levels[each]) == defect
                raised += levels.pop(defect) > high
                others += max(levels.values()) > high
        total = BLOCKS * len(_DEFECTS)
        found[f"{snr:g} dB"] = {
            "right": f"{right} of {total}",
            "alarm": f"{raised} of {total}",
            "another_alarms": f"{others} of {total}",
        }
    sound = [max(_levels(waveform, None, 0.0, seed).values()) for seed in range(10 * BLOCKS)]
    found["sound"] = {
        "alarms": f"{sum(each > high for each in sound)} of {len(sound)}",
        "greatest": round(max(sound), 2),
    }
    return found


def _levels(waveform: Waveform, defect: str | None, snr: float, seed: int) -> dict[str, float]:
    rpm = 900.0 + 2100.0 * (seed % BLOCKS) / BLOCKS
    samples = struck(defect, snr_db=snr, rpm=rpm, seed=seed)
    values = features(samples, RATE, waveform, rpm).values
    return {each: values[each] for each in _DEFECTS}


def cost() -> dict[str, Any]:
    """Of a pattern with twenty signals, and of the greatest block of vibration.

    As in the daemon, numpy's decompositions have one thread: ``OPENBLAS_NUM_THREADS=1``, which
    must be set before numpy is imported.
    """
    step, size = _pattern_cost(20)
    waveform = Waveform("w", rate=51_200.0, speed="1480", bearing=BEARING)
    samples = np.random.default_rng(1).standard_normal(MOST_SAMPLES)
    payload = json.dumps([round(each, 4) for each in samples.tolist()]).encode()
    message = Message("w", payload)
    return {
        "pattern_step_of_20_signals_us": round(step * 1e6, 1),
        "thousand_machines_share_of_a_core": round(1000 * step / STEP_S, 4),
        "learned_of_20_signals_bytes": size,
        "block_of_65536_samples_ms": _milliseconds(
            lambda: features(samples, 51_200.0, waveform, 1480.0)
        ),
        "reading_it_from_json_ms": _milliseconds(
            lambda: read_block(message, waveform, MOST_SAMPLES)
        ),
    }


def _pattern_cost(count: int) -> tuple[float, int]:
    rng = np.random.default_rng(1)
    load = np.cumsum(rng.standard_normal(6000)) * 0.01
    names = [f"s{at}" for at in range(count)]
    rows = {name: load + 0.1 * rng.standard_normal(6000) for name in names}
    machine = Machine("m", tags={name: Tag("t") for name in names}, pattern=Pattern(step=STEP_S))
    condition = pattern_of(machine)
    assert condition is not None
    watch = PatternWatch(machine, condition)
    signals = {name: Signal() for name in names}
    begun = 0.0
    for at in range(6000):
        if at == 2000:
            begun = time.process_time()
        now = START + STEP_S * (at + 1)
        for name, signal in signals.items():
            signal.value, signal.time = float(rows[name][at]), now
        watch.step(now, cast("dict[str, SignalWatch]", signals), other_alarm=False)
    taken = (time.process_time() - begun) / 4000
    return taken, len(json.dumps(watch.learned()))


def _milliseconds(call: Callable[[], object]) -> float:
    taken = []
    for _ in range(10):
        begun = time.process_time()
        call()
        taken.append(time.process_time() - begun)
    return round(1e3 * statistics.median(taken), 2)
