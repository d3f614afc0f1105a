"""Fault tables: which pattern of signals and log lines points to which fault, and what to check.

The tables of the machine classes are files of this package; ``tables/generic.yaml`` explains the
format, and is the fallback of every class. A user's own tables extend them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from lamplighter.errors import ConfigError, ConfigProblem
from lamplighter.faults.evidence.table_files import parse_table
from lamplighter.faults.evidence.table_rows import FaultPattern, FaultTable

_SURE_ENOUGH = 0.6
_LEAD_BONUS = 0.5
_STRANGE = 0.5


@dataclass(frozen=True, slots=True)
class Move:
    """How one signal moved: ``up``, ``down``, ``stale``, ``stuck`` or ``steady``."""

    tag: str
    name: str
    move: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What the table says.

    Attributes:
        fault: the likely fault, or None where no pattern fits well enough.
        confidence: 0 to 1, the share of the pattern that was seen; of no fault: 0.
        checks: what to do, the first thing first.
    """

    fault: str | None
    confidence: float
    checks: tuple[str, ...]


class FaultTables:
    """The fault tables by machine class.

    Args:
        tables: must hold the class ``generic``.
    """

    def __init__(self, tables: Mapping[str, FaultTable]) -> None:
        self._tables = dict(tables)

    def classes(self) -> list[str]:
        """The machine classes that have a table."""
        return sorted(self._tables)

    def extended(self, own: Iterable[FaultTable]) -> FaultTables:
        """These tables with a user's: his faults come first, and replace those of the same name.

        His checks replace those for the same move. A class that has no table yet gets one.
        """
        tables = dict(self._tables)
        for table in own:
            before = tables.get(table.machine_class)
            tables[table.machine_class] = table if before is None else _merged(before, table)
        return FaultTables(tables)

    def words(self) -> frozenset[str]:
        """The words that name a fault in some table, in lower case."""
        names = [fault.fault for table in self._tables.values() for fault in table.faults]
        return frozenset(word for name in names for word in name.lower().split())

    def find(self, machine_class: str, moves: Iterable[Move], logs: Iterable[str]) -> Finding:
        """What fits the moves (in order of first-out) and the log lines best."""
        rows = list(moves)
        lines = " ".join(logs).lower()
        generic = self._tables["generic"]
        own = self._tables.get(machine_class, generic)
        scored = [(_score(fault, rows, lines), fault) for fault in (*own.faults, *generic.faults)]
        best = max(scored, key=lambda pair: pair[0], default=None)
        lead = rows[0].move if rows else "up"
        general = own.checks.get(lead) or generic.checks.get(lead)
        rest = (general,) if general else ()
        if best is None or best[0] < _SURE_ENOUGH:
            return Finding(None, 0.0, rest)
        score, fault = best
        return Finding(fault.fault, round(score, 2), (fault.check,))


def load(folder: Path | None) -> FaultTables:
    """The packaged tables, extended by the YAML files of a folder in the order of their names.

    Raises:
        ConfigError: the folder or a file can't be read, or a table is wrong: with every problem
            found in any file.
    """
    tables = _packaged()
    if folder is None:
        return tables
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix in {".yaml", ".yml"})
    except OSError as error:
        problem = ConfigProblem(str(folder), 1, "(folder)", f"can't be read: {error}")
        raise ConfigError([problem]) from error
    own: list[FaultTable] = []
    problems: list[ConfigProblem] = []
    for file in files:
        try:
            own.append(parse_table(_text(file), file=str(file)))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return tables.extended(own)


def _packaged() -> FaultTables:
    folder = resources.files("lamplighter.faults") / "tables"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    tables = [
        parse_table(file.read_text(encoding="utf-8"), file=file.name)
        for file in files
        if file.name.endswith(".yaml")
    ]
    return FaultTables({table.machine_class: table for table in tables})


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = ConfigProblem(str(file), 1, "(file)", f"can't be read: {error}")
        raise ConfigError([problem]) from error


def _merged(before: FaultTable, own: FaultTable) -> FaultTable:
    named = {fault.fault.casefold() for fault in own.faults}
    kept = tuple(fault for fault in before.faults if fault.fault.casefold() not in named)
    return replace(own, faults=(*own.faults, *kept), checks={**before.checks, **own.checks})


def _score(fault: FaultPattern, moves: list[Move], logs: str) -> float:
    """The share of the pattern that was seen, 0 to 1.

    Each signal counts one, the leading one half a point more where it really leads; a signal
    that the machine lacks takes nothing away, one that moves otherwise does, and one that moves
    though the pattern does not tell of it takes half. Log words count one together. A pattern
    none of whose own signals moved scores 0.
    """
    points, most, moved = _LEAD_BONUS if _leads(fault, moves) else 0.0, _LEAD_BONUS, False
    for word, wanted in fault.signals:
        seen = [row.move for row in moves if _matches(word, row)]
        if not seen:
            continue
        most += 1.0
        points += wanted in seen
        moved = moved or (wanted != "steady" and wanted in seen)
    moving = [row for row in moves if row.move != "steady"]
    most += _STRANGE * sum(
        not any(_matches(word, row) for word, _ in fault.signals) for row in moving
    )
    if logs and any(word in logs for word in fault.logs):
        points += 1.0
        most += 1.0
    return points / most if moved else 0.0


def _leads(fault: FaultPattern, moves: list[Move]) -> bool:
    word, wanted = fault.signals[0]
    return bool(moves) and _matches(word, moves[0]) and moves[0].move == wanted


def _matches(word: str, row: Move) -> bool:
    return word == "*" or word in row.tag.lower() or word in row.name.lower()
