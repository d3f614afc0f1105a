"""What is wrong with a signal, in the template's words."""

from __future__ import annotations

from collections.abc import Callable

from lamplighter.faults.condition import (
    DOWNWARD,
    LIMIT_KINDS,
    RATE_KINDS,
    UPWARD,
    Kind,
)
from lamplighter.faults.evidence.record import SignalEvidence
from lamplighter.faults.wording import exact, quantity, shown

_WITHOUT_SIDE = {
    Kind.UNSTEADY: "unsteady",
    Kind.SPIKING: "spiking",
    Kind.UNUSUAL: "unusual",
    Kind.PATTERN: "out of step with the other signals",
    Kind.DISTURBED: "disturbed",
}


def value_of(signal: SignalEvidence) -> str:
    """Its latest value with its unit."""
    return quantity(shown(signal.value or 0.0), signal.unit)


def limit_of(signal: SignalEvidence) -> str:
    """The bound of its kind with its unit: as configured, or what was learned as it is shown."""
    is_set = signal.kind in LIMIT_KINDS | RATE_KINDS
    return quantity(exact(signal.limit) if is_set else shown(signal.limit), signal.limit_unit)


def told(signal: SignalEvidence) -> str:
    """What is wrong with it, or was, without a full stop."""
    return _SAID.get(signal.kind, _beyond)(signal)


def _stuck(signal: SignalEvidence) -> str:
    stayed = f"{signal.name} stayed at one value for {limit_of(signal)} or more"
    return f"{stayed} and is at {value_of(signal)}"


def _fast(signal: SignalEvidence) -> str:
    verb = "rose" if signal.kind in UPWARD else "fell"
    return f"{signal.name} {verb} by more than the allowed {limit_of(signal)} and {_now(signal)}"


def _silent(signal: SignalEvidence) -> str:
    said = f"{signal.name} gave no value for {limit_of(signal)} or more"
    if signal.value is None:
        return said
    if not signal.active:
        return f"{said} and is back at {value_of(signal)}"
    return f"{said}; its last value was {value_of(signal)}"


def _loop(signal: SignalEvidence) -> str:
    said = f"the loop of {signal.name} {'is' if signal.active else 'was'} broken"
    if signal.value is None:
        return said
    if not signal.active:
        return f"{said} and it is back at {value_of(signal)}"
    return f"{said}; its last value was {value_of(signal)}"


def _without_side(signal: SignalEvidence) -> str:
    state = _WITHOUT_SIDE[signal.kind]
    if signal.value is None:
        return f"{signal.name} {'is' if signal.active else 'was'} {state}"
    if signal.active:
        return f"{signal.name} is {state}, at {value_of(signal)}"
    return f"{signal.name} was {state} and is back at {value_of(signal)}"


def _drifting(signal: SignalEvidence) -> str:
    way = "up" if signal.kind in UPWARD else "down"
    if signal.active:
        return f"{signal.name} is drifting {way} and is at {value_of(signal)}"
    return f"{signal.name} was drifting {way} and is back at {value_of(signal)}"


def _shifted(signal: SignalEvidence) -> str:
    level = "higher" if signal.kind in UPWARD else "lower"
    if signal.active:
        return f"{signal.name} moved to a {level} level and is at {value_of(signal)}"
    return f"{signal.name} was at a {level} level and is back at {value_of(signal)}"


def _beyond(signal: SignalEvidence) -> str:
    up = signal.kind not in DOWNWARD
    side, word = ("above", "high") if up else ("below", "low")
    bound = "limit" if signal.kind in LIMIT_KINDS else "usual bound"
    limit = limit_of(signal)
    if not signal.active:
        returned = f"has returned to {value_of(signal)}"
        return f"{signal.name} was {side} its {bound} of {limit} and {returned}"
    if not _is_beyond(signal):
        # Within the deadband the alarm holds though the value is no longer beyond the limit.
        return f"{signal.name} went {side} its {bound} of {limit} and is now at {value_of(signal)}"
    return f"{signal.name} is {word} at {value_of(signal)}, {side} its {bound} of {limit}"


def _is_beyond(signal: SignalEvidence) -> bool:
    if signal.value is None:
        return False
    up = signal.kind not in DOWNWARD
    return signal.value > signal.limit if up else signal.value < signal.limit


def _now(signal: SignalEvidence) -> str:
    return f"is {'' if signal.active else 'back '}at {value_of(signal)}"


_SAID: dict[Kind, Callable[[SignalEvidence], str]] = {
    Kind.STALE: _silent,
    Kind.STUCK: _stuck,
    Kind.LOOP: _loop,
    **dict.fromkeys(RATE_KINDS, _fast),
    **dict.fromkeys(_WITHOUT_SIDE, _without_side),
    Kind.DRIFTING_UP: _drifting,
    Kind.DRIFTING_DOWN: _drifting,
    Kind.SHIFTED_UP: _shifted,
    Kind.SHIFTED_DOWN: _shifted,
}
