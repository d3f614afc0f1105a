"""What is known of an episode when a report is due: the only thing a report may speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from lamplighter.config import Machine
from lamplighter.faults.condition import (
    DOWNWARD,
    SIGNAL_KINDS,
    UPWARD,
    Condition,
    Kind,
    Severity,
    machine_name,
    rank,
    tag_name,
)
from lamplighter.faults.episodes import Due, Episode, Member
from lamplighter.faults.fault_tables import FaultTables, Move
from lamplighter.faults.log_templates import LogCount, RecentLogs
from lamplighter.faults.signal_watch import SignalStatus, SignalWatch
from lamplighter.faults.trace import Baseline
from lamplighter.faults.wording import clock_time

# Log lines and actions from this long before the onset may have to do with it.
LOOK_BACK_S = 600.0
_TREND_S = 120.0
_NOISE_SIGMAS = 3.0
_NOISE_SHARE = 0.05
_TREND_SHARE = 0.02

Trend = Literal["rising", "falling", "steady"]


@dataclass(frozen=True, slots=True)
class SignalEvidence:
    """A signal with at least one condition in the episode; times are UTC seconds.

    Attributes:
        tag: its key in the configuration.
        name: what people call it.
        unit: of its values.
        kind: the gravest of its conditions that hold (that held, where all have returned).
        conditions: all its conditions in the episode, in order of onset.
        active: whether one of them still holds.
        onset: when the first of them began.
        returned: when the last of them ended; None while one holds.
        value: the latest value; None where there never was one.
        limit: the bound of ``kind``, in ``limit_unit``.
        limit_unit: the unit of ``limit``.
        baseline: its usual value before the onset; None where too little is known.
        slope: its present change per minute; None where it has returned or made a jump.
        trend: whether that change stands out from its noise.
        least: its least value since the onset.
        greatest: its greatest value since the onset.
        status: the health of the signal itself, by NAMUR NE 107.
    """

    tag: str
    name: str
    unit: str
    kind: Kind
    conditions: tuple[str, ...]
    active: bool
    onset: float
    returned: float | None
    value: float | None
    limit: float
    limit_unit: str
    baseline: float | None = None
    slope: float | None = None
    trend: Trend | None = None
    least: float | None = None
    greatest: float | None = None
    status: SignalStatus = SignalStatus.GOOD

    @property
    def move(self) -> str:
        """``up``, ``down``, ``stale`` or ``stuck``."""
        if self.kind in UPWARD:
            return "up"
        return "down" if self.kind in DOWNWARD else str(self.kind)


@dataclass(frozen=True, slots=True)
class OtherSignal:
    """A signal of the same machine without an alarm; ``move`` is up, down or steady."""

    tag: str
    name: str
    unit: str
    value: float
    baseline: float
    move: str


@dataclass(frozen=True, slots=True)
class ActionTaken:
    """Something that was done to the machine or its alarms."""

    text: str
    by: str
    at: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """An episode at the time of a report; times are UTC seconds.

    Attributes:
        id: the report's id: the episode's with the report's number.
        episode: the episode's id.
        kind: what the report is about: ``opened``, ``changed`` or ``closed``.
        asset: the machine.
        name: what people call it.
        machine_class: pump, fan ...
        area: where it stands, or None.
        severity: the gravest one of the episode.
        started: the first onset.
        ended: when the last condition returned; None while the episode is open.
        drawn: when this record was drawn.
        signals: those in alarm, in order of first-out.
        others: the machine's other signals.
        logs: condensed log lines.
        actions: what was done.
        fault: the likely fault by the fault table, or None.
        confidence: of ``fault``, 0 to 1.
        checks: recommended checks, the first one first.
        joined: tags whose conditions came since the last report.
        worsened: when a condition of ``severity`` first began, where that was after ``started``.
    """

    id: str
    episode: str
    kind: Due
    asset: str
    name: str
    machine_class: str
    area: str | None
    severity: Severity
    started: float
    ended: float | None
    drawn: float
    signals: tuple[SignalEvidence, ...]
    others: tuple[OtherSignal, ...] = ()
    logs: tuple[LogCount, ...] = ()
    actions: tuple[ActionTaken, ...] = ()
    fault: str | None = None
    confidence: float = 0.0
    checks: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    worsened: float | None = None

    @property
    def lead(self) -> SignalEvidence:
        """The signal that was first out."""
        return self.signals[0]

    @property
    def duration(self) -> float:
        """Seconds from the first onset to the end, or so far."""
        return (self.drawn if self.ended is None else self.ended) - self.started

    def to_dict(self) -> dict[str, Any]:
        """The evidence as JSON can hold it; times are ISO 8601 in UTC."""
        plain: dict[str, Any] = _with_times(asdict(self))
        return plain


def iso(time: float) -> str:
    """The time as ISO 8601 in UTC, to the second: ``2026-03-01T14:05:09Z``."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _with_times(value: Any) -> Any:
    times = {"started", "ended", "drawn", "onset", "returned", "at", "worsened"}
    if isinstance(value, dict):
        return {
            key: iso(item) if key in times and item is not None else _with_times(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_with_times(item) for item in value]
    return value


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


def is_beyond(signal: SignalEvidence) -> bool:
    """Whether the value is beyond the limit now; within the deadband it is not, alarm or no."""
    if signal.value is None:
        return False
    return signal.value > signal.limit if signal.move == "up" else signal.value < signal.limit
