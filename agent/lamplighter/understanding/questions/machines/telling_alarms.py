"""Alarms as they stand: of a machine, of all of them, those that nobody sees or acknowledged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lamplighter.faults.condition import SIGNAL_KINDS, Severity, rank
from lamplighter.faults.settings import Machine
from lamplighter.store.records.alarms import NORMAL, AlarmRecord
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.machines.kept import seconds
from lamplighter.understanding.questions.machines.scene import MAX_TOLD, Scene, count
from lamplighter.understanding.questions.measures import with_unit
from lamplighter.understanding.questions.periods import Period
from lamplighter.understanding.speech import listed

HIDDEN = frozenset({"shelved", "suppressed_by_design", "out_of_service"})
_OVER = frozenset({"returned_unacknowledged", "latched_unacknowledged"})
_UNSEEN = frozenset({"unacknowledged", *_OVER})
_MARKS = {
    "shelved": "shelved",
    "suppressed_by_design": "suppressed",
    "out_of_service": "out_of_service",
}
_HIDDEN_WORDS = {"shelved": "shelved", "suppressed_by_design": "suppressed",
                 "out_of_service": "out of service"}  # fmt: skip
_BY_OP = {
    "shelve": "shelved",
    "suppress": "suppressed_by_design",
    "out_of_service": "out_of_service",
}
_RUNNING = re.compile(
    r"\b(?:running|working|operating|stopped)\b|"
    r"^(?:is|are)(?: the| my| our)?(?: still)? (?:on|off|up|down)$"
)


def status(scene: Scene, machine: Machine, intent: Intent) -> str:
    """Which alarms a machine has now."""
    said = _status(scene, machine)
    if _RUNNING.search(str(intent.slots.get("said", ""))):
        return f"I don't know whether {scene.name(machine.asset)} is running; {said}"
    return said


def active_now(scene: Scene, machine: Machine) -> str:
    """The machine's active alarms as a list; "" where it has none."""
    active = [each for each in known(scene, machine) if holds(each)]
    return _listed(scene, active) if active else ""


def known(scene: Scene, machine: Machine) -> list[AlarmRecord]:
    """The machine's alarms, but those that are no longer configured."""
    return [
        each for each in scene.incidents.alarms(machine.asset) if not each.data.get("withdrawn")
    ]


def holds(record: AlarmRecord) -> bool:
    """Whether the alarm's condition holds, and it is shown."""
    if record.state in HIDDEN or record.state == NORMAL or record.state in _OVER:
        return False
    return bool(record.data.get("active", True))


def came(record: AlarmRecord) -> bool:
    """Whether the alarm ever came."""
    return bool(record.data.get("since", True)) and record.since > 0


def within(record: AlarmRecord, period: Period) -> bool:
    """Whether the alarm came in the period, or holds since before it."""
    if holds(record):
        return record.since <= period.end
    return came(record) and period.start <= record.since <= period.end


def hidden(scene: Scene, machines: Sequence[Machine], intent: Intent) -> str:
    """Which alarms are shelved, suppressed or out of service: by whom, and until when."""
    wanted = _BY_OP.get(str(intent.slots.get("op") or ""))
    said = str(intent.slots.get("said", ""))
    if "out of service" in said:
        wanted = "out_of_service"
    states = {wanted} if wanted else HIDDEN
    records = [each for each in _standing(scene, machines) if each.state in states]
    word = _HIDDEN_WORDS[wanted] if wanted else "shelved, suppressed or out of service"
    where = f" of {scene.name(machines[0].asset)}" if len(machines) == 1 else ""
    if not records:
        return f"no alarm{where} is {word} now"
    rows = [f"{_called(scene, each)} ({_mark(scene, each)})" for each in records[:MAX_TOLD]]
    more = [f"{len(records) - MAX_TOLD} more"] if len(records) > MAX_TOLD else []
    many = count(len(records), "alarm")
    return f"{many}{where} {_is(len(records))} {word}: {listed([*rows, *more])}"


def waiting(scene: Scene, machines: Sequence[Machine], _intent: Intent) -> str:
    """Which alarms nobody has acknowledged."""
    records = [each for each in _standing(scene, machines) if each.state in _UNSEEN]
    where = f" of {scene.name(machines[0].asset)}" if len(machines) == 1 else ""
    if not records:
        return f"no alarm{where} waits for somebody to acknowledge it"
    rows = [
        f"{_called(scene, each)} ({each.severity}, since {scene.since(each.since)})"
        for each in records[:MAX_TOLD]
    ]
    more = [f"{len(records) - MAX_TOLD} more"] if len(records) > MAX_TOLD else []
    many = count(len(records), "alarm")
    return f"{many}{where} not acknowledged: {listed([*rows, *more])}"


