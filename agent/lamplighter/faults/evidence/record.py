"""What is known of an episode when a report is due: the only thing a report may speak of."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from lamplighter.faults.alarms.episodes import Due
from lamplighter.faults.condition import (
    DOWNWARD,
    SIGNAL_KINDS,
    UPWARD,
    Kind,
    Severity,
)
from lamplighter.faults.evidence.log_templates import LogCount
from lamplighter.faults.signals.status import SignalStatus

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
        why: what is wrong with the signal itself, in words; "" where nothing is.
        zone: its vibration zone by ISO 20816-3 (``A`` to ``D``); None where it has none.
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
    why: str = ""
    zone: str | None = None

    @property
    def move(self) -> str:
        """``up``, ``down``, or the kind where that has no direction: ``stale``, ``unsteady`` ..."""
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
    """Something that was done to the machine or its alarms.

    Attributes:
        text: what, in words.
        by: who did it.
        at: when, UTC seconds.
        op: the operation on its alarms (``ack``, ``shelve`` ...); "" where it was something else.
    """

    text: str
    by: str
    at: float
    op: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What an operator wrote about the machine, at most a few lines."""

    text: str
    by: str
    at: float


@dataclass(frozen=True, slots=True)
class RuledOut:
    """A fault that this machine's class knows, and the signal that speaks against it.

    Attributes:
        fault: the fault's name in the fault table.
        tag: the signal's key.
        signal: what people call the signal.
        move: what it did instead: ``steady``, ``up`` or ``down``.
    """

    fault: str
    tag: str
    signal: str
    move: str


@dataclass(frozen=True, slots=True)
class SimilarEpisode:
    """An earlier episode of a machine of the same class.

    Attributes:
        id: the episode's.
        asset: its machine.
        name: what people call that machine.
        started: UTC seconds.
        duration: seconds.
        fault: the likely fault it was given, or None.
        helped: what was done before it ended, in an operator's or the agent's words; "" unknown.
        similarity: 0 to 1.
        same: what both have in common, the weightiest first: ``vibration up`` ...
    """

    id: str
    asset: str
    name: str
    started: float
    duration: float
    fault: str | None
    helped: str
    similarity: float
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribution:
    """A signal's share in what is unusual about how the machine's signals go together, 0 to 1."""

    tag: str
    name: str
    share: float


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
        left: tags all of whose conditions returned since the last report.
        notes: what operators wrote, the newest last.
        ruled_out: faults that the signals speak against, the likeliest of them first.
        similar: earlier episodes like this one, the likest first.
        contributions: which signals lead where they are out of step with each other, largest first.
        ended_by: the last thing done before the end, of a closed episode; None: it ended by itself.
        window: the maintenance window (changeover, cleaning ...) that it began in or right after.
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
    left: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    similar: tuple[SimilarEpisode, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    ended_by: ActionTaken | None = None
    window: str | None = None

    @property
    def signal_only(self) -> bool:
        """Whether only signals are at fault (sensor, wiring, source): nothing of the machine."""
        return all(signal.kind in SIGNAL_KINDS for signal in self.signals)

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
    times = {"started", "ended", "drawn", "onset", "returned", "at", "worsened", "first", "last"}
    if isinstance(value, dict):
        return {
            key: iso(item) if key in times and item is not None else _with_times(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_with_times(item) for item in value]
    return value


def is_beyond(signal: SignalEvidence) -> bool:
    """Whether the value is beyond the limit now; within the deadband it is not, alarm or no."""
    if signal.value is None:
        return False
    return signal.value > signal.limit if signal.move == "up" else signal.value < signal.limit
