"""The alarms of a machine as they are graded, and what its configuration names in vain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lamplighter.faults.alarms.settings import matches
from lamplighter.faults.condition import Condition, Severity, conditions_of, disturbed_of
from lamplighter.faults.settings import Machine
from lamplighter.faults.signals.learned.conditions import learned_keys


def graded(conditions: Iterable[Condition], machine: Machine) -> list[Condition]:
    """The conditions with the severity and latching that ``machine.alarms`` gives them."""
    return [_graded(condition, machine) for condition in conditions]


def _graded(condition: Condition, machine: Machine) -> Condition:
    for pattern, grade in machine.alarms.items():
        if matches(condition.key, (pattern,)):
            severity, latching = grade.severity, grade.latching
            return replace(
                condition,
                graded=condition.graded if severity is None else Severity(severity),
                latching=condition.latching if latching is None else latching,
            )
    return condition


def unknown_in(machine: Machine) -> Iterator[tuple[str, str]]:
    """Paths in a machine's configuration that name no tag or condition of it, and why."""
    if not machine.alarms and not machine.suppress:
        return
    # It needs the configuration, of which this is a part.
    from lamplighter.faults.machines.expansion import as_watched

    machine = as_watched(machine)
    keys = [condition.key for condition in conditions_of(machine)] + learned_keys(machine)
    keys += [disturbed_of(machine, tag).key for tag in machine.tags]
    for pattern in machine.alarms:
        if not _any(keys, pattern):
            yield f"alarms.{pattern}", _no_condition(pattern, keys)
    for number, rule in enumerate(machine.suppress):
        if rule.when.tag not in machine.tags:
            yield f"suppress[{number}].when.tag", f"{machine.asset} has no tag {rule.when.tag!r}"
        for pattern in rule.conditions:
            if not _any(keys, pattern):
                yield f"suppress[{number}].conditions", _no_condition(pattern, keys)


def _any(keys: list[str], pattern: str) -> bool:
    return any(matches(key, (pattern,)) for key in keys)


def _no_condition(pattern: str, keys: list[str]) -> str:
    known = ", ".join(keys) or "none"
    return f"no condition {pattern!r}; there are {known}"
