"""Draws the evidence of an episode from what the machine's watches, logs and records hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lamplighter.faults.alarms.episodes import Due, Episode, Member
from lamplighter.faults.condition import (
    SIGNAL_KINDS,
    Condition,
    machine_name,
    rank,
    tag_name,
)
from lamplighter.faults.evidence.fault_tables import FaultTables, Move
from lamplighter.faults.evidence.log_templates import RecentLogs
from lamplighter.faults.evidence.record import (
    ActionTaken,
    Evidence,
    OtherSignal,
    SignalEvidence,
    Trend,
)
from lamplighter.faults.settings import Machine
from lamplighter.faults.signals.signal_watch import SignalWatch
from lamplighter.faults.signals.trace import Baseline
from lamplighter.faults.wording import clock_time

# Log lines and actions from this long before the onset may have to do with it.
LOOK_BACK_S = 600.0
_TREND_S = 120.0
_NOISE_SIGMAS = 3.0
_NOISE_SHARE = 0.05
_TREND_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that evidence of one machine is drawn from."""

    machine: Machine
    conditions: Mapping[str, Condition]
    watches: Mapping[str, SignalWatch]
    logs: RecentLogs
    actions: tuple[ActionTaken, ...]
    tables: FaultTables


def draw(scene: Scene, episode: Episode, kind: Due, now: float) -> Evidence:
    """The evidence of an episode, as it is now. The episode has at least one member."""
    machine = scene.machine
    signals = _signals(scene, episode)
    tags = {signal.tag for signal in signals}
    others = tuple(
        other
        for tag, watch in scene.watches.items()
        if tag not in tags and (other := _other(machine, tag, watch, episode.started))
    )
    logs = tuple(scene.logs.counts(episode.started - LOOK_BACK_S))
    finding = scene.tables.find(
        machine.machine_class,
        [Move(s.tag, s.name, s.move) for s in signals]
        + [Move(o.tag, o.name, o.move) for o in others],
        [count.template for count in logs],
    )
    joined = {scene.conditions[key].tag for key in episode.fresh if key in scene.conditions}
    gravest = max((scene.conditions[key].severity for key in episode.members), key=rank)
    grave = min(
        member.onset
        for key, member in episode.members.items()
        if scene.conditions[key].severity is gravest
    )
    return Evidence(
        id=f"{episode.id}-{episode.reports}",
        episode=episode.id,
        kind=kind,
        asset=machine.asset,
        name=machine_name(machine),
        machine_class=machine.machine_class,
        area=machine.area,
        severity=gravest,
        started=episode.started,
        ended=episode.ended if kind == "closed" else None,
        drawn=now,
        signals=signals,
        others=others,
        logs=logs,
        actions=tuple(a for a in scene.actions if a.at >= episode.started - LOOK_BACK_S),
        fault=finding.fault,
        confidence=finding.confidence,
        checks=finding.checks,
        joined=tuple(tag for tag in machine.tags if tag in joined),
        worsened=grave if clock_time(grave) != clock_time(episode.started) else None,
    )


def _signals(scene: Scene, episode: Episode) -> tuple[SignalEvidence, ...]:
    by_tag: dict[str, list[tuple[Condition, Member]]] = {}
    for key, member in sorted(episode.members.items(), key=lambda item: item[1].onset):
        condition = scene.conditions[key]
        by_tag.setdefault(condition.tag, []).append((condition, member))
    return tuple(_signal(scene, tag, rows) for tag, rows in by_tag.items())


def _signal(scene: Scene, tag: str, rows: list[tuple[Condition, Member]]) -> SignalEvidence:
    watch = scene.watches[tag]
    holding = [condition for condition, member in rows if member.active]
    worst = max(holding or [condition for condition, _ in rows], key=lambda c: rank(c.severity))
    onset = min(member.onset for _, member in rows)
    baseline = watch.trace.baseline(onset)
    slope = watch.trace.slope(watch.time)
    trend = _trend(slope, baseline)
    moving = bool(holding) and worst.kind not in SIGNAL_KINDS
    if trend != "steady" and watch.trace.jumped(watch.time):
        moving = False
    extremes = _extremes(watch, rows, onset)
    returned = [member.returned for _, member in rows if member.returned is not None]
    return SignalEvidence(
        tag=tag,
        name=tag_name(tag, scene.machine.tags[tag]),
        unit=worst.unit,
        kind=worst.kind,
        conditions=tuple(condition.key for condition, _ in rows),
        active=bool(holding),
        onset=onset,
        returned=max(returned) if returned and not holding else None,
        value=watch.value,
        limit=worst.limit,
        limit_unit=worst.limit_unit,
        baseline=baseline.value if baseline else None,
        slope=slope if moving else None,
        trend=trend if moving else None,
        least=extremes[0],
        greatest=extremes[1],
        status=watch.status,
    )


def _extremes(
    watch: SignalWatch, rows: list[tuple[Condition, Member]], onset: float
) -> tuple[float | None, float | None]:
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


def _other(machine: Machine, tag: str, watch: SignalWatch, started: float) -> OtherSignal | None:
    baseline = watch.trace.baseline(started)
    if watch.value is None or baseline is None:
        return None
    difference = watch.trace.recent(1)[0] - baseline.value
    noise = max(_NOISE_SIGMAS * baseline.spread, _NOISE_SHARE * abs(baseline.value))
    move = "steady" if abs(difference) <= noise else ("up" if difference > 0 else "down")
    config = machine.tags[tag]
    name = tag_name(tag, config)
    return OtherSignal(tag, name, config.unit, watch.value, baseline.value, move)
