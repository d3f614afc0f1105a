"""A daemon whose clock of the wall the test sets while it runs, and that can boot anew.

Run as a program it is that daemon: ``python clocked_daemon.py CONFIG CLOCK``. CLOCK is a file of
JSON: what is added to the real time, the boot's id, and whether the clock counts as synchronised.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.broker.daemons import Daemon

DAY = 86400.0
YEAR = 365 * DAY


class ClockedDaemon(Daemon):
    """The daemon, with clocks in the hand of the test."""

    def __init__(self, folder: Path, port: int, extra: str = "") -> None:
        super().__init__(folder, port, extra)
        self.clock = folder / "clock.json"
        self.set_clock(0.0)

    def set_clock(self, ahead: float, *, synchronised: bool = False, boot: str = "b1") -> None:
        """Sets the clock so many seconds ahead of the real one."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(json.dumps({"ahead": ahead, "synchronised": synchronised, "boot": boot}))
        fresh.replace(self.clock)

    def start(self, **environment: str) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, __file__, str(self.config), str(self.clock)],
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
            )


def _run(config_path: Path, clock: Path) -> int:
    from lamplighter.app import App
    from lamplighter.assembly import Surroundings
    from lamplighter.config import read
    from lamplighter.log import configure
    from lamplighter.service_notify import ServiceNotifier
    from lamplighter.timekeeping.clocks import Clocks, uptime
    from lamplighter.timekeeping.timekeeper import Timekeeper

    def said() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(clock.read_text())
        return found

    configure("info", "json")
    clocks = Clocks(
        wall=lambda: time.time() + said()["ahead"],
        uptime=uptime,
        boot=said()["boot"],
        synchronised=lambda: said()["synchronised"],
        has_chip=False,
    )
    timekeeper = Timekeeper(clocks)
    chance = random.Random(1)  # noqa: S311 - jitter only
    around = Surroundings(timekeeper.clock, time.monotonic, chance, timekeeper)
    config = read(config_path)
    return asyncio.run(App(config, config_path, around, ServiceNotifier()).run())


if __name__ == "__main__":
    sys.exit(_run(Path(sys.argv[1]), Path(sys.argv[2])))
