"""The kinds of condition that a monitor learns or is told of in days, on evidence of minutes."""

from __future__ import annotations

import random
from dataclasses import replace

from tools.plant.planning import Plan

from lamplighter.faults.condition import (
    LIMIT_KINDS,
    RATE_KINDS,
    USUAL_KINDS,
    Condition,
    Kind,
    Severity,
    rank,
)
from lamplighter.faults.evidence.record import ActionTaken, Evidence, SignalEvidence
from lamplighter.faults.wording import shown

_UP = {
    "slow": (Kind.DRIFTING_UP, Kind.DRIFTING_UP, Kind.ABOVE_USUAL, Kind.SHIFTED_UP, Kind.UNUSUAL),
    "step": (Kind.SHIFTED_UP, Kind.SHIFTED_UP, Kind.ABOVE_USUAL, Kind.UNUSUAL),
    "swing": (Kind.UNSTEADY, Kind.UNSTEADY, Kind.UNSTEADY, Kind.ABOVE_USUAL),
    "burst": (Kind.SPIKING,),
}
# Where the edge of what was usual is on the way to the extreme: what was learned lies close.
_EDGE_SET, _EDGE_LEARNED = 0.6, 0.12
_DOWN = {
    Kind.DRIFTING_UP: Kind.DRIFTING_DOWN,
    Kind.SHIFTED_UP: Kind.SHIFTED_DOWN,
    Kind.ABOVE_USUAL: Kind.BELOW_USUAL,
}


def as_learned(evidence: Evidence, plan: Plan, draw: random.Random) -> Evidence:
    """The evidence of the same episode on a machine whose signals have learned bounds.

    Now and then only some of the signals have, as where a machine has limits for the others.
    """
    # Which of a signal's conditions was the grave one, and since when, is not known here.
    some = draw.random() < 0.35 and evidence.severity is not Severity.CRITICAL
    pattern = draw.random() < 0.12
    signals = []
    for at, signal in enumerate(evidence.signals):
        if signal.kind not in LIMIT_KINDS | RATE_KINDS or (some and draw.random() < 0.5):
            signals.append(signal)
        else:
            kind = Kind.PATTERN if pattern and at == 0 else _learned(signal, plan, draw)
            if kind in USUAL_KINDS and signal.baseline is None:
                kind = Kind.UNUSUAL
            signals.append(_of_kind(signal, kind, evidence))
    renamed = tuple(_named_anew(action, signals, evidence) for action in evidence.actions)
    graded = [(each, _severity(each, evidence)) for each in signals]
    gravest = max((severity for _, severity in graded), key=rank)
    grave = min(each.onset for each, severity in graded if severity is gravest)
    return replace(
        evidence,
        signals=tuple(signals),
        actions=renamed,
        severity=gravest,
        worsened=grave if int(grave) != int(evidence.started) else None,
    )


def _learned(signal: SignalEvidence, plan: Plan, draw: random.Random) -> Kind:
    course = plan.courses.get(signal.tag)
    kind = draw.choice(_UP[course.shape if course else "slow"])
    return _DOWN.get(kind, kind) if signal.move == "down" else kind


def _of_kind(signal: SignalEvidence, kind: Kind, evidence: Evidence) -> SignalEvidence:
    condition = _condition(replace(signal, limit=_bound(signal, kind)), kind, evidence)
    return replace(
        signal, kind=kind, conditions=(condition.key,), limit_unit=condition.limit_unit,
        limit=condition.limit,
    )  # fmt: skip


def _bound(signal: SignalEvidence, kind: Kind) -> float:
    """The edge of what was usual, as it is shown; of a pattern a share of the learned limit."""
    if kind is Kind.PATTERN:
        return 1.0
    extreme = signal.least if signal.move == "down" else signal.greatest
    if signal.baseline is None or extreme is None:
        return float(shown(signal.limit if signal.kind in LIMIT_KINDS else signal.value or 0.0))
    edge = _EDGE_SET if kind in USUAL_KINDS else _EDGE_LEARNED
    return float(shown(signal.baseline + edge * (extreme - signal.baseline)))


def _named_anew(
    action: ActionTaken, signals: list[SignalEvidence], evidence: Evidence
) -> ActionTaken:
    """The action; where it was one on alarms, by the alarms' names as they now are."""
    if not action.op:
        return action
    names = [
        _condition(signal, signal.kind, evidence).name
        for signal in signals
        if signal.onset <= action.at
    ]
    done = action.text.rpartition(": ")[2]
    return replace(action, text=f"{', '.join(names)}: {done}") if names else action


def _severity(signal: SignalEvidence, evidence: Evidence) -> Severity:
    return _condition(signal, signal.kind, evidence).severity


def _condition(signal: SignalEvidence, kind: Kind, evidence: Evidence) -> Condition:
    return Condition(
        evidence.asset, signal.tag, kind, evidence.name, signal.name, signal.unit, signal.limit
    )
