"""Draws what is known of each signal of a machine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lamplighter.faults.alarms.episodes import Member
from lamplighter.faults.condition import (
    LEARNED_KINDS,
    SIGNAL_KINDS,
    USUAL_KINDS,
    Condition,
    Kind,
    rank,
    tag_name,
)
from lamplighter.faults.evidence.moves import Move, moves_of
from lamplighter.faults.evidence.record import OtherSignal, SignalEvidence, Trend
from lamplighter.faults.settings import Machine, Tag
from lamplighter.faults.signals.signal_watch import SignalWatch
from lamplighter.faults.signals.status import SignalStatus
from lamplighter.faults.signals.trace import Baseline
from lamplighter.faults.wording import shown

_NO_DIRECTION = frozenset({Kind.PATTERN, Kind.UNUSUAL})
_TREND_S = 120.0
_NOISE_SIGMAS = 3.0
_NOISE_SHARE = 0.05
_TREND_SHARE = 0.02
# A signal that was silent for so long says nothing of the present; a slow one, so many intervals.
_SILENT_S = 180.0
_SILENT_INTERVALS = 5.0

Rows = list[tuple[Condition, Member]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A signal with its moves, for finding the fault."""

    evidence: SignalEvidence
    move: Move


def draw_signal(machine: Machine, tag: str, watch: SignalWatch, rows: Rows) -> Drawn:
    """A signal with alarms.

    Args:
        machine: its machine.
        tag: its key.
        watch: its past and health.
        rows: its conditions in the episode with their parts in it, in order of onset.
    """
    onset = min(member.onset for _, member in rows)
    telling = _telling(rows)
    holding = [condition for condition, member in telling if member.active]
    worst = _gravest(holding or [condition for condition, _ in telling])
    baseline = watch.trace.baseline(onset)
    slope = watch.trace.slope(watch.time)
    trend = _trend(slope, baseline)
    moving = bool(holding) and worst.kind not in SIGNAL_KINDS
    if trend != "steady" and watch.trace.jumped(watch.time):
        moving = False
    extremes = _extremes(watch, rows, onset)
    returned = [member.returned for _, member in telling if member.returned is not None]
    usual = _usual(watch, baseline)
    name = tag_name(tag, machine.tags[tag])
    evidence = SignalEvidence(
        tag=tag,
        name=name,
        unit=worst.unit,
        kind=worst.kind,
        conditions=tuple(condition.key for condition, _ in rows),
        active=bool(holding),
        onset=onset,
        returned=max(returned) if returned and not holding else None,
        value=watch.value,
        limit=_limit(worst, usual, watch.value),
        limit_unit=worst.limit_unit,
        baseline=usual,
        slope=slope if moving else None,
        trend=trend if moving else None,
        least=extremes[0],
        greatest=extremes[1],
        status=watch.status,
        why=watch.health.why,
        zone=_zone(machine.tags[tag], watch.value),
    )
    return Drawn(evidence, _move(evidence, rows, baseline))


def draw_other(
    machine: Machine, tag: str, watch: SignalWatch, *, started: float, now: float
) -> OtherSignal | None:
    """A signal without an alarm; None where it is not known what it does.

    Args:
        machine: its machine.
        tag: its key.
        watch: its past and health.
        started: when the episode began, UTC seconds.
        now: UTC seconds.
    """
    baseline = watch.trace.baseline(started)
    if watch.value is None or baseline is None or watch.status is not SignalStatus.GOOD:
        return None
    if _is_silent(watch, now):
        return None
    move = _direction(watch.trace.recent(1)[0], baseline)
    config = machine.tags[tag]
    name = tag_name(tag, config)
    return OtherSignal(tag, name, config.unit, watch.value, baseline.value, move)


def move_of(other: OtherSignal, moved: Mapping[str, str]) -> Move:
    """How a signal without an alarm moved, now or at an earlier report of the episode."""
    move = other.move if other.move != "steady" else moved.get(other.tag, "steady")
    return Move(other.tag, other.name, move, other.unit, alarmed=False)


