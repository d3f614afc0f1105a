"""What befell machines in a stretch of time: episodes, how often, how long, when, which most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lamplighter.faults.condition import kind_words
from lamplighter.faults.settings import Machine
from lamplighter.store.records.alarms import AlarmRecord
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.machines.kept import (
    MOST_REPORTS,
    Told,
    in_stretch,
    last_of,
    open_of,
    told_of,
)
from lamplighter.understanding.questions.machines.scene import MAX_TOLD, Scene, count, span, times
from lamplighter.understanding.questions.machines.telling_alarms import (
    came,
    holds,
    known,
    listing,
    within,
)
from lamplighter.understanding.questions.periods import Period
from lamplighter.understanding.speech import listed

_MOST_ALARMS = 60
_RANKED = 3
_COMMON = re.compile(
    r"\b(?:most|more) (?:common|frequent|usual) (?:fault|cause|reason|problem)|"
    r"\b(?:fault|cause|reason|problem)s? .*\bmost (?:common|frequent|often)"
)
_ENDS = frozenset(
    ["over", "end", "ended", "recover", "recovered", "normal", "clear", "cleared", "return"]
)


@dataclass(frozen=True, slots=True)
class Was:
    """An episode of a machine; ``ended`` None: it is open."""

    episode: str
    asset: str
    started: float
    ended: float | None

    def lasted(self, period: Period) -> float:
        """Seconds of it within a period."""
        ended = period.end if self.ended is None else min(self.ended, period.end)
        return max(0.0, ended - max(self.started, period.start))


def happened(scene: Scene, machines: Sequence[Machine], intent: Intent) -> str:
    """What befell machines in the period: their episodes, and alarms that no report tells of."""
    period = scene.period(intent)
    found, more = in_stretch(scene, period, [each.asset for each in machines])
    alarms = [each for each in _alarms(scene, machines, period) if not _covered(each, found)]
    where = f" of {scene.name(machines[0].asset)}" if len(machines) == 1 else ""
    if not found and not alarms:
        said = f"nothing that I know of: no alarm{where or ' of a machine'} {period.said}".rstrip()
        known_period = intent.slots.get("period") or len(machines) != 1
        return said if known_period else f"{said}; {when(scene, machines, intent)}"
    parts = [_told(scene, each, named=len(machines) != 1) for each in found[:MAX_TOLD]]
    parts += [
        f"{scene.name(each.asset)}: {listing(scene, [each])}"
        for each in alarms[: max(0, MAX_TOLD - len(parts))]
    ]
    number = len(found) + len(alarms)
    if more:  # not all reports were read, but every episode is counted
        number = max(number, len(_episodes(scene, machines, period)))
    rest = number - len(parts)
    many = f"at least {number}" if more else str(number)
    also = f"; and {'at least ' if more else ''}{rest} more" if rest > 0 else ""
    plural = "" if number == 1 and not more else "s"
    return f"{many} alarm episode{plural}{where} {period.said}: {'; '.join(parts)}{also}"


def how_often(scene: Scene, machines: Sequence[Machine], intent: Intent) -> str:
    """How often machines were in alarm in the period."""
    period = scene.period(intent)
    rows = [each for each in _episodes(scene, machines, period) if each.started >= period.start]
    name = scene.name(machines[0].asset) if len(machines) == 1 else ""
    if not rows:
        return f"{name or 'no machine'} had {'no' if name else 'an'} alarm {period.said}"
    last = max(rows, key=lambda each: each.started)
    if name:
        return (
            f"{name} went into alarm {times(len(rows))} {period.said},"
            f" {'last' if len(rows) > 1 else 'namely'} {scene.when(last.started)}"
        )
    many = len({each.asset for each in rows})
    return (
        f"there were {count(len(rows), 'alarm episode')} of {count(many, 'machine')} {period.said},"
        f" the last one of {scene.name(last.asset)}, {scene.when(last.started)}"
    )


def how_long(scene: Scene, machines: Sequence[Machine], intent: Intent) -> str:
    """How long machines were in alarm: in the period, or in the last episode."""
    if len(machines) == 1 and not intent.slots.get("period"):
        return _last_lasted(scene, machines[0])
    period = scene.period(intent)
    rows = _episodes(scene, machines, period)
    name = scene.name(machines[0].asset) if len(machines) == 1 else ""
    if not rows:
        return f"{name or 'no machine'} was {'not ' if name else ''}in alarm {period.said}"
    if name:
        still = any(each.ended is None for each in rows)
        many = count(len(rows), "episode")
        now = ", and it still is" if still else ""
        total = span(sum(each.lasted(period) for each in rows))
        return f"{name} was in alarm for {total} {period.said}, in {many}{now}"
    return f"in alarm {period.said}: {_by_machine(scene, rows, period, longest=True)}"


def most(scene: Scene, machines: Sequence[Machine], intent: Intent) -> str:
    """Which machines had the most alarms, or were longest in alarm."""
    period = scene.period(intent)
    rows = _episodes(scene, machines, period)
    if not rows:
        return f"none: no machine was in alarm {period.said}"
    said = str(intent.slots.get("said", ""))
    if _COMMON.search(said):
        return _faults(scene, machines, period)
    longest = any(word in said for word in ("longest", "most time", "downtime"))
    if "fewest" in said or "least" in said:
        return _fewest(scene, machines or scene.plant.machines, rows, period)
    return f"{period.said}: {_by_machine(scene, rows, period, longest=longest)}"


def _faults(scene: Scene, machines: Sequence[Machine], period: Period) -> str:
    """The likely faults of the period, the most frequent first."""
    found, more = in_stretch(scene, period, [each.asset for each in machines])
    counted = Counter(each.happened.fault for each in found if each.happened.fault)
    if not counted:
        return f"I don't know: no likely fault was found {period.said}"
    rows = [f"{fault} ({times(number)})" for fault, number in counted.most_common(_RANKED)]
    last = " among the last reports" if more else ""
    return f"likely faults {period.said}{last}: {listed(rows)}"


def when(scene: Scene, machines: Sequence[Machine], intent: Intent) -> str:
    """When a machine last failed, since when it does, or when that was over."""
    if len(machines) != 1:
        return _last_of_any(scene, machines, intent)
    machine, name = machines[0], scene.name(machines[0].asset)
    period = scene.named(intent)
    found = [
        each for each in last_of(scene, machine.asset, period) if not each.happened.signal_only
    ]
    if not found:
        return _when_known(scene, machine, period)
    last, said = found[0].happened, str(intent.slots.get("said", ""))
    over = not _ENDS.isdisjoint(said.split())
    what = f"{last.lead} {kind_words(last.kind)}"
    likely = f", likely {last.fault}" if last.fault else ""
    if last.ended is None:
        still = "it is not over: " if over else ""
        lasts = span(scene.now - last.started)
        since = scene.since(last.started)
        return f"{still}{name} has been in alarm since {since}, for {lasts}: {what}{likely}"
    if over:
        lasted = span(last.ended - last.started)
        return f"it was over {scene.when(last.ended)}, after {lasted}: {name}, {what}{likely}"
    lasted = scene.stretch(last.started, last.ended)
    return f"the last time {name} was in alarm was {lasted}: {what}{likely}"


def _last_of_any(scene: Scene, machines: Sequence[Machine], intent: Intent) -> str:
    """The last episode of several machines."""
    if intent.slots.get("period"):
        return happened(scene, machines, intent)
    rows = scene.incidents.reports(MOST_REPORTS // 4)
    assets = {each.asset for each in machines or scene.plant.machines}
    found = [each for each in told_of(rows) if each.happened.asset in assets]
    if not found:
        return "I don't know: there is no report on any of them"
    first = next((each for each in found if not each.happened.signal_only), found[0])
    return f"the last alarm was of {_told(scene, first, named=True)}"


def _last_lasted(scene: Scene, machine: Machine) -> str:
    name = scene.name(machine.asset)
    found = [each for each in last_of(scene, machine.asset) if not each.happened.signal_only]
    if not found:
        active = [each for each in known(scene, machine) if holds(each)]
        if active:
            since = min(each.since for each in active)
            return _still(scene, name, since)
        return f"I don't know: there is no report on {name}"
    last = found[0].happened
    if last.ended is None:
        return _still(scene, name, last.started)
    lasted, when = span(last.ended - last.started), scene.stretch(last.started, last.ended)
    return f"{name} is not in alarm; the last time it was for {lasted}, {when}"


def _still(scene: Scene, name: str, since: float) -> str:
    return f"{name} has been in alarm for {span(scene.now - since)}, since {scene.since(since)}"


def _when_known(scene: Scene, machine: Machine, period: Period | None) -> str:
    name = scene.name(machine.asset)
    alarms = [each for each in known(scene, machine) if came(each)]
    if period is not None:
        alarms = [each for each in alarms if within(each, period)]
    if not alarms:
        return f"I don't know of any alarm of {name}{f' {period.said}' if period else ''}"
    last = max(alarms, key=lambda each: each.since)
    return f"the last alarm of {name}: {listing(scene, [last])}"


def _told(scene: Scene, told: Told, *, named: bool) -> str:
    each = told.happened
    name = f"{each.machine}, " if named else ""
    until = scene.stretch_of(each.started, each.ended)
    until += "" if each.ended is not None else ", still open"
    likely = f", likely {each.fault}" if each.fault else ""
    only = " (the signal, not the machine)" if each.signal_only else ""
    return f"{name}{each.lead} {kind_words(each.kind)}{only} {until}{likely}"


def _alarms(scene: Scene, machines: Sequence[Machine], period: Period) -> list[AlarmRecord]:
    if len(machines) == 1:
        records = known(scene, machines[0])
    else:
        assets = {each.asset for each in machines or scene.plant.machines}
        raised = scene.incidents.raised(period.start, period.end, _MOST_ALARMS)
        records = [*raised, *(each for each in scene.incidents.standing() if each not in raised)]
        records = [each for each in records if each.asset in assets]
    kept = [each for each in records if not each.data.get("withdrawn")]
    return [each for each in kept if within(each, period)]


def _covered(record: AlarmRecord, found: Sequence[Told]) -> bool:
    """Whether an episode tells of the alarm."""
    return any(
        each.happened.asset == record.asset
        and (
            any(record.condition in signal.get("conditions", ()) for signal in each.signals)
            or each.happened.started - 1 <= record.since <= (each.happened.ended or record.since)
        )
        for each in found
    )


def _episodes(scene: Scene, machines: Sequence[Machine], period: Period) -> list[Was]:
    """The machines' episodes that reach into the period, by their start."""
    assets = [each.asset for each in machines]
    only = assets[0] if len(assets) == 1 else None
    wanted = set(assets) or {each.asset for each in scene.plant.machines}
    rows = {
        each.episode: Was(each.episode, each.asset, each.started, each.ended)
        for each in scene.incidents.over(period.start, period.end, only)
        if each.asset in wanted
    }
    for told in open_of(scene, assets):
        each = told.happened
        if each.started <= period.end and not each.signal_only:
            rows.setdefault(each.episode, Was(each.episode, each.asset, each.started, None))
    return sorted(rows.values(), key=lambda each: each.started)


