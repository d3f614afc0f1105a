"""Reads fault tables from YAML, strictly: every mistake with file, line and key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lamplighter import strict_yaml
from lamplighter.faults.evidence.table_rows import MOVES, FaultPattern, FaultTable

_SAID = {"pattern": r"(?s).*\S.*", "hint": "must not be empty"}


@dataclass(frozen=True, slots=True)
class _Fault:
    fault: str = field(metadata=_SAID)
    signals: dict[str, str]
    check: str = field(metadata=_SAID)
    logs: tuple[str, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        """Patterns that could never be seen."""
        if not self.signals:
            yield "signals", "must hold at least one word of a signal's name and its move"
        yield from _odd_moves("signals", self.signals.values())


@dataclass(frozen=True, slots=True)
class _Table:
    machine_class: str = field(metadata={"key": "class", **_SAID})
    faults: tuple[_Fault, ...] = ()
    checks: dict[str, str] = field(default_factory=dict)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Checks that would never be told."""
        yield from _odd_moves("checks", self.checks)


def parse_table(text: str, *, file: str) -> FaultTable:
    """The table that a YAML text describes; ``tables/generic.yaml`` explains the format.

    Raises:
        ConfigError: with every problem found.
    """
    table = strict_yaml.load(text, _Table, file=file)
    patterns = tuple(_pattern(fault) for fault in table.faults)
    return FaultTable(table.machine_class.strip(), patterns, table.checks)


def _pattern(fault: _Fault) -> FaultPattern:
    return FaultPattern(
        fault=" ".join(fault.fault.split()),
        signals=tuple((word.lower(), move) for word, move in fault.signals.items()),
        logs=tuple(word.lower() for word in fault.logs if word.strip()),
        check=" ".join(fault.check.split()),
    )


def _odd_moves(key: str, moves: Iterable[str]) -> Iterator[tuple[str, str]]:
    for move in moves:
        if move not in MOVES:
            yield key, f"a move must be one of {', '.join(MOVES)}, not {move!r}"
