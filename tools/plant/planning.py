"""Plans of episodes: which machine, with which signals and limits, gets which fault, and when."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

from tools.plant.held_out import AREAS, FAULTS, UNITS, VENDORS, Split, allowed
from tools.plant.library import FaultKind, Library, MachineKind, SignalKind
from tools.plant.naming import asset_name, machine_name, tag_key

from lamplighter.faults.alarms.episodes import Due
from lamplighter.faults.machines.settings import Pattern, Zone
from lamplighter.faults.settings import Limits, Machine, Rate, Tag
from lamplighter.faults.signals.settings import Deviation, Loop, Range

_FIRST = 1_650_000_000.0
_LAST = 1_950_000_000.0
_QUICK = (4.0, 5.0, 10.0, 10.0, 15.0)
_SLOW = (10.0, 15.0, 20.0, 20.0, 30.0, 60.0)
_SLOWEST = 300.0
_LEAST_SPAN = 0.012
ENDLESS = math.inf


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal of the machine, in its own unit.

    ``lag``: a time constant in steps. ``loop``: the scale of its current loop, or None: it has
    none.
    """

    kind: SignalKind
    key: str
    name: str
    unit: str
    usual: float
    span: float
    noise: float
    digits: int
    lag: float
    loop: Loop | None


@dataclass(frozen=True, slots=True)
class Course:
    """How one signal moves: where to (1 is the limit), when (in steps), and back when."""

    to: float
    begins: float
    grows: float
    ends: float
    shape: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A signal whose sensor or line fails: how, and from which to which step.

    ``how``: ``stale`` (no value comes), ``stuck``, ``loop`` (the current breaks down), ``text`` (no
    numbers come), ``range`` (the sensor's word for "no value").
    """

    how: str
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Plan:
    """An episode to be simulated; every time is in steps of ``step`` seconds.

    Attributes:
        split: what it may be made of.
        kind: the class of the machine.
        machine: its configuration.
        signals: its signals by key.
        fault: what goes wrong; None where only a signal is at fault.
        courses: how the signals move, by key.
        broken: which signals fail, by key.
        wanted: what the report is to be about.
        start: UTC seconds of the first step.
        step: seconds.
        onset: when the fault begins.
        ends: when it is over; never where the report is not about its end.
        length: how many steps there are at most.
        settle: seconds from the first alarm to the report.
        quiet: seconds without an alarm until the episode is closed.
        vendor: in which manner the machine writes its log; None where it has none.
    """

    split: Split
    kind: MachineKind
    machine: Machine
    signals: dict[str, Signal]
    fault: FaultKind | None
    courses: dict[str, Course]
    broken: dict[str, Broken]
    wanted: Due
    start: float
    step: float
    onset: int
    ends: float
    length: int
    settle: float
    quiet: float
    vendor: str | None


def plan(draw: random.Random, library: Library, split: Split, wanted: Due) -> Plan:
    """A plan of an episode, with a report of the wanted kind in view."""
    kind, fault = _what(draw, library, split)
    signals = {signal.key: signal for signal in _signals(draw, kind, fault, split)}
    step = draw.choice(_SLOW if fault.shape == "slow" else _QUICK)
    if draw.random() < 0.1:
        step = draw.choice((60.0, 120.0, _SLOWEST))
    onset = draw.randrange(45, 64)
    grows = draw.uniform(3.0, 18.0)
    lasts = grows + draw.uniform(8.0, 50.0)
    ends = onset + lasts if wanted == "closed" else ENDLESS
    courses = _courses(draw, signals, fault, (onset, grows, ends), late=wanted == "changed")
    broken = _broken(draw, signals, courses, (onset, ends))
    if broken and draw.random() < 0.6:
        courses = {}
    for key, each in broken.items():
        if each.how == "loop":
            signals[key] = replace(signals[key], loop=_scale(signals[key]))
    tags = {key: _tag(draw, each, courses.get(key), broken.get(key), step)
            for key, each in signals.items()}  # fmt: skip
    name = machine_name(draw, kind, split)
    areas = allowed(library.sayings.areas, AREAS, split, chance=draw.random())
    vendors = allowed(sorted(library.sayings.vendors), VENDORS, split, chance=draw.random())
    machine = Machine(
        asset=asset_name(draw, name),
        name=name,
        machine_class=kind.name,
        area=draw.choice(areas) if draw.random() < 0.7 else None,
        tags=tags,
        # It takes hours to learn: what it finds is added afterwards.
        pattern=Pattern(enabled=False),
    )
    return Plan(
        split=split,
        kind=kind,
        machine=machine,
        signals=signals,
        fault=fault if courses else None,
        courses=courses,
        broken=broken,
        wanted=wanted,
        start=float(draw.randrange(int(_FIRST), int(_LAST))) + draw.choice((0.0, 0.25, 0.5)),
        step=step,
        onset=onset,
        ends=ends,
        length=onset + int(lasts) + 150,
        settle=draw.choice((20.0, 30.0, 60.0, 120.0, 300.0)) if step < 60 else 4 * step,
        quiet=draw.choice((60.0, 60.0, 120.0, 300.0)) if step < 60 else 2 * step,
        vendor=draw.choice(vendors) if draw.random() < 0.65 else None,
    )


def _what(draw: random.Random, library: Library, split: Split) -> tuple[MachineKind, FaultKind]:
    kinds = list(library.classes)
    if split == "held_out" and draw.random() < 0.35:
        held = draw.choice(FAULTS)
        kinds = [kind for kind in kinds if any(fault.name == held for fault in kind.faults)]
        kind = draw.choice(kinds)
        return kind, next(fault for fault in kind.faults if fault.name == held)
    # The classes that come with the package are as frequent as all the others together.
    kind = draw.choice(kinds[:8] if draw.random() < 0.5 else kinds)
    return kind, draw.choice([fault for fault in kind.faults if fault.name not in FAULTS])


def _signals(
    draw: random.Random, kind: MachineKind, fault: FaultKind, split: Split
) -> list[Signal]:
    moved = [signal for signal in kind.signals if signal.role in fault.moves]
    lead = next(role for role in fault.moves if any(s.role == role for s in moved))
    kept = [s for s in moved if s.role == lead or draw.random() < 0.85]
    others = [signal for signal in kind.signals if signal.role not in fault.moves]
    others = draw.sample(others, min(len(others), draw.choice((0, 0, 1, 1, 2, 2, 3, 4))))
    style = draw.choice(("words", "words", "words", "words", "isa", "short"))
    first = draw.randrange(1, 900)
    found: list[Signal] = []
    names: set[str] = set()
    for at, signal in enumerate(draw.sample([*kept, *others], len(kept) + len(others))):
        made = _signal(draw, signal, tag_key(draw, signal, style, first + at), split)
        if made.key not in {each.key for each in found} and made.name not in names:
            found.append(made)
            names.add(made.name)
    return found


def _signal(draw: random.Random, kind: SignalKind, key: str, split: Split) -> Signal:
    low, high = kind.usual
    usual = math.exp(draw.uniform(math.log(low), math.log(high))) if low > 0 else draw.uniform(
        low, high
    )  # fmt: skip
    span = draw.uniform(*kind.span) * (usual if kind.relative else 1.0)
    # In too large a unit everything would be 0.00: nobody displays it so.
    units = [each for each, (factor, _) in kind.units.items() if span * factor >= _LEAST_SPAN]
    unit = draw.choice(allowed(units, UNITS, split, chance=draw.random()))
    factor, offset = kind.units[unit]
    span *= factor
    # Two digits of the way to the limit are what a display of that signal shows.
    digits = min(4, max(0, 2 - math.floor(math.log10(span))))
    return Signal(
        kind=kind,
        key=key,
        name=draw.choice(kind.names),
        unit=unit,
        usual=usual * factor + offset,
        span=span,
        noise=span * draw.choice((0.01, 0.02, 0.04, 0.07)),
        digits=draw.choice((digits, max(0, digits - 1))) if digits > 1 else digits,
        lag=draw.uniform(0.2, 2.5) if kind.slow < 30 else draw.uniform(1.0, 5.0),
        loop=None,
    )


def _courses(
    draw: random.Random,
    signals: dict[str, Signal],
    fault: FaultKind,
    times: tuple[float, float, float],
    *,
    late: bool,
) -> dict[str, Course]:
    """How the signals of a fault move: the leading one first, each later than the one before."""
    onset, grows, ends = times
    by_role = {signal.kind.role: key for key, signal in signals.items()}
    moves = [(by_role[role], to) for role, to in fault.moves.items() if role in by_role]
    found: dict[str, Course] = {}
    begins, harder = onset, draw.uniform(0.9, 1.4)
    last = len(moves) - 1
    for at, (key, to) in enumerate(moves):
        size = abs(to) * draw.uniform(0.9, 1.15) * harder
        if at == 0:
            size = max(size, 1.25)
        if late and at == max(1, last):
            size, begins = max(size, 1.3), begins + draw.uniform(15.0, 50.0)
        shape = (
            draw.choice(("slow", "step", "swing", "swing", "burst"))
            if draw.random() < 0.3
            else fault.shape
        )
        until = ends + draw.uniform(0.0, 4.0)
        if at and draw.random() < 0.12:
            until = min(until, begins + grows + draw.uniform(6.0, 25.0))
        found[key] = Course(math.copysign(size, to), begins, grows, until, shape)
        begins += draw.uniform(0.0, 2.5) + (draw.uniform(0.0, 12.0) if draw.random() < 0.3 else 0)
    return found


def _broken(
    draw: random.Random,
    signals: dict[str, Signal],
    courses: dict[str, Course],
    times: tuple[float, float],
) -> dict[str, Broken]:
    """In one of six plans a signal that the fault does not move fails too."""
    free = [key for key in signals if key not in courses]
    if not free or draw.random() > 0.17:
        return {}
    return _breaks(draw, {draw.choice(free): signals[draw.choice(free)]}, times)


def _breaks(
    draw: random.Random, signals: dict[str, Signal], times: tuple[float, float]
) -> dict[str, Broken]:
    onset, ends = times
    how = draw.choice(("stale", "stale", "stuck", "loop", "loop", "text", "range"))
    until = ends if draw.random() < 0.8 else ends - 3.0
    return {draw.choice(list(signals)): Broken(how, onset + draw.uniform(0.0, 9.0), until)}


def _scale(signal: Signal) -> Loop:
    """A transmitter's scale around the signal: round numbers, as they are set."""
    low = 0.0 if signal.usual > 0 else _nice(signal.usual - 3 * signal.span)
    return Loop(low, _nice(max(signal.usual, 0.0) + 4 * signal.span), signal.unit)


def _tag(
    draw: random.Random,
    signal: Signal,
    course: Course | None,
    broken: Broken | None,
    step: float,
) -> Tag:
    up = course.to > 0 if course else draw.random() < 0.6
    deviates = course is not None and draw.random() < 0.12
    high, low = _nice(signal.usual + signal.span), _nice(signal.usual - signal.span)
    more = draw.uniform(1.12, 1.6)
    graver = draw.random() < 0.45
    highest = _nice(signal.usual + more * signal.span) if graver else None
    lowest = _nice(signal.usual - more * signal.span) if graver else None
    if highest is not None and highest <= high:
        highest = None
    if lowest is not None and lowest >= low:
        lowest = None
    both = draw.random() < 0.3
    limited = not deviates
    limits = Limits(
        high_high=highest if up else None,
        high=high if limited and (up or both) else None,
        low=low if limited and (not up or both) and low < high else None,
        low_low=lowest if not up else None,
        deadband=round(signal.span * draw.choice((0.0, 0.05, 0.1, 0.15)), signal.digits),
        on_delay=draw.choice((0.0, 0.0, step, 2 * step)),
        off_delay=draw.choice((0.0, 0.0, step)),
    )
    return Tag(
        "t",
        unit=signal.unit,
        name=signal.name,
        limits=limits,
        rate=_rate(draw, signal, course, step),
        stale_after=_silence(draw, step) if broken and broken.how == "stale" else None,
        stuck_after=_frozen(draw, step) if broken and broken.how == "stuck" else None,
        deviation=_deviation(signal, step, up=up) if deviates else None,
        loop=signal.loop or False,
        range=_possible(signal) if broken and broken.how == "range" else None,
        zone=_zone(draw, signal),
    )


def _deviation(signal: Signal, step: float, *, up: bool) -> Deviation:
    bound = _nice(0.8 * signal.span)
    above, below = (bound, None) if up else (None, bound)
    return Deviation(above=above, below=below, over=200 * step, warm_up=15 * step)


def _possible(signal: Signal) -> Range:
    return Range(_nice(signal.usual - 4 * signal.span), _nice(signal.usual + 5 * signal.span))


def _zone(draw: random.Random, signal: Signal) -> Zone | None:
    if signal.unit != "mm/s" or "vibration" not in signal.name or draw.random() < 0.5:
        return None
    return Zone(group=draw.choice((1, 2)), mount=draw.choice(("rigid", "flexible")))


def _rate(draw: random.Random, signal: Signal, course: Course | None, step: float) -> Rate | None:
    if course is None or draw.random() > 0.14:
        return None
    per = draw.choice([seconds for seconds in (60.0, 300.0, 600.0) if seconds >= 2 * step] or [900])
    change = _nice(signal.span * draw.uniform(0.3, 0.6))
    return Rate(rise=change, per=per) if course.to > 0 else Rate(fall=change, per=per)


def _silence(draw: random.Random, step: float) -> float:
    fitting = [seconds for seconds in (30.0, 60.0, 90.0, 120.0, 300.0) if seconds > 2.5 * step]
    return draw.choice(fitting or [900.0])


def _frozen(draw: random.Random, step: float) -> float:
    fitting = [s for s in (120.0, 300.0, 600.0) if 10 * step < s < 60 * step]
    return draw.choice(fitting or [20 * step])


def _nice(value: float) -> float:
    """The number that an engineer would have set: two or three significant digits."""
    if value == 0:
        return 0.0
    return round(value, 2 - math.floor(math.log10(abs(value))) - (abs(value) >= 1000))
