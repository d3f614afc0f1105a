"""Starts a broker, the demo home, the demo machine and the daemon, and stops them together.

The broker starts first and stops last, so that everyone can say goodbye.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tools.demo.broker import HOST, EmbeddedBroker, free_port
from tools.demo.connection import Connection
from tools.demo.home import nodes
from tools.demo.machine import COMMAND
from tools.demo.settings import NODE, demo_settings, write_settings

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

_DAEMON_GRACE = 3.0  # s; with the two below it stays under 5 s
_DEMO_GRACE = 1.0

_HINTS = """
Lamplighter is running with a demo home ({devices} devices in {areas} areas) and a demo pump.
Try it in a second terminal, from {here}:

  export LAMPLIGHTER_CONFIG={settings}
  {command} ask turn on the kitchen lights
  {command} ask set the living room lamp to red and the blinds to 40 percent
  {command} ask is the front door locked
  {command} ask lock the front door
  {command} ask open the garage door      # risky, so it asks back: {command} ask yes
  {command} devices
  {command} alarms                        # {fault}

The broker listens on {host}:{port} (MQTT 5, this machine only):
  mosquitto_sub -V 5 -p {port} -v -t 'lamplighter/#'
  mosquitto_pub -V 5 -p {port} -t {pump} -m fault     # wears the bearing out now:
      # an alarm after about 10 s, a worse one and a report after about 30 s; "reset": a new bearing

Ctrl-C stops everything.
"""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./tools/run", description=__doc__, allow_abbrev=False)
    parser.add_argument("--port", type=int, default=18830, help="first broker port to try")
    parser.add_argument(
        "--fault-after", type=float, default=120.0, help="seconds until the pump's bearing fails"
    )
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".demo", help="where configuration and store are"
    )
    parser.add_argument("--no-model", action="store_true", help="rules and templates only")
    return parser.parse_args()


class Child:
    """One process of the demo, ended by its pid."""

    def __init__(self, *command: str) -> None:
        self.command = command
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Starts it in a session of its own: Ctrl-C is for the supervisor alone."""
        # The kernel ends it where the supervisor dies without a chance to do so.
        guard = ("setpriv", "--pdeathsig", "TERM", "--") if shutil.which("setpriv") else ()
        self._process = await asyncio.create_subprocess_exec(
            *guard, *self.command, cwd=ROOT, start_new_session=True
        )

    async def ended(self) -> int:
        """Waits for its end; its exit status."""
        return await self._process.wait() if self._process else 0

    async def stop(self, grace: float) -> None:
        """Asks it to end, and makes it end after ``grace`` seconds."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), grace)
        except TimeoutError:
            print(f"{self.command[0]} did not stop within {grace:g} s: killed", file=sys.stderr)
            process.kill()
            await process.wait()


def _watch(online: Callable[[], None]) -> Connection:
    """A connection, not started yet, that calls ``online`` when the daemon first says so."""
    told = asyncio.Event()

    def received(_topic: str, payload: str) -> None:
        if payload == "online" and not told.is_set():
            told.set()
            online()

    return Connection(
        client_id="demo-supervisor",
        will=("demo/supervisor", "offline"),
        filters=[f"lamplighter/{NODE}/status"],
        connected=lambda: None,
        received=received,
    )


async def _supervise(options: argparse.Namespace) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    port = free_port(options.port)
    settings = options.folder / "lamplighter.yaml"
    store = options.folder / "store"
    write_settings(
        settings, demo_settings(host=HOST, port=port, store=store, model=not options.no_model)
    )
    broker = EmbeddedBroker(options.folder, port)
    demo = Child(
        sys.executable,
        *("-m", "tools.demo", "--port", str(port), "--fault-after", str(options.fault_after)),
    )
    daemon = Child(str(BIN / "lamplighter"), "run", "--config", str(settings))
    watch = _watch(lambda: print(_hints(settings, port, options.fault_after), flush=True))
    broker.start()
    try:
        watch.start(HOST, port)
        await demo.start()
        await daemon.start()
        return await _until_end(stop, daemon, demo)
    finally:
        print("Stopping …", flush=True)
        await daemon.stop(_DAEMON_GRACE)
        await demo.stop(_DEMO_GRACE)
        watch.stop()
        broker.stop()


async def _until_end(stop: asyncio.Event, daemon: Child, demo: Child) -> int:
    """Waits for a signal or the end of a child; the exit status that follows from it."""
    waiting = {
        asyncio.create_task(stop.wait()): "signal",
        asyncio.create_task(daemon.ended()): "daemon",
        asyncio.create_task(demo.ended()): "demo home",
    }
    done, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    if stop.is_set():
        return 0
    first = done.pop()
    status = int(first.result())
    print(f"The {waiting[first]} {ending(status)}.", file=sys.stderr)
    # As a shell has it: 128 and the signal's number.
    return 128 - status if status < 0 else status or 1


def ending(status: int) -> str:
    """How a process came to its end, in words; a negative status is the signal that ended it."""
    if status == -signal.SIGKILL:
        return f"was killed (signal {-status})"
    if status < 0:
        name = signal.strsignal(-status) or "unknown"
        return f"was ended by signal {-status} ({name})"
    return f"ended by itself with status {status}"


def _hints(settings: Path, port: int, fault_after: float) -> str:
    devices = [device for node in nodes("") for device in node.devices]
    return _HINTS.format(
        devices=len(devices),
        areas=len({device.area for device in devices}),
        here=ROOT,
        settings=settings.relative_to(ROOT) if settings.is_relative_to(ROOT) else settings,
        command=".venv/bin/lamplighter",
        host=HOST,
        port=port,
        pump=COMMAND,
        fault=f"the pump's bearing begins to fail after {fault_after:g} s",
    )


def main() -> int:
    """Runs the demo; the exit status."""
    options = _arguments()
    options.folder = options.folder.resolve()
    options.folder.mkdir(parents=True, exist_ok=True)
    file = options.folder / "lock"
    with file.open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"The demo is already running (it holds {file}).", file=sys.stderr)
            return 1
        return asyncio.run(_supervise(options))


if __name__ == "__main__":
    sys.exit(main())
