"""Configures a simulated machine's signals, as an engineer who knows them would."""

from __future__ import annotations

import math
import random

from tools.plant.parts import Broken, Course, Signal

from lamplighter.faults.machines.settings import Zone
from lamplighter.faults.settings import Limits, Rate, Tag
from lamplighter.faults.signals.settings import Deviation, Range


def tag_of(
    draw: random.Random,
    signal: Signal,
    course: Course | None,
    broken: Broken | None,
    step: float,
) -> Tag:
    """The configuration of a signal, so that what happens to it raises an alarm.

    Args:
        draw: chance.
        signal: which one.
        course: how it moves; None: it does not.
        broken: how it fails; None: it does not.
        step: seconds between its values.
    """
    up = course.to > 0 if course else draw.random() < 0.6
    deviates = course is not None and draw.random() < 0.12
    return Tag(
        "t",
        unit=signal.unit,
        name=signal.name,
        limits=_limits(draw, signal, step, up=up, limited=not deviates),
        rate=_rate(draw, signal, course, step),
        stale_after=_silence(draw, step) if broken and broken.how == "stale" else None,
        stuck_after=_frozen(draw, step) if broken and broken.how == "stuck" else None,
        deviation=_deviation(signal, step, up=up) if deviates else None,
        loop=signal.loop or False,
        range=_possible(signal) if broken and broken.how == "range" else None,
        zone=_zone(draw, signal),
    )


def _limits(draw: random.Random, signal: Signal, step: float, *, up: bool, limited: bool) -> Limits:
    """Bounds on the side to which it may go, now and then on both, often with a graver one."""
    side = 1.0 if up else -1.0
    near: float | None = nice(signal.usual + side * signal.span)
    far = nice(signal.usual - side * signal.span)
    graver = nice(signal.usual + side * draw.uniform(1.12, 1.6) * signal.span)
    beyond = graver if draw.random() < 0.45 and graver != near else None
    across = far if draw.random() < 0.3 and far != near else None
    if not limited:
        near = across = None
    return Limits(
        high_high=beyond if up else None,
        high=near if up else across,
        low=across if up else near,
        low_low=None if up else beyond,
        deadband=round(signal.span * draw.choice((0.0, 0.05, 0.1, 0.15)), signal.digits),
        on_delay=draw.choice((0.0, 0.0, step, 2 * step)),
        off_delay=draw.choice((0.0, 0.0, step)),
    )


def _deviation(signal: Signal, step: float, *, up: bool) -> Deviation:
    bound = nice(0.8 * signal.span)
    above, below = (bound, None) if up else (None, bound)
    return Deviation(above=above, below=below, over=200 * step, warm_up=15 * step)


def _possible(signal: Signal) -> Range:
    return Range(nice(signal.usual - 4 * signal.span), nice(signal.usual + 5 * signal.span))


def _zone(draw: random.Random, signal: Signal) -> Zone | None:
    if signal.unit != "mm/s" or "vibration" not in signal.name or draw.random() < 0.5:
        return None
    return Zone(group=draw.choice((1, 2)), mount=draw.choice(("rigid", "flexible")))


def _rate(draw: random.Random, signal: Signal, course: Course | None, step: float) -> Rate | None:
    if course is None or draw.random() > 0.14:
        return None
    per = draw.choice([seconds for seconds in (60.0, 300.0, 600.0) if seconds >= 2 * step] or [900])
    change = nice(signal.span * draw.uniform(0.3, 0.6))
    return Rate(rise=change, per=per) if course.to > 0 else Rate(fall=change, per=per)


def _silence(draw: random.Random, step: float) -> float:
    fitting = [seconds for seconds in (30.0, 60.0, 90.0, 120.0, 300.0) if seconds > 2.5 * step]
    return draw.choice(fitting or [4 * step])


def _frozen(draw: random.Random, step: float) -> float:
    fitting = [s for s in (120.0, 300.0, 600.0) if 10 * step < s < 60 * step]
    return draw.choice(fitting or [20 * step])


def nice(value: float) -> float:
    """The number that an engineer would have set: two or three significant digits."""
    if value == 0:
        return 0.0
    return round(value, 2 - math.floor(math.log10(abs(value))) - (abs(value) >= 1000))