def _move(signal: SignalEvidence, rows: Rows, baseline: Baseline | None) -> Move:
    """What its machine's conditions say; where only the signal is at fault, nothing is known."""
    kinds = [signal.kind, *(condition.kind for condition, _ in rows)]
    real = [kind for kind in kinds if kind not in SIGNAL_KINDS]
    move, also = moves_of(real or kinds)
    if not set(real) - _NO_DIRECTION and baseline is not None and signal.value is not None:
        # It is only known to be odd: how it differs from before tells which way.
        also = (*also, _direction(signal.value, baseline))
        move = also[-1] if also[-1] != "steady" else move
    return Move(signal.tag, signal.name, move, signal.unit, also, known=bool(real))


def _direction(value: float, baseline: Baseline) -> str:
    """Whether a value stands out from the noise before: ``up``, ``down`` or ``steady``."""
    difference = value - baseline.value
    noise = max(_NOISE_SIGMAS * baseline.spread, _NOISE_SHARE * abs(baseline.value))
    return "steady" if abs(difference) <= noise else ("up" if difference > 0 else "down")


def _zone(tag: Tag, value: float | None) -> str | None:
    if tag.zone is None or value is None:
        return None
    # Most machines have none.
    from lamplighter.faults.machines.zones import zone_of

    return zone_of(value, tag.zone, tag.value_unit)


def _telling(rows: Rows) -> Rows:
    """The conditions that say what the signal is told for.

    What the machine did came before what its sensor does now: where only conditions of the signal
    itself still hold, they do not make an episode of the machine one of its sensor.
    """
    machine = [row for row in rows if row[0].kind not in SIGNAL_KINDS]
    only_signal = not any(member.active for _, member in machine)
    return machine if machine and only_signal else rows


def _gravest(conditions: list[Condition]) -> Condition:
    """The gravest; of equally grave ones a machine's rather than a signal's, then the first."""
    return max(conditions, key=lambda c: (rank(c.severity), c.kind not in SIGNAL_KINDS))


def _usual(watch: SignalWatch, baseline: Baseline | None) -> float | None:
    """What a configured deviation is measured from, else what the signal was like before."""
    if watch.usual is not None and watch.usual.warm:
        return watch.usual.value
    return baseline.value if baseline else None


def _limit(worst: Condition, usual: float | None, value: float | None) -> float:
    """The bound of the value; of what is usual or learned its edge, rounded as it is shown."""
    if worst.kind in USUAL_KINDS:
        sign = 1.0 if worst.kind is Kind.ABOVE_USUAL else -1.0
        around = usual if usual is not None else (value or 0.0)
        return float(shown(around + sign * worst.limit))
    if worst.kind not in LEARNED_KINDS or worst.kind is Kind.PATTERN:
        return worst.limit
    if math.isfinite(worst.limit) and worst.limit != 0.0:
        return float(shown(worst.limit))
    # After a restart the learned edge is not known before it is learned anew.
    return float(shown(usual if usual is not None else (value or 0.0)))


def _extremes(watch: SignalWatch, rows: Rows, onset: float) -> tuple[float | None, float | None]:
    """The least and greatest value since the onset, those that the alarms came with included.

    After a restart the trace holds only what came since.
    """
    values = [member.value for _, member in rows if member.value is not None]
    values += watch.trace.extremes(onset) or ()
    return (min(values), max(values)) if values else (None, None)


def _trend(slope: float | None, baseline: Baseline | None) -> Trend | None:
    if slope is None or baseline is None:
        return None
    change = slope * _TREND_S / 60.0
    noise = max(_NOISE_SIGMAS * baseline.spread, _TREND_SHARE * abs(baseline.value))
    if abs(change) <= noise:
        return "steady"
    return "rising" if change > 0 else "falling"


def _is_silent(watch: SignalWatch, now: float) -> bool:
    times = [slot.time for slot in watch.trace.slots()]
    interval = (times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else 0.0
    return now - watch.time > max(_SILENT_S, _SILENT_INTERVALS * interval)
