"""Who did what to a machine's alarms, and what people wrote about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lamplighter.faults.alarms.controls import WORDS
from lamplighter.faults.settings import Machine
from lamplighter.store.records.audit import OF_ALARMS, AuditEntry
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.machines.kept import last_of, seconds
from lamplighter.understanding.questions.machines.scene import Scene, count, quoted, shortened
from lamplighter.understanding.questions.machines.telling_alarms import holds, known, waiting
from lamplighter.understanding.speech import listed

_LOOKED_AT = 60
_MOST_NOTES = 3
_NOTE = f"{OF_ALARMS}note"


def who(scene: Scene, machines: Sequence[Machine], intent: Intent) -> str:
    """Who acknowledged, shelved or reset alarms last, and when."""
    op = str(intent.slots.get("op") or "") or "ack"
    only = machines[0].asset if len(machines) == 1 else None
    known_assets = {each.asset for each in machines or scene.plant.machines}
    rows = [
        each
        for each in scene.incidents.operations(_LOOKED_AT, only)
        if each.action == f"{OF_ALARMS}{op}" and each.device in known_assets
    ]
    if (period := scene.named(intent)) is not None:
        rows = [each for each in rows if period.start <= each.time <= period.end]
    where = f" of {scene.name(only)}" if only else ""
    if rows:
        return _did(scene, rows[0], op)
    if len(machines) == 1 and op == "ack" and (marked := _marked(scene, machines[0])):
        return marked
    standing = ""
    if op == "ack" and any(holds(each) for machine in machines for each in known(scene, machine)):
        standing = f"; {waiting(scene, machines, intent)}"
    return f"nobody that I know of has {WORDS.get(op, op)} an alarm{where}{standing}"


def notes(scene: Scene, machines: Sequence[Machine], intent: Intent) -> str:
    """What people wrote about machines, the newest first."""
    found: dict[str, tuple[float, str, str, str]] = {}
    only = machines[0].asset if len(machines) == 1 else None
    wanted = {each.asset for each in machines or scene.plant.machines}
    for each in scene.incidents.operations(_LOOKED_AT, only):
        if each.action == _NOTE and each.device in wanted:
            text = str(each.data.get("note") or "")
            found[text] = (each.time, str(each.data.get("user") or "somebody"), text, each.device)
    for machine in machines[:_MOST_NOTES]:
        for told in last_of(scene, machine.asset):
            for note in told.evidence.get("notes") or ():
                at = seconds(note.get("at")) if isinstance(note, Mapping) else None
                if at is not None:
                    text = str(note["text"])
                    found.setdefault(text, (at, str(note.get("by")), text, machine.asset))
    words = set(str(intent.slots.get("said", "")).split())
    by = {each[1].casefold() for each in found.values()} & words
    kept = (each for each in found.values() if not by or each[1].casefold() in by)
    rows = sorted(kept, reverse=True)
    when = ""
    if (period := scene.named(intent)) is not None:
        rows = [row for row in rows if period.start <= row[0] <= period.end]
        when = f" {period.said}"
    where = f" about {scene.name(only)}" if only else ""
    if not rows:
        return f"no note{where} is known to me{when}"
    said = []
    for at, author, text, asset in rows[:_MOST_NOTES]:
        about = "" if only else f", about {scene.name(asset)}"
        said.append(f"by {author}, {scene.when(at)}{about}: {quoted(text)}")
    more = f"; and {count(len(rows) - _MOST_NOTES, 'more note')}" if len(rows) > _MOST_NOTES else ""
    return f"written {'; '.join(said)}{more}"


def _did(scene: Scene, entry: AuditEntry, op: str) -> str:
    by = str(entry.data.get("user") or "somebody")
    conditions = entry.data.get("conditions")
    names = {each.condition: str(each.data.get("name") or each.condition.replace("_", " "))
             for each in scene.incidents.alarms(entry.device)}  # fmt: skip
    what = f"alarms of {scene.name(entry.device)}"
    if isinstance(conditions, Sequence) and conditions:
        told = [names.get(str(each), str(each).replace("_", " ")) for each in conditions]
        what = listed(shortened(told))
    minutes = entry.data.get("minutes")
    span = f" for {minutes:g} minutes" if isinstance(minutes, int | float) else ""
    return f"{what}: {WORDS.get(op, op)} by {by}{span}, {scene.when(entry.time)}"


def _marked(scene: Scene, machine: Machine) -> str:
    """The mark of an acknowledgement on a machine's alarms; "" where there is none."""
    for record in known(scene, machine):
        mark = record.data.get("ack")
        at = seconds(mark.get("at")) if isinstance(mark, Mapping) else None
        if isinstance(mark, Mapping) and at is not None:
            name = str(record.data.get("name") or record.condition.replace("_", " "))
            return f"{name}: acknowledged by {mark.get('by') or 'somebody'}, {scene.when(at)}"
    return ""
