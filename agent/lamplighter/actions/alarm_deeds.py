"""Operations on machines' alarms that somebody asked for in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from lamplighter.actions.reply import Outcome
from lamplighter.catalogue.entity import Entity
from lamplighter.errors import PayloadError
from lamplighter.faults.alarms.controls import NOTHING_TO_ACKNOWLEDGE, WORDS
from lamplighter.faults.monitor import AlarmChanged, Operated
from lamplighter.faults.settings import Machine
from lamplighter.understanding.interpretation import Operate, Step
from lamplighter.understanding.speech import listed
from lamplighter.understanding.time_expressions import spoken_length

MACHINE = "machine"
"""The domain under which the policy names machines' alarms."""

_MOST_NAMED = 4
_DOING: Mapping[str, str] = {
    "ack": "acknowledge the alarms of {}",
    "reset": "reset the alarms of {}",
    "shelve": "shelve the alarms of {}",
    "unshelve": "show the alarms of {} again",
    "suppress": "suppress the alarms of {}",
    "unsuppress": "stop suppressing the alarms of {}",
    "out_of_service": "take the alarms of {} out of service",
    "return_to_service": "return the alarms of {} to service",
}


class AlarmOperator(Protocol):
    """Who operates on alarms; ``machine_watch.MachineWatch`` does."""

    def control(self, op: dict[str, Any]) -> Operated:
        """Carries out an operation as on the ``control`` topic."""
        ...


def alarm_entities(machines: Iterable[Machine]) -> dict[str, Entity]:
    """What stands for machines' alarms before the policy, by the id in steps."""
    return {
        _id(machine.asset): Entity(
            _id(machine.asset),
            machine.asset,
            "",
            MACHINE,
            machine.name or machine.asset,
            device_class=machine.machine_class,
        )
        for machine in machines
    }


def alarm_steps(operate: Operate) -> tuple[Step, ...]:
    """The operation as steps, for the policy to judge."""
    return tuple(Step(_id(asset), operate.op) for asset in operate.assets)


def deed_of(service: str, name: str) -> str:
    """What is done to a machine's alarms, in words: "shelve the alarms of Feed pump"."""
    return _DOING.get(service, service.replace("_", " ") + " the alarms of {}").format(name)


def said_for(operate: Operate) -> str:
    """How long, where that matters: " for an hour"."""
    return f" for {spoken_length(operate.minutes * 60)}" if operate.op == "shelve" else ""


def carry_out(operate: Operate, alarms: AlarmOperator, user: str) -> tuple[Outcome, str]:
    """Carries it out, machine by machine, and says what came of it."""
    names: list[str] = []
    reasons: list[str] = []
    for asset in operate.assets:
        for condition in operate.conditions or (None,):
            op = {"op": operate.op, "asset": asset, "user": user, "minutes": operate.minutes}
            try:
                done = alarms.control({**op, "condition": condition})
            except PayloadError as error:
                reasons.append(error.reason)
                continue
            names += _names(done)
            reasons += [reason for reason in done.left.values() if reason]
    if names:
        return "done", _told(operate, names)
    return "answered", _nothing(operate, reasons)


def _id(asset: str) -> str:
    return f"{MACHINE}/{asset}"


def _names(done: Operated) -> list[str]:
    """The alarms that were changed, by the names in their records."""
    by_key = {
        (change.asset, change.condition): str(change.record["name"])
        for change in done.changes
        if isinstance(change, AlarmChanged)
    }
    return [by_key.get(key, key[1].replace("_", " ")) for key in done.changed]


def _told(operate: Operate, names: Sequence[str]) -> str:
    word = WORDS[operate.op]
    many = f"{len(names)} alarms of {_whose(operate)}"
    if len(names) > _MOST_NAMED:
        return f"{many} are {word}{said_for(operate)}."
    verb = "is" if len(names) == 1 else "are"
    return f"{listed(list(names))} {verb} {word}{said_for(operate)}."


def _nothing(operate: Operate, reasons: Sequence[str]) -> str:
    whose = _whose(operate)
    told = sorted(set(reasons) - {NOTHING_TO_ACKNOWLEDGE})
    if operate.op == "ack" and not told:
        return f"There is no alarm of {whose} to acknowledge."
    if len(told) == 1:
        return f"Nothing changed for {whose}: {told[0]}."
    return f"Nothing changed: no alarm of {whose} could be {WORDS[operate.op]}."


def _whose(operate: Operate) -> str:
    return listed(list(operate.named)) if operate.named else "any machine"
