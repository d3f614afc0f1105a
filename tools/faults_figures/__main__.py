"""Measures and prints: every part, or those that are asked for.

Run as ``./tools/bench faults [--part NAME ...] [--json]``.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tools.machine_facts import facts

PARTS = ("nab", "throughput", "load", "machines", "simulated", "checking", "faultsum")


def measure(parts: Sequence[str] = PARTS) -> dict[str, Any]:
    """The figures of the parts, by part, and the machine's facts."""
    found: dict[str, Any] = {}
    for part in parts:
        print(f"{part} ...", file=sys.stderr, flush=True)
        found[part] = importlib.import_module(f"tools.faults_figures.{part}").measure()
    return {**found, "machine": facts()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tools/bench faults", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object with every figure")
    parser.add_argument(
        "--part", action="append", choices=PARTS, help="only this one; may be given again"
    )
    options = parser.parse_args(arguments)
    # As the daemon has it; read when numpy is imported, which the parts do.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    found = measure(options.part or PARTS)
    if options.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    _show(found)
    return 0


def _show(figures: Mapping[str, Any], indent: str = "") -> None:
    for key, value in figures.items():
        if isinstance(value, Mapping):
            print(f"{indent}{key}")
            _show(value, f"{indent}  ")
        else:
            print(f"{indent}{key:<{max(2, 34 - len(indent))}} {value}")


if __name__ == "__main__":
    sys.exit(main())
