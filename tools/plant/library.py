"""What the simulator knows: machine classes, signals, faults, units and sayings, from ``data/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class SignalKind:
    """A kind of signal; ``usual`` and ``span`` (the way to a limit) are in the first unit.

    ``relative``: ``span`` is a share of the usual value. ``slow``: its time constant in seconds.
    """

    role: str
    units: Mapping[str, tuple[float, float]]
    usual: tuple[float, float]
    span: tuple[float, float]
    relative: bool
    word: str
    names: tuple[str, ...]
    keys: tuple[str, ...]
    code: str
    slow: float


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A fault: how far each signal goes (1 is the limit, negative down), and what is said of it."""

    name: str
    moves: Mapping[str, float]
    shape: str
    words: tuple[str, ...]
    log: tuple[str, ...]
    checks: tuple[str, ...]
    helped: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MachineKind:
    """A class of machines."""

    name: str
    nouns: tuple[str, ...]
    codes: tuple[str, ...]
    signals: tuple[SignalKind, ...]
    faults: tuple[FaultKind, ...]


@dataclass(frozen=True, slots=True)
class Sayings:
    """What people and machines say."""

    areas: list[str]
    people: list[str]
    actions: list[str]
    windows: list[str]
    vendors: Mapping[str, list[str]]
    noise: list[str]
    general: list[str]
    general_low: list[str]
    asides: list[str]


@dataclass(frozen=True, slots=True)
class Library:
    """All of it."""

    classes: tuple[MachineKind, ...]
    sayings: Sayings


def load(folder: Path = FOLDER) -> Library:
    """The library that a folder's files describe."""
    units = _read(folder / "units.yaml")
    signals = {
        role: _signal(role, raw, units) for role, raw in _read(folder / "signals.yaml").items()
    }
    faults = {name: _fault(name, raw) for name, raw in _read(folder / "faults.yaml").items()}
    classes = tuple(
        MachineKind(
            name,
            tuple(raw["nouns"]),
            tuple(raw["codes"]),
            tuple(signals[role] for role in raw["signals"]),
            tuple(faults[fault] for fault in raw["faults"]),
        )
        for name, raw in _read(folder / "classes.yaml").items()
    )
    return Library(classes, Sayings(**_read(folder / "sayings.yaml")))


def _signal(role: str, raw: dict[str, Any], units: dict[str, Any]) -> SignalKind:
    known = {unit: (float(f), float(o)) for unit, (f, o) in units[raw["of"]].items()}
    chosen = {unit: known[unit] for unit in raw.get("units", known)}
    span = raw.get("span") or raw["relative"]
    return SignalKind(
        role=role,
        units=chosen,
        usual=(raw["usual"][0], raw["usual"][1]),
        span=(span[0], span[1]),
        relative="relative" in raw,
        word=raw["word"],
        names=tuple(raw["names"]),
        keys=tuple(raw["keys"]),
        code=raw["code"],
        slow=raw["slow"],
    )


def _fault(name: str, raw: dict[str, Any]) -> FaultKind:
    return FaultKind(
        name=name,
        moves=raw["moves"],
        shape=raw["shape"],
        words=tuple(raw["words"]),
        log=tuple(raw["log"]),
        checks=tuple(raw["checks"]),
        helped=tuple(raw["helped"]),
        notes=tuple(raw["notes"]),
    )


def _read(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        found: dict[str, Any] = yaml.safe_load(file)
    return found
