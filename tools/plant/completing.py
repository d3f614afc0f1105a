"""What reports also speak of and the simulated monitor cannot know: learned kinds, notes, the past.

The monitor here sees minutes, where what is learned takes days; what people wrote and what helped
other machines comes from elsewhere. Each is added as the daemon draws it, where it is not there.
"""

from __future__ import annotations

import random
from dataclasses import replace

from tools.plant.held_out import Split, of_held_out_fault
from tools.plant.library import Library, MachineKind
from tools.plant.naming import asset_name, machine_name
from tools.plant.planning import Plan
from tools.plant.relabelling import as_learned

from lamplighter.faults.condition import SIGNAL_KINDS, Kind
from lamplighter.faults.evidence.features import features
from lamplighter.faults.evidence.record import (
    Contribution,
    Evidence,
    RuledOut,
    SimilarEpisode,
    iso,
)


def complete(evidence: Evidence, plan: Plan, draw: random.Random, library: Library) -> Evidence:
    """The evidence with everything that a daemon of some months would know."""
    found = evidence
    if draw.random() < 0.3:
        found = as_learned(found, plan, draw)
    split = plan.split
    return replace(
        found,
        ruled_out=found.ruled_out or _ruled_out(found, plan, draw),
        similar=found.similar or _similar(found, plan.kind, draw, split),
        contributions=found.contributions or _contributions(found, draw),
        window=found.window or _window(draw, library),
    )


def _ruled_out(evidence: Evidence, plan: Plan, draw: random.Random) -> tuple[RuledOut, ...]:
    """Other faults of the class with the same lead, against which another signal speaks."""
    if plan.fault is None or evidence.signal_only or draw.random() < 0.4:
        return ()
    lead = plan.signals[evidence.lead.tag].kind.role
    steady = {plan.signals[o.tag].kind.role: o for o in evidence.others if o.move == "steady"}
    found = []
    for fault in plan.kind.faults:
        if fault.name in {evidence.fault, plan.fault.name} or lead not in fault.moves:
            continue
        if plan.split == "train" and of_held_out_fault(fault.name):
            continue
        against = [r for r, to in fault.moves.items() if r in steady and abs(to) >= 1.0]
        if against:
            other = steady[against[0]]
            found.append(RuledOut(fault.name, other.tag, other.name, other.move))
    return tuple(found[:2])


def _similar(
    evidence: Evidence, kind: MachineKind, draw: random.Random, split: Split
) -> tuple[SimilarEpisode, ...]:
    if draw.random() > 0.3 or evidence.signal_only:
        return ()
    found = []
    likeness = draw.uniform(0.7, 0.98)
    for _ in range(draw.choice((1, 1, 2, 3))):
        faults = [fault for fault in kind.faults
                  if split == "held_out" or not of_held_out_fault(fault.name)]  # fmt: skip
        same = [fault for fault in faults if fault.name == evidence.fault]
        fault = draw.choice(same or faults)
        own = draw.random() < 0.4
        name = evidence.name if own else machine_name(draw, kind, split)
        asset = evidence.asset if own else asset_name(draw, name)
        started = float(int(evidence.started - draw.uniform(1.0, 300.0) * 86_400.0))
        found.append(
            SimilarEpisode(
                id=f"{asset}-{iso(started).replace('-', '').replace(':', '')}",
                asset=asset,
                name=name,
                started=started,
                duration=float(draw.randrange(90, draw.choice((1800, 20_000)))),
                fault=fault.name if same or draw.random() < 0.5 else None,
                helped=draw.choice((*fault.helped, "")),
                similarity=round(likeness, 2),
                same=_same(evidence, draw, fault=bool(same)),
            )
        )
        likeness -= draw.uniform(0.02, 0.15)
    return tuple(found)


def _same(evidence: Evidence, draw: random.Random, *, fault: bool) -> tuple[str, ...]:
    """What both have in common, the weightiest first; where it is told, the fault is."""
    said = [
        feature
        for feature in features(evidence, lambda *_: frozenset())
        if feature.sort == "signal" or (feature.sort == "fault" and fault)
    ]
    said.sort(key=lambda feature: -feature.weight)
    return tuple(feature.said for feature in said[: draw.randrange(1, 4)])


def _contributions(evidence: Evidence, draw: random.Random) -> tuple[Contribution, ...]:
    if all(signal.kind is not Kind.PATTERN for signal in evidence.signals):
        return ()
    rows = [(s.tag, s.name) for s in evidence.signals if s.kind not in SIGNAL_KINDS]
    rows += [(o.tag, o.name) for o in evidence.others]
    weights = sorted((draw.random() ** 2 for _ in rows), reverse=True)
    whole = sum(weights) or 1.0
    shares = [round(weight / whole, 2) for weight in weights]
    return tuple(
        Contribution(tag, name, share)
        for (tag, name), share in zip(rows, shares, strict=True)
        if share > 0
    )[:4]


def _window(draw: random.Random, library: Library) -> str | None:
    return draw.choice(library.sayings.windows) if draw.random() < 0.06 else None
