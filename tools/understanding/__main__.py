"""``python -m tools.understanding``: runs the sets of conversations and lists what went wrong."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from tools.understanding.cases import DATA, Outcome, read_cases, run_case
from tools.understanding.homes import read_home

from lamplighter.model.engine import Engine
from lamplighter.understanding.model_parser import ModelParser


async def _run(arguments: argparse.Namespace) -> list[tuple[str, Outcome]]:
    found: list[tuple[str, Outcome]] = []
    engine = None
    model = None
    if arguments.model:
        engine = Engine(arguments.model, threads=2)
        engine.start()
        model = ModelParser(engine)
    for path in sorted(arguments.data.glob("*_home.yaml")):
        name = path.name.removesuffix("_home.yaml")
        if arguments.home and name not in arguments.home:
            continue
        home = read_home(path)
        for cases in sorted(arguments.data.glob(f"{name}_*.jsonl")):
            if arguments.set and not any(part in cases.stem for part in arguments.set):
                continue
            for case in read_cases(cases):
                if arguments.feature and case["feature"] not in arguments.feature:
                    continue
                if arguments.say and arguments.say not in case["say"]:
                    continue
                found.append((cases.stem, await run_case(home, case, model)))
    if engine is not None:
        engine.stop()
    return found


def main() -> None:
    """Runs what the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m tools.understanding", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--home", action="append", help="only these homes")
    parser.add_argument("--set", action="append", help="only sets with this in their name")
    parser.add_argument("--feature", action="append", help="only these features")
    parser.add_argument("--say", help="only sentences with this in them")
    parser.add_argument("--model", type=Path, help="the folder of a built model")
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    found = asyncio.run(_run(arguments))
    table = summary(found)
    if arguments.json:
        print(json.dumps(table, indent=1))
        return
    if arguments.misses:
        for name, outcome in found:
            if not outcome.right:
                print(_miss(name, outcome))
    for key, row in table.items():
        print(f"{key:24}", *(f"{what} {count}" for what, count in row.items()))


def summary(found: list[tuple[str, Outcome]]) -> dict[str, dict[str, int]]:
    """Cases, right ones and wrong actions: by set, by feature, and in all."""
    counts: dict[str, Counter[str]] = {}
    for name, outcome in found:
        hard = "hard" if outcome.case.get("hard") else "easy"
        for key in (name, outcome.case["feature"], hard, "all"):
            row = counts.setdefault(key, Counter())
            row["cases"] += 1
            row["right"] += outcome.right
            row["wrong_actions"] += bool(outcome.wrong)
            row["asked"] += not outcome.right and outcome.asked
    return {key: dict(row) for key, row in counts.items()}


def _miss(name: str, outcome: Outcome) -> str:
    case: Mapping[str, Any] = outcome.case
    place = f" [{case['area']}]" if case.get("area") else ""
    mark = "WRONG " if outcome.wrong else ""
    lines = [f"{mark}{name} {case['feature']}{place}: {case['say']}"]
    lines += [f"    then {json.dumps(each)}" for each in case.get("then", ())]
    lines += [f"    {each}" for each in outcome.problems]
    lines += [f"    < {each}" for each in outcome.replies]
    return "\n".join(lines)


main()
