"""The kinds of condition that a monitor learns or is told of in days, on evidence of minutes."""

from __future__ import annotations

import random
from dataclasses import replace

from tools.plant.planning import Plan

from lamplighter.faults.condition import (
    LIMIT_KINDS,
    RATE_KINDS,
    Condition,
    Kind,
    Severity,
    rank,
)
from lamplighter.faults.evidence.record import Evidence, SignalEvidence

# Zones by ISO 20816-3, group 1 on rigid supports: the bounds A|B, B|C, C|D in mm/s RMS.
_ZONES = ((2.3, "A"), (4.5, "B"), (7.1, "C"))
_UP = {
    "slow": (Kind.DRIFTING_UP, Kind.DRIFTING_UP, Kind.ABOVE_USUAL, Kind.SHIFTED_UP, Kind.UNUSUAL),
    "step": (Kind.SHIFTED_UP, Kind.SHIFTED_UP, Kind.ABOVE_USUAL, Kind.UNUSUAL),
    "swing": (Kind.UNSTEADY, Kind.UNSTEADY, Kind.SPIKING, Kind.ABOVE_USUAL),
}
_DOWN = {
    Kind.DRIFTING_UP: Kind.DRIFTING_DOWN,
    Kind.SHIFTED_UP: Kind.SHIFTED_DOWN,
    Kind.ABOVE_USUAL: Kind.BELOW_USUAL,
}


def as_learned(evidence: Evidence, plan: Plan, draw: random.Random) -> Evidence:
    """The evidence of the same episode on a machine whose signals have learned bounds.

    Now and then only some of the signals have, as where a machine has limits for the others.
    """
    some = draw.random() < 0.35
    pattern = draw.random() < 0.12
    signals = []
    for at, signal in enumerate(evidence.signals):
        if signal.kind not in LIMIT_KINDS | RATE_KINDS or (some and draw.random() < 0.5):
            signals.append(signal)
        else:
            kind = Kind.PATTERN if pattern and at == 0 else _learned(signal, plan, draw)
            signals.append(_of_kind(signal, kind, evidence))
    graded = [(each, _severity(each, evidence)) for each in signals]
    gravest = max((severity for _, severity in graded), key=rank)
    grave = min(each.onset for each, severity in graded if severity is gravest)
    return replace(
        evidence,
        signals=tuple(signals),
        severity=gravest,
        worsened=grave if int(grave) != int(evidence.started) else None,
    )


def with_zones(evidence: Evidence, draw: random.Random) -> Evidence:
    """The evidence with the zones of its vibration velocities, on some of the machines."""
    if draw.random() < 0.5:
        return evidence
    signals = tuple(
        replace(signal, zone=_zone(signal.value))
        if signal.unit == "mm/s" and "vibration" in signal.name and signal.value is not None
        else signal
        for signal in evidence.signals
    )
    return replace(evidence, signals=signals)


def _learned(signal: SignalEvidence, plan: Plan, draw: random.Random) -> Kind:
    course = plan.courses.get(signal.tag)
    kind = draw.choice(_UP[course.shape if course else "slow"])
    return _DOWN.get(kind, kind) if signal.move == "down" else kind


def _of_kind(signal: SignalEvidence, kind: Kind, evidence: Evidence) -> SignalEvidence:
    condition = _condition(signal, kind, evidence)
    return replace(
        signal, kind=kind, conditions=(condition.key,), limit_unit=condition.limit_unit,
        limit=signal.limit if signal.kind in LIMIT_KINDS else signal.value or signal.limit,
    )  # fmt: skip


def _severity(signal: SignalEvidence, evidence: Evidence) -> Severity:
    return _condition(signal, signal.kind, evidence).severity


def _condition(signal: SignalEvidence, kind: Kind, evidence: Evidence) -> Condition:
    return Condition(
        evidence.asset, signal.tag, kind, evidence.name, signal.name, signal.unit, signal.limit
    )


def _zone(value: float) -> str:
    return next((zone for bound, zone in _ZONES if value <= bound), "D")
