"""Plans of episodes: which machine, with which signals and limits, gets which fault, and when."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

from tools.plant.configuring import nice, tag_of
from tools.plant.held_out import AREAS, FAULTS, UNITS, VENDORS, Split, allowed
from tools.plant.library import FaultKind, Library, MachineKind, SignalKind
from tools.plant.naming import asset_name, machine_name, tag_key
from tools.plant.parts import Broken, Course, Signal

from lamplighter.faults.alarms.episodes import Due
from lamplighter.faults.machines.settings import Pattern
from lamplighter.faults.settings import Machine
from lamplighter.faults.signals.settings import Loop

_FIRST = 1_650_000_000.0
_LAST = 1_950_000_000.0
_QUICK = (4.0, 5.0, 10.0, 10.0, 15.0)
_SLOW = (10.0, 15.0, 20.0, 20.0, 30.0, 60.0)
_LONG = (60.0, 120.0, 300.0, 900.0, 1800.0)
_LEAST_SPAN = 0.012
_MOST = 250_000.0
ENDLESS = math.inf


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
        step = draw.choice(_LONG)
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
    tags = {
        key: tag_of(draw, each, courses.get(key), broken.get(key), step)
        for key, each in signals.items()
    }
    machine = _machine(draw, kind, library, split)
    vendors = allowed(sorted(library.sayings.vendors), VENDORS, split, chance=draw.random())
    return Plan(
        split=split,
        kind=kind,
        machine=replace(machine, tags=tags),
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


def _machine(draw: random.Random, kind: MachineKind, library: Library, split: Split) -> Machine:
    """The machine without its signals."""
    name = machine_name(draw, kind, split)
    areas = allowed(library.sayings.areas, AREAS, split, chance=draw.random())
    return Machine(
        asset=asset_name(draw, name),
        name=name,
        machine_class=kind.name,
        area=draw.choice(areas) if draw.random() < 0.7 else None,
        # It takes hours to learn: what it finds is added afterwards.
        pattern=Pattern(enabled=False),
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
    # In too large a unit everything would be 0.00, in too small a one millions: nobody does so.
    units = [
        each
        for each, (factor, _) in kind.units.items()
        if span * factor >= _LEAST_SPAN and abs(usual) * factor <= _MOST
    ]
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
    low = 0.0 if signal.usual > 0 else nice(signal.usual - 3 * signal.span)
    return Loop(low, nice(max(signal.usual, 0.0) + 4 * signal.span), signal.unit)
