"""Records simulated episodes for ``lamplighter replay`` and for demonstrations."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from tools.plant.held_out import Split
from tools.plant.library import load
from tools.plant.planning import Plan, plan
from tools.plant.tables import table_text
from tools.plant.watching import Happening, happenings

from lamplighter.faults.settings import Machine, Tag

HEADER = ("time", "asset", "tag", "value", "level", "text")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What :func:`record` wrote, and of what."""

    values: Path
    config: Path
    plan: Plan


def record(folder: Path, *, seed: int, split: Split = "train") -> Recorded:
    """Write one episode from before its onset to after its end, as a replay takes it.

    ``recording.csv`` holds the values and log lines (time in UTC seconds, asset, tag, value, level,
    text), ``lamplighter.yaml`` the machine's configuration, ``faults/`` the fault table of its
    class: ``lamplighter replay --config lamplighter.yaml recording.csv``.
    """
    library = load()
    draw = random.Random(f"record/{split}/{seed}")  # noqa: S311 - a seeded simulation
    planned = plan(draw, library, split, "closed")
    values, config = folder / "recording.csv", folder / "lamplighter.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    with values.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for each in happenings(planned, draw, library.sayings):
            writer.writerows(_rows(planned.machine.asset, each))
    told = {
        "machines": [_machine(planned.machine)],
        "faults": {"settle": planned.settle, "quiet": planned.quiet, "tables": "faults"},
    }
    table = folder / "faults" / f"{planned.kind.name}.yaml"
    table.parent.mkdir(exist_ok=True)
    table.write_text(table_text(planned.kind, draw, split), encoding="utf-8")
    config.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return Recorded(values, config, planned)


def _rows(asset: str, each: Happening) -> Iterator[tuple[str | float, ...]]:
    for key, value in each.values.items():
        yield each.time, asset, key, value, "", ""
    for line in each.lines:
        yield each.time, asset, "", "", line.level, line.text


def _machine(machine: Machine) -> dict[str, Any]:
    """The machine as its configuration is written; what has its default is left out."""
    tags = {key: _tag(machine.asset, key, tag) for key, tag in machine.tags.items()}
    found = {"asset": machine.asset, "name": machine.name, "class": machine.machine_class}
    return found | ({"area": machine.area} if machine.area else {}) | {"tags": tags}


def _tag(asset: str, key: str, tag: Tag) -> dict[str, Any]:
    plain = Tag("t")
    changed = {
        name: value
        for name, value in asdict(tag).items()
        if value != asdict(plain)[name] and name != "topic"
    }
    told = {name: _without_defaults(value) for name, value in changed.items()}
    return {"topic": f"plant/{asset}/{key}", **told}


def _without_defaults(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {k: v for k, v in value.items() if v is not None and v is not False and v != ()}
