"""The learned conditions of a signal, which are made when they first show."""

from __future__ import annotations

from typing import Final

from lamplighter.faults.condition import LEARNED_KINDS, Condition, Kind, machine_name, tag_name
from lamplighter.faults.settings import Machine

KINDS: Final = LEARNED_KINDS - {Kind.PATTERN}
"""The kinds of one signal; a pattern is the machine's."""


def learned_condition(machine: Machine, tag: str, kind: Kind, limit: float) -> Condition:
    """A learned condition of a signal; ``limit`` is the edge of what was usual."""
    config = machine.tags[tag]
    return Condition(
        asset=machine.asset,
        tag=tag,
        kind=kind,
        machine=machine_name(machine),
        signal=tag_name(tag, config),
        unit=config.value_unit,
        limit=limit,
        latching=config.limits.latching,
    )


def learned_key(machine: Machine, key: str) -> tuple[str, Kind] | None:
    """The tag and kind of a learned condition's key; None where the machine can't have it."""
    for kind in KINDS:
        tag = key.removesuffix(f"_{kind}")
        if tag != key and tag in machine.tags and machine.tags[tag].learned:
            return tag, kind
    return None


def learned_keys(machine: Machine) -> list[str]:
    """The keys of all learned conditions that the machine can have."""
    return [
        f"{key}_{kind}"
        for key, tag in machine.tags.items()
        if tag.learned
        for kind in sorted(KINDS)
    ]