def _by_machine(scene: Scene, rows: Sequence[Was], period: Period, *, longest: bool) -> str:
    often: dict[str, int] = {}
    lasted: dict[str, float] = {}
    for each in rows:
        often[each.asset] = often.get(each.asset, 0) + 1
        lasted[each.asset] = lasted.get(each.asset, 0.0) + each.lasted(period)
    order = sorted(
        often,
        key=lambda asset: (
            (-lasted[asset], asset) if longest else (-often[asset], -lasted[asset], asset)
        ),
    )
    shown = [
        f"{scene.name(asset)} ({count(often[asset], 'episode')}, {span(lasted[asset])} in alarm)"
        for asset in order[:_RANKED]
    ]
    more = [count(len(order) - _RANKED, "more machine")] if len(order) > _RANKED else []
    first = "was longest in alarm" if longest else "had the most alarms"
    if len(order) == 1:
        return f"only {shown[0]}"
    return f"{shown[0]} {first}, then {listed([*shown[1:], *more])}"


def _fewest(scene: Scene, machines: Sequence[Machine], rows: Sequence[Was], period: Period) -> str:
    quiet = [each for each in machines if each.asset not in {row.asset for row in rows}]
    if quiet:
        names = [scene.name(each.asset) for each in quiet[:MAX_TOLD]]
        more = [f"{len(quiet) - MAX_TOLD} more"] if len(quiet) > MAX_TOLD else []
        return f"without any alarm {period.said}: {listed([*names, *more])}"
    often = {each.asset: [row.asset for row in rows].count(each.asset) for each in machines}
    fewest = min(often, key=lambda asset: often[asset])
    many = count(often[fewest], "episode")
    return f"{scene.name(fewest)} had the fewest alarms {period.said}: {many}"
