"""Fault tables: which pattern of signals and log lines points to which fault, and what to check.

The tables of the machine classes are files of this package; ``tables/generic.yaml`` explains the
format, and is the fallback of every class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from lamplighter.errors import ConfigError, ConfigProblem

MOVES = ("up", "down", "stale", "stuck", "steady")
_SURE_ENOUGH = 0.6
_LEAD_BONUS = 0.5
_STRANGE = 0.5


@dataclass(frozen=True, slots=True)
class FaultPattern:
    """One fault: the signals that move with it (the leading one first), log words, what to do."""

    fault: str
    signals: tuple[tuple[str, str], ...]
    logs: tuple[str, ...]
    check: str


@dataclass(frozen=True, slots=True)
class FaultTable:
    """What is known of one class of machines; ``checks`` by the leading signal's move."""

    machine_class: str
    faults: tuple[FaultPattern, ...]
    checks: Mapping[str, str]


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


def packaged() -> FaultTables:
    """The tables that come with this package.

    Raises:
        ConfigError: one of them is damaged.
    """
    folder = resources.files("lamplighter.faults") / "tables"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    tables = [
        parse_table(file.read_text(encoding="utf-8"), file=file.name)
        for file in files
        if file.name.endswith(".yaml")
    ]
    return FaultTables({table.machine_class: table for table in tables})


def parse_table(text: str, *, file: str) -> FaultTable:
    """The table that a YAML text describes.

    Raises:
        ConfigError: with every problem found.
    """
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError([ConfigProblem(file, 1, "(file)", f"is no YAML: {error}")]) from error
    problems: list[ConfigProblem] = []

    def wrong(key: str, reason: str) -> None:
        problems.append(ConfigProblem(file, 1, key, reason))

    if not isinstance(raw, dict) or not isinstance(raw.get("class"), str):
        wrong("class", "must be the machine class")
        raise ConfigError(problems)
    checks = raw.get("checks") or {}
    if not isinstance(checks, dict) or not all(isinstance(v, str) for v in checks.values()):
        wrong("checks", "must hold a sentence for each move")
    rows = raw.get("faults") or []
    if not isinstance(rows, list):
        wrong("faults", "must be a list")
        rows = []
    for index, row in enumerate(rows):
        if reason := _wrong(row):
            wrong(f"faults[{index}]", reason)
    if problems:
        raise ConfigError(problems)
    return FaultTable(raw["class"], tuple(_pattern(row) for row in rows), checks)


def _wrong(row: Any) -> str:
    if not isinstance(row, dict):
        return "must have fault, signals and check"
    if not all(isinstance(row.get(key), str) and row[key] for key in ("fault", "check")):
        return "fault and check must be texts"
    signals = row.get("signals")
    if not isinstance(signals, dict) or not signals:
        return "signals must hold at least one word and its move"
    if odd := [str(move) for move in signals.values() if move not in MOVES]:
        return f"a move must be one of {', '.join(MOVES)}, not {odd[0]}"
    return "" if isinstance(row.get("logs", []), list) else "logs must be a list of words"


def _pattern(row: dict[str, Any]) -> FaultPattern:
    return FaultPattern(
        fault=row["fault"],
        signals=tuple((str(word).lower(), move) for word, move in row["signals"].items()),
        logs=tuple(str(word).lower() for word in row.get("logs", [])),
        check=row["check"],
    )


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
