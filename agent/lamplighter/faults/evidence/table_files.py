"""Reads fault tables and the words of signals from YAML, strictly: every mistake with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lamplighter import strict_yaml
from lamplighter.faults.evidence.signal_words import Measurand, SignalWords
from lamplighter.faults.evidence.table_rows import (
    LEADS,
    MOVES,
    Expected,
    FaultPattern,
    FaultTable,
)

_SAID = {"pattern": r"(?s).*\S.*", "hint": "must not be empty"}


@dataclass(frozen=True, slots=True)
class _Fault:
    fault: str = field(metadata=_SAID)
    signals: dict[str, str]
    check: str = field(metadata=_SAID)
    logs: tuple[str, ...] = ()
    without: dict[str, str] = field(default_factory=dict)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Patterns that could never be seen."""
        if not self.signals:
            yield "signals", "must hold at least one word of a signal's name and its move"
        for key, moves in (("signals", self.signals), ("without", self.without)):
            said = [move for value in moves.values() for move in _moves(value)]
            yield from _odd(key, "move", said, MOVES)


@dataclass(frozen=True, slots=True)
class _Table:
    machine_class: str = field(metadata={"key": "class", **_SAID})
    faults: tuple[_Fault, ...] = ()
    checks: dict[str, str] = field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Checks that would never be told."""
        yield from _odd("checks", "leading move", self.checks, LEADS)


@dataclass(frozen=True, slots=True)
class _Measurand:
    names: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    parent: str = field(default="", metadata={"key": "is"})


@dataclass(frozen=True, slots=True)
class _Words:
    short: dict[str, str] = field(default_factory=dict)
    signals: dict[str, _Measurand] = field(default_factory=dict)


def parse_words(text: str, *, file: str) -> SignalWords:
    """The words of signals that a YAML text describes; ``config/faults/signals.yaml`` explains it.

    Raises:
        ConfigError: with every problem found.
    """
    read = strict_yaml.load(text, _Words, file=file)
    short = {word.lower(): meant.lower() for word, meant in read.short.items()}
    words = SignalWords(short)
    known = {
        name.lower(): Measurand(
            name.lower(), words.names(each.names), frozenset(each.units), each.parent.lower()
        )
        for name, each in read.signals.items()
    }
    return SignalWords(short, known)


def parse_table(text: str, *, file: str, words: SignalWords | None = None) -> FaultTable:
    """The table that a YAML text describes; ``config/faults/generic.yaml`` explains the format.

    Raises:
        ConfigError: with every problem found.
    """
    table = strict_yaml.load(text, _Table, file=file)
    patterns = tuple(_pattern(fault) for fault in table.faults)
    known = words or SignalWords()
    extra = {name.lower(): known.names(said) for name, said in table.words.items()}
    return FaultTable(table.machine_class.strip(), patterns, table.checks, extra)


def _pattern(fault: _Fault) -> FaultPattern:
    return FaultPattern(
        fault=" ".join(fault.fault.split()),
        signals=_expected(fault.signals),
        logs=tuple(" ".join(word.lower().split()) for word in fault.logs if word.strip()),
        check=" ".join(fault.check.split()),
        without=_expected(fault.without),
    )


def _expected(said: Mapping[str, str]) -> tuple[Expected, ...]:
    return tuple((" ".join(word.lower().split()), _moves(move)) for word, move in said.items())


def _moves(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split(" or "))


def _odd(
    key: str, what: str, said: Iterable[str], known: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for move in said:
        if move not in known:
            yield key, f"a {what} must be one of {', '.join(known)}, not {move!r}"
