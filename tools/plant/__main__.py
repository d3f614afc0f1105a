"""``python -m tools.plant``: show cases, draw FaultSum, record an episode."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from tools.plant import codec, faultsum
from tools.plant.drawing import cases
from tools.plant.held_out import Split
from tools.plant.readable import readable
from tools.plant.recording import record

_MOST_SHOWN = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one of the commands."""
    options = _parser().parse_args(arguments)
    if options.command == "faultsum":
        return _faultsum(write=options.write)
    if options.command == "record":
        recorded = record(options.folder, seed=options.seed)
        print(f"{recorded.values} and {recorded.config}: {recorded.plan.machine.name}")
        return 0
    rows = cases(options.count, options.seed, options.split)
    for number, evidence in enumerate(rows):
        if options.json:
            row = {"case": number, "evidence": codec.to_dict(evidence)}
            if options.facts:
                row["facts"] = readable(evidence)
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"--- case {number}\n{readable(evidence)}\n")
    return 0


def _faultsum(*, write: bool) -> int:
    """Draws FaultSum again; says whether that gives the frozen cases."""
    drawn = faultsum.drawn()
    if write:
        print(faultsum.write(drawn, faultsum.FOLDER))
    frozen = faultsum.read_cases()
    same = sum(a == b for a, b in zip(drawn, frozen, strict=True))
    print(f"{same} of {len(frozen)} cases drawn again are the frozen ones")
    for name, counts in faultsum.strata(each.evidence for each in frozen).items():
        most = sorted(counts.items(), key=lambda pair: -pair[1])[:_MOST_SHOWN]
        print(f"{name}: {', '.join(f'{key} {count}' for key, count in most)}")
    return 0 if same == len(frozen) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.plant", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("cases", help="print cases")
    show.add_argument("--count", type=int, default=10)
    show.add_argument("--seed", type=int, default=1)
    show.add_argument("--split", choices=get_args(Split), default="train")
    show.add_argument("--json", action="store_true", help="a JSON document a line")
    show.add_argument("--facts", action="store_true", help="with the facts in words, in the JSON")
    episode = commands.add_parser("record", help="write an episode for lamplighter replay")
    episode.add_argument("folder", type=Path)
    episode.add_argument("--seed", type=int, default=1)
    again = commands.add_parser("faultsum", help="draw FaultSum again and compare it")
    again.add_argument("--write", action="store_true", help="freeze what is drawn: rarely right")
    return parser


if __name__ == "__main__":
    sys.exit(main())
