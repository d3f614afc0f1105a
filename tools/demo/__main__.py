"""Runs the demo home and the demo machine on a broker until SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import random
import signal

from tools.demo.home import Home, nodes
from tools.demo.machine import Machine, Pump


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=1883, help="a listener that speaks MQTT 5")
    parser.add_argument("--prefix", default="homeassistant", help="discovery prefix")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--fault-after", type=float, default=120.0, help="seconds until the pump's bearing fails"
    )
    parser.add_argument(
        "--speed", type=float, default=1.0, help="how many times faster than real time passes"
    )
    return parser.parse_args()


async def _live(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    home = Home(
        nodes(options.prefix, options.seed),
        host=options.host,
        port=options.port,
    )
    pump = Pump(random.Random(options.seed), fault_after=options.fault_after)  # noqa: S311 - noise
    machine = Machine(pump, host=options.host, port=options.port)
    pace = 1.0 / options.speed
    await asyncio.gather(home.run(stop, pace=pace), machine.run(stop, pace=pace))


if __name__ == "__main__":
    asyncio.run(_live(_arguments()))
