"""How well and how fast sentences are understood, by rules, by the model, and by both."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

import structlog
from tools.understanding_figures.home import DATA
from tools.understanding_figures.measure import MODEL, Extent, measure
from tools.understanding_figures.retrieved import compared, show_compared
from tools.understanding_figures.show import show


def main() -> int:
    """Runs the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--misses", action="store_true", help="list what was missed")
    parser.add_argument("--clinc", type=int, default=2000, help="CLINC150 requests")
    parser.add_argument("--sample", type=int, default=100, help="commands for the model alone")
    parser.add_argument("--no-talks", action="store_true", help="without conversations")
    parser.add_argument(
        "--retrieved",
        action="store_true",
        help="instead: grammars of the sentence against devices retrieved into the prompt",
    )
    parser.add_argument("--model", type=Path, action="append", help="for --retrieved: built models")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    if options.retrieved:
        rows = asyncio.run(compared(options.model or (MODEL,)))
        print(json.dumps(rows) if options.json else show_compared(rows, misses=options.misses))
        return 0
    if not DATA.is_dir():
        skipped = {"skipped": f"no data in {DATA}"}
        print(json.dumps(skipped) if options.json else f"skipped: {skipped['skipped']}")
        return 0
    extent = Extent(options.clinc, options.sample, not options.no_talks)
    found = asyncio.run(measure(extent))
    if options.json:
        print(json.dumps(found))
    else:
        show(found, misses=options.misses)
    return 0


if __name__ == "__main__":
    sys.exit(main())
