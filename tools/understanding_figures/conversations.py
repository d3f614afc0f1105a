"""The conversations that were written blind, as ``tools.understanding`` has and judges them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.understanding.cases import DATA, Outcome, read_cases, run_case
from tools.understanding.homes import SimulatedHome, read_home

from lamplighter.understanding.reading import Parser


def sets_in(folder: Path = DATA) -> Iterator[tuple[str, SimulatedHome, list[dict[str, Any]]]]:
    """The sets that are there, by name, each with its home: of every folder with homes."""
    for path in sorted(folder.rglob("*_home.yaml")):
        home = read_home(path)
        name = path.name.removesuffix("_home.yaml")
        for cases in sorted(path.parent.glob(f"{name}_*.jsonl")):
            yield f"{cases.parent.name}/{cases.stem}", home, read_cases(cases)


async def conversations(model: Parser | None, folder: Path = DATA) -> dict[str, Any]:
    """Cases, right ones, wrong actions and questions back, of each set; and the misses."""
    rows: dict[str, Counter[str]] = {}
    misses: list[str] = []
    for name, home, cases in sets_in(folder):
        for case in cases:
            outcome = await run_case(home, case, model)
            for key in (name, "all"):
                _count(rows.setdefault(key, Counter()), outcome)
            if not outcome.right:
                misses.append(_told(name, outcome))
    return {"sets": {key: dict(row) for key, row in rows.items()}, "misses": misses}


def _count(row: Counter[str], outcome: Outcome) -> None:
    row["cases"] += 1
    row["right"] += outcome.right
    row["wrong_actions"] += bool(outcome.wrong)
    row["asked"] += not outcome.right and outcome.asked


def _told(name: str, outcome: Outcome) -> str:
    case: Mapping[str, Any] = outcome.case
    return f"{name} | {case['say']} | {'; '.join(outcome.problems)} | {'; '.join(outcome.replies)}"
