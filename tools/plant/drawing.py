"""Draws cases: evidence as the daemon draws it, of simulated episodes, seeded."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tools.plant.completing import complete
from tools.plant.held_out import Split, of_held_out_fault
from tools.plant.library import Library, load
from tools.plant.planning import plan
from tools.plant.tables import own_tables
from tools.plant.watching import reports

from lamplighter.faults.alarms.episodes import Due
from lamplighter.faults.evidence import fault_tables
from lamplighter.faults.evidence.fault_tables import FaultTables
from lamplighter.faults.evidence.record import Evidence

_WANTED: tuple[Due, ...] = (
    "opened", "closed", "opened", "changed", "opened", "closed", "opened", "changed", "opened",
    "closed",
)  # fmt: skip
_TABLES = 4
_PLAIN = 0.6


@dataclass(frozen=True, slots=True)
class Makings:
    """What cases are drawn from; it takes a second to make."""

    library: Library
    tables: tuple[FaultTables, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """Evidence, and the fault that was simulated; None: only signals were at fault."""

    evidence: Evidence
    fault: str | None


def makings(split: Split) -> Makings:
    """The library, and the fault tables: the packaged ones, and some that extend them."""
    library = load()
    packaged = fault_tables.load(None)
    draws = [random.Random(seed) for seed in range(_TABLES)]  # noqa: S311 - a seeded simulation
    own = [own_tables(library, packaged, draw, split) for draw in draws]
    return Makings(library, (packaged, *own))


def cases(count: int, seed: int, split: Split) -> Iterator[Evidence]:
    """Seeded evidence: half of it of opened episodes, a fifth of changed, the rest of closed ones.

    A case depends on the seed, the split and its own number only, so that the first ones of more
    cases are the same as fewer.
    """
    for each in known_cases(count, seed, split):
        yield each.evidence


def known_cases(count: int, seed: int, split: Split) -> Iterator[Case]:
    """The same cases, with what was really wrong."""
    made = makings(split)
    for number in range(count):
        yield case(made, number, seed, split)


def case(made: Makings, number: int, seed: int, split: Split) -> Case:
    """One of the cases."""
    wanted = _WANTED[number % len(_WANTED)]
    attempt = 0
    while True:
        # A text as a seed is hashed the same way everywhere, as Python's documentation promises.
        draw = random.Random(f"{split}/{seed}/{number}/{attempt}")  # noqa: S311 - a seeded simulation
        found = _drawn(made, draw, split, wanted)
        if found is not None:
            return found
        attempt += 1


def _drawn(made: Makings, draw: random.Random, split: Split, wanted: Due) -> Case | None:
    planned = plan(draw, made.library, split, wanted)
    # A class that has a table of its own is seldom given another one.
    plain = planned.kind.name in made.tables[0].classes() and draw.random() < _PLAIN
    tables = made.tables[0] if plain else draw.choice(made.tables[1:])
    for evidence in reports(planned, draw, made.library.sayings, tables):
        if evidence.kind == wanted:
            found = complete(evidence, planned, draw, made.library)
            if split == "train" and _held_out(found):
                return None
            return Case(found, planned.fault.name if planned.fault else None)
    return None


def _held_out(evidence: Evidence) -> bool:
    told = [evidence.fault or "", *(each.fault for each in evidence.ruled_out)]
    told += [each.fault or "" for each in evidence.similar]
    return any(of_held_out_fault(text) for text in told)
