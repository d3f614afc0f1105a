"""What a planned machine measures, step by step."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

from tools.plant.parts import Broken, Course, Signal
from tools.plant.planning import Plan

_DAY_S = 86_400.0
# Steps from one spike to the next.
_EVERY = 4


def values(plan: Plan, seed: int) -> Iterator[tuple[int, dict[str, float]]]:
    """Each step's number and the values that arrive; a silent signal has none."""
    draw = random.Random(seed)  # noqa: S311 - a seeded simulation
    smooth = dict.fromkeys(plan.signals, 0.0)
    daily = {key: draw.uniform(-0.12, 0.12) for key in plan.signals}
    last: dict[str, float] = {}
    for step in range(plan.length):
        found: dict[str, float] = {}
        phase = math.sin(2 * math.pi * (plan.start + step * plan.step) / _DAY_S)
        for key, signal in plan.signals.items():
            smooth[key] = 0.6 * smooth[key] + 0.8 * draw.gauss(0.0, signal.noise)
            broken = plan.broken.get(key)
            if broken and broken.begins <= step < broken.ends:
                wrong = _wrong(broken, draw, last.get(key))
                if wrong is not None:
                    found[key] = wrong
                continue
            share = daily[key] * phase + level(plan.courses.get(key), signal, step)
            value = round(signal.usual + share * signal.span + smooth[key], signal.digits)
            found[key] = last[key] = _sent(value or 0.0, signal)
        yield step, found


def level(course: Course | None, signal: Signal, step: float) -> float:
    """How far a signal has gone: 1 is the way from its usual value to its limit."""
    if course is None or step < course.begins:
        return 0.0
    back = max(0.0, step - course.ends)
    since = min(step, course.ends) - course.begins
    if course.shape == "burst":
        grown = course.to * (1.15 if int(since) % _EVERY == _EVERY - 1 else 0.12)
    elif course.shape == "step":
        grown = course.to * (1.0 - math.exp(-since / signal.lag))
    elif course.shape == "swing":
        swing = 1.0 + 0.22 * math.sin(2 * math.pi * since / (2.0 + course.grows))
        grown = course.to * swing * (1.0 - math.exp(-since / (0.4 * course.grows)))
    else:
        grown = course.to * (1.0 - math.exp(-since / (0.7 * course.grows)))
    return grown * math.exp(-back / max(1.0, signal.lag))


def _wrong(broken: Broken, draw: random.Random, last: float | None) -> float | None:
    """What a failed sensor sends in place of a value; None: nothing."""
    if broken.how == "stuck":
        return last
    if broken.how == "loop":
        return round(draw.choice((0.0, 0.02, 3.2, 3.4, 21.6, 22.0)), 2)
    if broken.how == "text":
        return math.nan
    return -9999.0 if broken.how == "range" else None


def _sent(value: float, signal: Signal) -> float:
    """What the machine sends: the value, or the current in mA that stands for it."""
    if signal.loop is None:
        return value
    low, high = signal.loop.low, signal.loop.high
    return round(4.0 + 16.0 * (value - low) / (high - low), 3)
