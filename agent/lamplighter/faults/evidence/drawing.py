"""Draws the evidence of an episode from what the machine's watches, logs and records hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lamplighter.faults.alarms.episodes import Due, Episode
from lamplighter.faults.condition import SIGNAL_KINDS, Condition, Kind, machine_name, rank
from lamplighter.faults.evidence.course import Course
from lamplighter.faults.evidence.ending import ended_by
from lamplighter.faults.evidence.fault_tables import FaultTables, Finding
from lamplighter.faults.evidence.log_templates import RecentLogs, with_earlier
from lamplighter.faults.evidence.record import (
    ActionTaken,
    Contribution,
    Evidence,
    Note,
    OtherSignal,
)
from lamplighter.faults.evidence.signal_drawing import (
    Drawn,
    Rows,
    draw_other,
    draw_signal,
    move_of,
)
from lamplighter.faults.settings import Machine
from lamplighter.faults.signals.signal_watch import SignalWatch
from lamplighter.faults.wording import clock_time

# Log lines and actions from this long before the onset may have to do with it; notes from longer.
LOOK_BACK_S = 600.0
NOTES_BACK_S = 3600.0
_MOST_NOTES = 3
_MOST_LOGS = 5
_MOST_ACTIONS = 8


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that evidence of one machine is drawn from.

    Attributes:
        machine: its configuration.
        conditions: what can be wrong with it, by key.
        watches: its signals, by tag.
        logs: its log lines.
        actions: what was done, the latest last.
        tables: the fault tables.
        notes: what operators wrote, the latest last.
        course: what the episode's earlier reports knew.
        contributions: which signals lead where they are out of step with each other.
    """

    machine: Machine
    conditions: Mapping[str, Condition]
    watches: Mapping[str, SignalWatch]
    logs: RecentLogs
    actions: tuple[ActionTaken, ...]
    tables: FaultTables
    notes: tuple[Note, ...] = ()
    course: Course = field(default_factory=Course)
    contributions: tuple[Contribution, ...] = ()


def draw(scene: Scene, episode: Episode, kind: Due, now: float) -> Evidence:
    """The evidence of an episode, as it is now. The episode has at least one known member."""
    machine, started = scene.machine, episode.started
    course = scene.course.of(episode.id)
    drawn = _signals(scene, episode)
    tags = {each.evidence.tag for each in drawn}
    others = tuple(
        other
        for tag, watch in scene.watches.items()
        if tag not in tags and (other := draw_other(machine, tag, watch, started=started, now=now))
    )
    recent = scene.logs.counts(started - LOOK_BACK_S)
    logs = tuple(with_earlier(recent, course.earlier)[:_MOST_LOGS])
    notes = tuple(note for note in scene.notes if note.at >= started - NOTES_BACK_S)
    lines = [count.template for count in logs] + [note.text for note in notes]
    finding = _finding(scene, drawn, others, lines, course)
    known = [scene.conditions[key] for key in episode.members if key in scene.conditions]
    joined = {scene.conditions[key].tag for key in episode.fresh if key in scene.conditions}
    gravest = max((condition.severity for condition in known), key=rank)
    grave = min(
        episode.members[condition.key].onset for condition in known if condition.severity is gravest
    )
    actions = tuple(a for a in scene.actions if a.at >= started - LOOK_BACK_S)
    ended = episode.ended if kind == "closed" else None
    return Evidence(
        id=f"{episode.id}-{episode.reports}",
        episode=episode.id,
        kind=kind,
        asset=machine.asset,
        name=machine_name(machine),
        machine_class=machine.machine_class,
        area=machine.area,
        severity=gravest,
        started=started,
        ended=ended,
        drawn=now,
        signals=tuple(each.evidence for each in drawn),
        others=others,
        logs=logs,
        actions=actions[-_MOST_ACTIONS:],
        fault=finding.fault,
        confidence=finding.confidence,
        checks=finding.checks,
        joined=tuple(tag for tag in machine.tags if tag in joined),
        worsened=grave if clock_time(grave) != clock_time(started) else None,
        left=() if kind == "opened" else _left(drawn, course),
        notes=notes[-_MOST_NOTES:],
        ruled_out=finding.ruled_out,
        contributions=scene.contributions,
        ended_by=None if ended is None else ended_by(actions, notes, started=started, ended=ended),
    )


def _signals(scene: Scene, episode: Episode) -> tuple[Drawn, ...]:
    """The signals with alarms, in order of first-out."""
    by_tag: dict[str, Rows] = {}
    for key, member in sorted(episode.members.items(), key=lambda item: item[1].onset):
        if (condition := scene.conditions.get(key)) is not None:
            by_tag.setdefault(condition.tag, []).append((condition, member))
    return tuple(
        draw_signal(scene.machine, tag, scene.watches[tag], rows) for tag, rows in by_tag.items()
    )


def _finding(
    scene: Scene,
    drawn: tuple[Drawn, ...],
    others: tuple[OtherSignal, ...],
    lines: list[str],
    course: Course,
) -> Finding:
    """The likely fault; where only signals are at fault, what to check of the first of them."""
    machine_class = scene.machine.machine_class
    if all(each.evidence.kind in SIGNAL_KINDS for each in drawn):
        lead = drawn[0].evidence.move
        return Finding(None, 0.0, scene.tables.checks(machine_class, lead))
    moves = [each.move for each in drawn]
    moves += [move_of(other, course.moved) for other in others]
    found = scene.tables.find(machine_class, moves, lines)
    if found.fault is None and drawn[0].evidence.kind is Kind.PATTERN:
        return replace(found, checks=scene.tables.checks(machine_class, Kind.PATTERN))
    return found


def _left(drawn: tuple[Drawn, ...], course: Course) -> tuple[str, ...]:
    """The signals that have returned since the last report, in order of first-out."""
    return tuple(
        each.evidence.tag
        for each in drawn
        if not each.evidence.active and each.evidence.tag not in course.returned
    )