def in_alarm(scene: Scene, machines: Sequence[Machine]) -> str:
    """Which machines have active alarms, and the gravest alarm of each."""
    found: dict[str, list[AlarmRecord]] = {}
    for each in _standing(scene, machines):
        if holds(each):
            found.setdefault(each.asset, []).append(each)
    chosen = machines or scene.plant.machines
    if not found:
        few = listed([scene.name(each.asset) for each in chosen]) if len(chosen) <= MAX_TOLD else ""
        return f"no active alarm of {few or f'any of the {len(chosen)} machines'} now"
    order = sorted(found.items(), key=lambda item: min(map(_place, item[1])))
    rows = [_gravest_of(scene, asset, own) for asset, own in order]
    more = f"; and {count(len(rows) - MAX_TOLD, 'more machine')}" if len(rows) > MAX_TOLD else ""
    many = count(sum(map(len, found.values())), "alarm")
    of = f" of {len(found)} machines" if len(found) > 1 else ""
    return f"{many}{of} now: {'; '.join(rows[:MAX_TOLD])}{more}"


def _gravest_of(scene: Scene, asset: str, records: Sequence[AlarmRecord]) -> str:
    first, *others = sorted(records, key=_place)
    more = f" and {count(len(others), 'more alarm')}" if others else ""
    return f"{scene.name(asset)}: {_alarm(scene, first)}{more}"


def _place(record: AlarmRecord) -> tuple[int, float]:
    """The gravest first, of equals the one that came first."""
    known_as = set(map(str, Severity))
    grave = rank(Severity(record.severity)) if record.severity in known_as else -1
    return -grave, record.since


def listing(scene: Scene, records: Sequence[AlarmRecord]) -> str:
    """Alarms as a list with severity, value and since when."""
    return _listed(scene, records)


def _status(scene: Scene, machine: Machine) -> str:
    records, name = known(scene, machine), scene.name(machine.asset)
    active = [each for each in records if holds(each)]
    many = count(len([each for each in records if each.state in HIDDEN]), "alarm")
    aside = "" if many.startswith("0 ") else f"; {many} shelved, suppressed or out of service"
    if active:
        return f"{name} has {count(len(active), 'active alarm')}: {_listed(scene, active)}{aside}"
    if not records:
        return f"no alarm of {name} is known to me"
    over = [each for each in records if each.state in _OVER]
    if over:
        it = "it" if len(over) == 1 else "them"
        return (
            f"{name} has no active alarm; {_listed(scene, over)} came and went, and nobody has"
            f" acknowledged {it}{aside}"
        )
    return f"{name} has no active alarm{aside}"


def _standing(scene: Scene, machines: Sequence[Machine]) -> list[AlarmRecord]:
    assets = {each.asset for each in machines or scene.plant.machines}
    return [
        each
        for each in scene.incidents.standing()
        if each.asset in assets and not each.data.get("withdrawn")
    ]


def _listed(scene: Scene, records: Iterable[AlarmRecord]) -> str:
    rows = sorted(records, key=_place)
    shown = [_alarm(scene, each) for each in rows[:MAX_TOLD]]
    more = [f"{len(rows) - MAX_TOLD} more"] if len(rows) > MAX_TOLD else []
    return listed([*shown, *more])


def _alarm(scene: Scene, record: AlarmRecord) -> str:
    value = record.data.get("value")
    shown = ""
    if isinstance(value, int | float) and holds(record) and not _of_signal(record):
        shown = f", {with_unit(float(value), str(record.data.get('unit') or ''))}"
    over = "" if holds(record) else "over "
    since = f"{over}since {scene.since(record.since)}"
    return f"{_named(scene, record)} ({record.severity}{shown}, {since})"


def _of_signal(record: AlarmRecord) -> bool:
    """Whether it says that there is no value to be told."""
    return any(record.condition.endswith(f"_{kind}") for kind in SIGNAL_KINDS)


def _named(scene: Scene, record: AlarmRecord) -> str:
    """The alarm's name without the machine's, which stands before it."""
    name = str(record.data.get("name") or record.condition.replace("_", " "))
    return name.removeprefix(f"{scene.name(record.asset)} ")


def _called(scene: Scene, record: AlarmRecord) -> str:
    return f"{scene.name(record.asset)} {_named(scene, record)}"


def _mark(scene: Scene, record: AlarmRecord) -> str:
    """By whom an alarm was hidden, since when and until when."""
    mark = record.data.get(_MARKS[record.state])
    parts = []
    if isinstance(mark, Mapping):
        parts.append(f"by {mark.get('by') or 'somebody'}, {_time(scene, mark.get('at'))}")
    if record.state == "shelved" and (until := record.data.get("shelved_until")):
        parts.append(f"until {_time(scene, until)}")
    return ", ".join(parts) or "nobody knows by whom"


def _time(scene: Scene, text: Any) -> str:
    at = seconds(text)
    return scene.when(at) if at is not None else "at a time that is not known"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
