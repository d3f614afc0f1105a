"""One signal in alarm as a line of facts with marks: its state in plain words, then its figures."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.alarms.episodes import Due
from lamplighter.faults.condition import (
    LIMIT_KINDS,
    RATE_KINDS,
    SIGNAL_KINDS,
    USUAL_KINDS,
    Kind,
)
from lamplighter.faults.evidence.record import SignalEvidence, is_beyond
from lamplighter.faults.wording import clock_time, duration, exact, quantity, shown

STATES = {
    Kind.HIGH_HIGH: "high",
    Kind.HIGH: "high",
    Kind.LOW: "low",
    Kind.LOW_LOW: "low",
    Kind.RISING_FAST: "rising fast",
    Kind.FALLING_FAST: "falling fast",
    Kind.ABOVE_USUAL: "above usual",
    Kind.BELOW_USUAL: "below usual",
    Kind.SHIFTED_UP: "shifted up",
    Kind.SHIFTED_DOWN: "shifted down",
    Kind.DRIFTING_UP: "drifting up",
    Kind.DRIFTING_DOWN: "drifting down",
    Kind.UNSTEADY: "unsteady",
    Kind.SPIKING: "spiking",
    Kind.UNUSUAL: "unusual",
    Kind.PATTERN: "out of step",
    Kind.STALE: "silent",
    Kind.STUCK: "stuck",
    Kind.LOOP: "loop fault",
    Kind.DISTURBED: "disturbed",
}
"""What a line calls each kind of condition."""

# Without a limit, what is usual is what the value is told against.
_TOLD_BY_USUAL = USUAL_KINDS | {
    Kind.SHIFTED_UP, Kind.SHIFTED_DOWN, Kind.DRIFTING_UP, Kind.DRIFTING_DOWN, Kind.UNSTEADY,
    Kind.SPIKING, Kind.UNUSUAL,
}  # fmt: skip


def signal_marks(number: int, signal: SignalEvidence) -> dict[str, str]:
    """What the marks of the signal with this number stand for."""
    n = number
    found = {
        f"s{n}": signal.name,
        f"t{n}": clock_time(signal.onset),
        f"l{n}": quantity(exact(signal.limit), signal.limit_unit),
    }
    if signal.kind in SIGNAL_KINDS:
        found[f"d{n}"] = duration(signal.limit)
    if signal.kind in RATE_KINDS:
        # "3 °C/60 s" is a unit for programs.
        _, _, window = signal.limit_unit.rpartition("/")
        found[f"l{n}"] = f"{quantity(exact(signal.limit), signal.unit)} within {window}"
    values = {"v": signal.value, "u": signal.baseline}
    values["p"] = signal.least if signal.move == "down" else signal.greatest
    for letter, value in values.items():
        if value is not None:
            found[f"{letter}{n}"] = quantity(shown(value), signal.unit)
    if signal.slope is not None:
        found[f"g{n}"] = f"{quantity(shown(abs(signal.slope)), signal.unit)} per minute"
    if signal.why:
        found[f"y{n}"] = signal.why.rstrip(".")
    if signal.zone:
        found[f"z{n}"] = f"zone {signal.zone}"
    return found


def signal_line(number: int, signal: SignalEvidence, *, about: Due) -> str:
    """The signal's line: ``s1 high: v1, limit l1, usual u1, rising g1``.

    Args:
        number: of the signal in the order of first-out.
        signal: what is told.
        about: the kind of report: of a closed episode extremes count more than trends, and of a
            changed one what is new counts more than what is usual.
    """
    state = STATES[signal.kind]
    if not signal.active:
        state = f"back from {state}"
    elif signal.kind in LIMIT_KINDS and not is_beyond(signal):
        state = f"was {state}"  # within the deadband the alarm holds
    return f"s{number} {state}: " + ", ".join(_figures(number, signal, about))


def begun_of_lead(signal: SignalEvidence) -> str:
    """How a clause on the leading signal begins whose value says nothing of its bound, or ""."""
    if signal.kind in RATE_KINDS and signal.value is not None:
        return f"s1 {'rose' if signal.move == 'up' else 'fell'} by more than the allowed l1 and is"
    within = signal.kind in LIMIT_KINDS and not is_beyond(signal)
    if within and signal.active and signal.value is not None:
        return f"s1 went {'above' if signal.move == 'up' else 'below'} its limit of l1 and is now"
    return ""


def _figures(n: int, signal: SignalEvidence, about: Due) -> Iterator[str]:
    if signal.value is not None:
        yield f"last v{n}" if signal.kind is Kind.STALE and signal.active else f"v{n}"
    yield from _bound(n, signal)
    if signal.zone and signal.active and signal.kind not in SIGNAL_KINDS:
        yield f"z{n}"
    if signal.why and signal.kind in {Kind.LOOP, Kind.DISTURBED}:
        yield f"reason y{n}"
    leading = n == 1 and about != "changed" and signal.kind not in SIGNAL_KINDS
    by_usual = signal.kind in (_TOLD_BY_USUAL if signal.active else USUAL_KINDS)
    if signal.baseline is not None and (leading or by_usual):
        yield f"usual u{n}"
    if n == 1:
        yield from _peak(n, signal) if about == "closed" else _trend(n, signal)


def _bound(n: int, signal: SignalEvidence) -> Iterator[str]:
    if signal.kind in LIMIT_KINDS:
        yield f"limit l{n}"
    elif signal.kind in RATE_KINDS:
        yield f"allowed l{n}"
    elif signal.kind in {Kind.STALE, Kind.STUCK}:
        yield f"for d{n}"


def _peak(n: int, signal: SignalEvidence) -> Iterator[str]:
    extreme = signal.least if signal.move == "down" else signal.greatest
    told_apart = extreme is not None and shown(extreme) != shown(signal.value or 0.0)
    if told_apart and signal.kind in LIMIT_KINDS | USUAL_KINDS:
        yield f"peak p{n}" if signal.move == "up" else f"lowest p{n}"


def _trend(n: int, signal: SignalEvidence) -> Iterator[str]:
    moving = signal.active and signal.kind not in SIGNAL_KINDS
    moving = moving and signal.trend in {"rising", "falling"}
    if moving and signal.slope and shown(abs(signal.slope)) != "0":
        yield f"{signal.trend} g{n}"
