"""Episodes as their kept reports tell of them, within what a question may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lamplighter.faults.condition import SIGNAL_KINDS
from lamplighter.faults.summaries.happened import Happened, episodes_of
from lamplighter.store.records.reports import ReportRecord
from lamplighter.understanding.questions.machines.scene import Scene
from lamplighter.understanding.questions.periods import Period

MOST_REPORTS = 80
"""The most reports that one question reads: more of them take too long."""
_LAST = 12
_MOST_OPEN = 20
_MOST_MISSING = 10
_MOST_LATER = 4
_LATE_S = 900.0
_SIGNALS = frozenset(map(str, SIGNAL_KINDS))


@dataclass(frozen=True, slots=True)
class Told:
    """The latest report of an episode, and what it says.

    Attributes:
        happened: the episode in short.
        evidence: its evidence as it was kept.
        written: when, UTC seconds.
    """

    happened: Happened
    evidence: Mapping[str, Any]
    written: float

    @property
    def signals(self) -> Sequence[Mapping[str, Any]]:
        """The signals in alarm, in order of first-out."""
        found: Sequence[Mapping[str, Any]] = self.evidence["signals"]
        return found


def told_of(rows: Iterable[ReportRecord]) -> list[Told]:
    """The episodes of reports by their latest ones, those that began last first."""
    latest: dict[str, Told] = {}
    for row in rows:
        found = episodes_of([row.data])
        if not found:
            continue
        known = latest.get(found[0].episode)
        if known is None or row.data["evidence"]["drawn"] >= known.evidence["drawn"]:
            latest[found[0].episode] = Told(found[0], row.data["evidence"], row.created)
    return sorted(latest.values(), key=lambda each: each.happened.started, reverse=True)


def last_of(scene: Scene, asset: str, period: Period | None = None) -> list[Told]:
    """The last episodes of a machine, newest first; those of the period where one is given.

    Those of the machine come before those in which nothing but a signal was at fault.
    """
    if period is None:
        rows = scene.incidents.reports(_LAST, asset)
    else:
        rows = scene.incidents.written(period.start, _until(period), MOST_REPORTS, asset)
    found = _with_ends(scene, told_of(rows)) if period else told_of(rows)
    if period is not None:
        found = [each for each in found if reaches_into(each.happened, period)]
    return sorted(found, key=lambda each: each.happened.signal_only)


def in_stretch(scene: Scene, period: Period, assets: Sequence[str]) -> tuple[list[Told], bool]:
    """The episodes that reach into a period, newest first, and whether there are more of them.

    Args:
        scene: what is known.
        period: the stretch of time.
        assets: the machines; none: all of them.
    """
    only = assets[0] if len(assets) == 1 else None
    rows = list(scene.incidents.written(period.start, _until(period), MOST_REPORTS, only))
    more = len(rows) >= MOST_REPORTS
    for asset in _standing(scene, assets):
        rows += scene.incidents.reports(1, asset)
    if not more:
        rows += _without_reports(scene, period, only, rows)
    found = _with_ends(scene, told_of(rows))
    wanted = set(assets)
    return [
        each
        for each in found
        if reaches_into(each.happened, period) and (not wanted or each.happened.asset in wanted)
    ], more


def _until(period: Period) -> float:
    """Until when reports of a period are written: the last one waits for what follows."""
    return period.end + _LATE_S


def _with_ends(scene: Scene, found: Sequence[Told]) -> list[Told]:
    """The episodes with their ends, where those were told of after the period."""
    later: dict[str, dict[str, Told]] = {}
    return [_ended(scene, each, later) for each in found]


def _ended(scene: Scene, told: Told, later: dict[str, dict[str, Told]]) -> Told:
    """One episode with its end; ``later``: the last episodes of machines, once they were read."""
    happened = told.happened
    if happened.ended is not None:
        return told
    ended = scene.incidents.ended(happened.episode)
    if ended is not None:
        return replace(told, happened=replace(happened, ended=ended))
    if happened.asset not in later and len(later) < _MOST_LATER:
        rows = told_of(scene.incidents.reports(_LAST, happened.asset))
        later[happened.asset] = {each.happened.episode: each for each in rows}
    return later.get(happened.asset, {}).get(happened.episode, told)


def _without_reports(
    scene: Scene, period: Period, only: str | None, rows: Sequence[ReportRecord]
) -> list[ReportRecord]:
    """The reports of episodes that reach into the period, and were told of outside of it."""
    seen = {row.data.get("episode") for row in rows}
    over = scene.incidents.over(period.start, period.end, only)
    missing = [each for each in over if each.episode not in seen][-_MOST_MISSING:]
    return [
        row
        for each in missing
        for row in scene.incidents.written(each.ended, each.ended + _LATE_S, 2, each.asset)
        if row.data.get("episode") == each.episode
    ]


def reaches_into(happened: Happened, period: Period) -> bool:
    """Whether any of an episode lies in the period."""
    over = happened.ended is not None and happened.ended < period.start
    return happened.started <= period.end and not over


def open_of(scene: Scene, assets: Sequence[str]) -> list[Told]:
    """The episodes of machines with standing alarms that no report has closed."""
    rows = [row for each in _standing(scene, assets) for row in scene.incidents.reports(1, each)]
    return [each for each in told_of(rows) if each.happened.ended is None]


def seconds(text: object) -> float | None:
    """UTC seconds of a time in the evidence, or None."""
    return datetime.fromisoformat(text).timestamp() if isinstance(text, str) else None


def is_of_signal(kind: object) -> bool:
    """Whether a kind of condition says something of the signal alone."""
    return str(kind) in _SIGNALS


def _standing(scene: Scene, assets: Sequence[str]) -> list[str]:
    """Machines with alarms that are not normal, those that changed last first."""
    known = {each.asset for each in scene.plant.machines}
    wanted = set(assets) & known if assets else known
    found = dict.fromkeys(each.asset for each in scene.incidents.standing())
    return [asset for asset in found if asset in wanted][:_MOST_OPEN]
