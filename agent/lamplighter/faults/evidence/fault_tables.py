"""Fault tables: which pattern of signals and log lines points to which fault, and what to check.

The tables are files of ``config/faults``; ``generic.yaml`` explains the format, and is the fallback
of every class. A user's own tables extend them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lamplighter.errors import ConfigError, ConfigProblem
from lamplighter.faults.evidence.finding import find_fault
from lamplighter.faults.evidence.moves import Move
from lamplighter.faults.evidence.record import RuledOut
from lamplighter.faults.evidence.signal_words import SignalWords
from lamplighter.faults.evidence.table_files import parse_table, parse_words
from lamplighter.faults.evidence.table_rows import FaultTable
from lamplighter.shipped import shipped_folders

__all__ = ["FaultTables", "Finding", "Move", "load"]

_GENERIC = "generic"
_WORDS = "signals.yaml"
_SUFFIXES = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What the table says.

    Attributes:
        fault: the likely fault, or None where no pattern stands out.
        confidence: 0 to 1, its share among all that could be; of no fault: 0.
        checks: what to do, the first thing first.
        ruled_out: faults of the class that a signal speaks against, the likeliest first.
    """

    fault: str | None
    confidence: float
    checks: tuple[str, ...]
    ruled_out: tuple[RuledOut, ...] = ()


class FaultTables:
    """The fault tables by machine class.

    Args:
        tables: must hold the class ``generic``.
        words: what signals are recognised by.
    """

    def __init__(self, tables: Mapping[str, FaultTable], words: SignalWords | None = None) -> None:
        self._tables = dict(tables)
        self.signal_words = words or SignalWords()
        self._measured: dict[tuple[str, str, str, str], frozenset[str]] = {}

    def classes(self) -> list[str]:
        """The machine classes that have a table."""
        return sorted(self._tables)

    def table(self, machine_class: str) -> FaultTable:
        """The class's table; the generic one where it has none."""
        return self._tables.get(machine_class, self._tables[_GENERIC])

    def extended(self, own: Iterable[FaultTable], words: SignalWords | None = None) -> FaultTables:
        """These tables with a user's: his faults come first, and replace those of the same name.

        His checks replace those for the same move. A class that has no table yet gets one.
        """
        tables = dict(self._tables)
        for table in own:
            before = tables.get(table.machine_class)
            tables[table.machine_class] = table if before is None else _merged(before, table)
        return FaultTables(tables, words or self.signal_words)

    def words(self) -> frozenset[str]:
        """The words that name a fault in some table, in lower case."""
        names = [fault.fault for table in self._tables.values() for fault in table.faults]
        return frozenset(word for name in names for word in name.lower().split())

    def measured_by(self, machine_class: str, tag: str, name: str, unit: str) -> frozenset[str]:
        """What a signal measures, as ``signals.yaml`` and the class's table name it."""
        key = (machine_class, tag, name, unit)
        if key not in self._measured:
            extra = self.table(machine_class).words
            self._measured[key] = self.signal_words.measured_by(tag, name, unit, extra)
        return self._measured[key]

    def find(self, machine_class: str, moves: Iterable[Move], logs: Iterable[str]) -> Finding:
        """What fits the moves (in order of first-out) and the log lines best.

        Where nothing speaks for any fault of the class, the generic ones are tried. Where only
        signals are at fault, none of the machine's is named.
        """
        rows, lines = list(moves), list(logs)
        lead = next((row.move for row in rows if row.moved), rows[0].move if rows else "up")
        general = self.checks(machine_class, lead)
        if not any(row.moved for row in rows):
            return Finding(None, 0.0, general)
        for table in self._in_turn(machine_class):
            means = partial(self._means, table.machine_class)
            found = find_fault(table.faults, rows, lines, means)
            if found.touched:
                break
        checks = (found.fault.check,) if found.fault else general
        fault = found.fault.fault if found.fault else None
        return Finding(fault, found.confidence, checks, found.ruled_out)

    def checks(self, machine_class: str, lead: str) -> tuple[str, ...]:
        """What to look at where no pattern fits, by the way the leading signal moves."""
        generic = self._tables[_GENERIC].checks
        said = self.table(machine_class).checks.get(lead) or generic.get(lead)
        return (said,) if said else ()

    def _in_turn(self, machine_class: str) -> Sequence[FaultTable]:
        own, generic = self.table(machine_class), self._tables[_GENERIC]
        return (generic,) if own is generic else (own, generic)

    def _means(self, machine_class: str, word: str, row: Move) -> bool:
        if word == "*":
            return True
        if word in self.signal_words.measurands:
            return word in self.measured_by(machine_class, row.tag, row.name, row.unit)
        return word in row.tag.lower() or word in row.name.lower()


def load(folder: Path | None, *, environment: Path = Path(sys.prefix)) -> FaultTables:
    """The shipped tables, extended by the YAML files of a folder in the order of their names.

    Args:
        folder: a user's tables, or None.
        environment: the Python environment that the package is installed in.

    Raises:
        ConfigError: the folder or a file can't be read, or a table is wrong: with every problem
            found in any file.
    """
    words, tables = _read(_shipped(environment), SignalWords())
    shipped = FaultTables({table.machine_class: table for table in tables}, words)
    if folder is None:
        return shipped
    words, own = _read(folder, words)
    return shipped.extended(own, words)


def _read(folder: Path, words: SignalWords) -> tuple[SignalWords, list[FaultTable]]:
    """The words, extended by the folder's, and its tables."""
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix in _SUFFIXES)
    except OSError as error:
        problem = ConfigProblem(str(folder), 1, "(folder)", f"can't be read: {error}")
        raise ConfigError([problem]) from error
    tables: list[FaultTable] = []
    problems: list[ConfigProblem] = []
    # The words come first: what tables add to them may use their abbreviations.
    for file in sorted(files, key=lambda file: file.name != _WORDS):
        try:
            if file.name == _WORDS:
                words = words.extended(parse_words(_text(file), file=str(file)))
            else:
                tables.append(parse_table(_text(file), file=str(file), words=words))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return words, tables


def _shipped(environment: Path) -> Path:
    folders = shipped_folders("faults", environment)
    return next((folder for folder in folders if (folder / _WORDS).is_file()), folders[-1])


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = ConfigProblem(str(file), 1, "(file)", f"can't be read: {error}")
        raise ConfigError([problem]) from error


def _merged(before: FaultTable, own: FaultTable) -> FaultTable:
    named = {fault.fault.casefold() for fault in own.faults}
    kept = tuple(fault for fault in before.faults if fault.fault.casefold() not in named)
    words = {
        name: (*own.words.get(name, ()), *before.words.get(name, ()))
        for name in {**before.words, **own.words}
    }
    checks = {**before.checks, **own.checks}
    return replace(own, faults=(*own.faults, *kept), checks=checks, words=words)
