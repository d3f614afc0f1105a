"""Messages a second in and out of the store, time to disk, memory with a backlog, beside floors."""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.machine_facts import facts
from tools.store_figures import backlog, decoding, inbound, latency, outbound, peer, sustained
from tools.store_figures.conditions import PAYLOAD_BYTES, mosquitto_version
from tools.store_figures.targets import targets

PACKAGES = ("lamplighter", "paho-mqtt", "iotcore")
Part = Callable[[Path, argparse.Namespace], dict[str, Any]]
PARTS: dict[str, Part] = {
    "inbound": lambda folder, given: inbound.measure(
        folder, seconds=given.seconds, rounds=given.rounds
    ),
    "decoding": lambda _folder, given: decoding.measure(rounds=given.rounds),
    "sustained": lambda folder, given: sustained.measure(folder, seconds=given.sustained),
    "outbound": lambda folder, given: outbound.measure(
        folder, rows=given.rows, rounds=given.rounds
    ),
    "latency": lambda folder, given: latency.measure(
        folder, seconds=given.seconds, rounds=given.rounds
    ),
    "backlog": lambda folder, given: backlog.measure(
        folder, rows=given.backlog, seconds=given.drain
    ),
    "peer": lambda folder, given: peer.measure(folder, rows=given.rows, rounds=given.rounds),
}


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Every part that was asked for, one after the other, each in a folder that goes with it."""
    found: dict[str, Any] = {
        "machine": {
            **facts(PACKAGES),
            "mosquitto": mosquitto_version(),
            "sqlite": sqlite3.sqlite_version,
        },
        "payload_bytes": PAYLOAD_BYTES,
    }
    for name in given.only:
        if name == "sustained" and not given.sustained:
            continue
        with tempfile.TemporaryDirectory(prefix=f"lamplighter-{name}-", dir=given.folder) as folder:
            try:
                found[name] = PARTS[name](Path(folder), given)
            except subprocess.CalledProcessError as error:
                # The others are measured all the same.
                found[name] = {"skipped": f"it failed: {error}", "failed": True}
    return {**found, "targets": targets(found)}


def failed(found: dict[str, Any]) -> bool:
    """Whether a message was lost, memory grew, a rate sank, or a part failed."""
    return (
        any(found[name].get("failed") for name in PARTS if name in found)
        or any(run["lost"] for run in found.get("inbound", {}).get("runs", []))
        or any(run["lost"] for run in found.get("latency", {}).get("runs", []))
        or any(run["left"] for run in found.get("outbound", {}).get("runs", []))
        or any(
            run["lost"]
            for run in found.get("peer", {}).get("runs", [])
            if run["storage"] == peer.OURS
        )
    )


def main() -> int:
    """Runs the benchmark from the command line; 1 where a message was lost or memory grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--seconds", type=float, default=10, help="length of each timed run")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run")
    parser.add_argument("--rows", type=int, default=100_000, help="messages that leave each time")
    parser.add_argument("--sustained", type=float, default=0, metavar="SECONDS",
                        help="receive for so long with each MQTT version, and watch memory and "
                             "rate (default: not at all)")  # fmt: skip
    parser.add_argument("--backlog", type=int, default=200_000, metavar="ROWS",
                        help="rows that wait while memory is measured (about 0.4 KiB of disk "
                             "each)")  # fmt: skip
    parser.add_argument("--drain", type=float, default=600, metavar="SECONDS",
                        help="for how long the backlog drains at most")  # fmt: skip
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART",
                        help=f"of {', '.join(PARTS)}")  # fmt: skip
    parser.add_argument("--folder", type=Path,
                        help="where the databases are made (default: the system's folder for "
                             "temporary files)")  # fmt: skip
    given = parser.parse_args()
    found = measure(given)
    if given.json:
        print(json.dumps(found))
    else:
        from tools.store_figures.table import show  # only where a table is wanted

        show(found)
    return 1 if failed(found) else 0


if __name__ == "__main__":
    sys.exit(main())
