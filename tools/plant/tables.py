"""Fault tables as users write them: those of the simulator's own faults."""

from __future__ import annotations

import random
from collections.abc import Iterator

import yaml
from tools.plant.held_out import Split, of_held_out_fault
from tools.plant.library import FaultKind, Library, MachineKind

from lamplighter.faults.evidence.fault_tables import FaultTables
from lamplighter.faults.evidence.table_files import parse_table

_STEADY = 0.5


def own_tables(
    library: Library, packaged: FaultTables, draw: random.Random, split: Split
) -> FaultTables:
    """The packaged tables, extended by the simulator's, with one of several wordings a check."""
    own = [
        parse_table(table_text(kind, draw, split), file=f"{kind.name}.yaml")
        for kind in library.classes
    ]
    return packaged.extended(own)


def table_text(kind: MachineKind, draw: random.Random, split: Split) -> str:
    """The fault table of a class, as a user would write it."""
    faults = [
        {
            "fault": fault.name,
            "signals": dict(_moves(kind, fault)),
            "logs": list(fault.words),
            "check": draw.choice(fault.checks),
        }
        for fault in kind.faults
        if split == "held_out" or not of_held_out_fault(fault.name)
    ]
    return yaml.safe_dump({"class": kind.name, "faults": faults}, allow_unicode=True)


def _moves(kind: MachineKind, fault: FaultKind) -> Iterator[tuple[str, str]]:
    words = {signal.role: signal.word.lower() for signal in kind.signals}
    for role, to in fault.moves.items():
        if role in words and abs(to) > _STEADY:
            yield words[role], "up" if to > 0 else "down"
