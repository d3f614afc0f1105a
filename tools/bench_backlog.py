"""How much memory a backlog of millions of rows takes while it drains, and how fast it does."""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from tests.broker.brokers import Mosquitto, find_mosquitto
from tests.broker.daemons import NODE, ROOT, Daemon
from tools.machine_facts import facts

from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.store import Store

TARGET_MIB = 60.0
COMPARED = (
    "The whole daemon, model off, with a mosquitto that nobody else uses. Idle is its resident "
    "memory 15 s after a start with an empty store; the peak is that of the run that drains the "
    "backlog (VmHWM), its start with the backlog included."
)
_TOPICS = 1000
_PAYLOAD = 100
_MAX_BYTES = 64 << 30
_IDLE_AFTER_S = 15.0
_LOOK_EVERY_S = 1.0
_STUCK_S = 120.0


def build(folder: Path, rows: int) -> float:
    """Fills the outbox of a new store with telemetry; returns the seconds that took.

    Indexes and triggers are made anew behind the rows, which is what makes it quick.
    """
    began = time.perf_counter()
    store = Store(
        folder,
        max_bytes=_MAX_BYTES,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
    )
    store.start()
    store.stop()
    connection = sqlite3.connect(folder / "lamplighter.db", isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-200000")
    aside = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema"
        " WHERE tbl_name = 'outbox' AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _ in aside:
        connection.execute(f"DROP {kind} {name}")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO outbox (link, lane, topic, payload, qos, retain, created)"
        " VALUES ('broker', ?, ?, ?, 1, 0, ?)",
        _rows(rows),
    )
    connection.execute("COMMIT")
    for _, _, sql in aside:
        connection.execute(sql)
    connection.execute("DELETE FROM lane_counts")
    connection.execute(
        "INSERT INTO lane_counts (link, lane, rows, bytes)"
        " SELECT link, lane, count(*), sum(length(payload) + length(topic)) FROM outbox"
        " GROUP BY link, lane"
    )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    return time.perf_counter() - began


def _rows(count: int) -> Iterator[tuple[int, str, bytes, float]]:
    now = time.time()
    for number in range(count):
        payload = str(number).encode().ljust(_PAYLOAD, b".")
        yield int(Lane.TELEMETRY), f"backlog/{number % _TOPICS}", payload, now


def measure(rows: int, seconds: float) -> dict[str, Any]:
    """Every figure; the drain is watched for at most so many seconds."""
    folder = Path(tempfile.mkdtemp(prefix="lamplighter-backlog-"))
    broker = Mosquitto(folder / "mosquitto", lines=("log_type error",))
    daemon = Daemon(folder / "daemon", broker.port)
    config = daemon.config.read_text()
    store = folder / "daemon" / "store"
    daemon.config.write_text(
        config.replace(f"path: {store}", f"path: {store}, max_bytes: {_MAX_BYTES}")
    )
    broker.start()
    try:
        idle = _idle(daemon, broker.port)
        shutil.rmtree(store)
        build_s = build(store, rows)
        size = (store / "lamplighter.db").stat().st_size
        drained = _drain(daemon, broker.port, rows, seconds)
    finally:
        if daemon.process is not None and daemon.process.poll() is None:
            daemon.kill()
        broker.stop()
        shutil.rmtree(folder)
    above = round(drained["peak_mib"] - idle, 1)
    return {
        "machine": facts(),
        "compared": COMPARED,
        "rows": rows,
        "payload_bytes": _PAYLOAD,
        "topics": _TOPICS,
        "build_s": round(build_s, 1),
        "database_mib": round(size / 2**20, 1),
        "idle_mib": idle,
        **drained,
        "above_idle_mib": above,
        "target_mib": TARGET_MIB,
        "reached": above <= TARGET_MIB and not drained["ledger"],
    }


def _idle(daemon: Daemon, port: int) -> float:
    health = Health(port)
    health.start()
    daemon.start()
    health.until(lambda: bool(health.last))
    time.sleep(_IDLE_AFTER_S)
    idle = _memory(daemon)["VmRSS"]
    daemon.stop()
    health.stop()
    return idle


def _drain(daemon: Daemon, port: int, rows: int, seconds: float) -> dict[str, Any]:
    health = Health(port)
    health.start()
    began = time.perf_counter()
    daemon.start()
    health.until(lambda: bool(health.last))
    up = time.perf_counter() - began
    marks: list[tuple[int, float]] = []
    left = rows
    moved = time.perf_counter()
    while left and (not seconds or time.perf_counter() - began < seconds):
        time.sleep(_LOOK_EVERY_S)
        now = _left(daemon)
        if now != left:
            left, moved = now, time.perf_counter()
        if time.perf_counter() - moved > _STUCK_S:
            break
        if not marks or (rows - left) * 20 // rows > len(marks) - 1:
            marks.append((rows - left, _memory(daemon)["VmRSS"]))
    took = time.perf_counter() - began
    peak = _memory(daemon)["VmHWM"]
    ledger = _query(daemon, "SELECT lane, reason, sum(count) FROM ledger GROUP BY 1, 2")
    daemon.stop()
    health.stop()
    return {
        "start_s": round(up, 2),
        "drained": rows - left,
        "drain_s": round(took, 1),
        "per_s": round((rows - left) / took),
        "peak_mib": peak,
        "memory_mib": marks,
        "ledger": ledger,
    }


class Health:
    """Hears the daemon's health."""

    def __init__(self, port: int) -> None:
        self.last: dict[str, Any] = {}
        self._port = port
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{ROOT}/health")
        self._client.on_message = self._on_message

    def start(self) -> None:
        """Listens; health of an earlier run is not heard."""
        self._client.connect("127.0.0.1", self._port)
        self._client.publish(f"{ROOT}/health", b"", retain=True).wait_for_publish(10)
        self._client.loop_start()

    def stop(self) -> None:
        """Listens no more."""
        self._client.disconnect()
        self._client.loop_stop()

    def until(self, found: Callable[[], bool], within: float = 120.0) -> None:
        """Waits.

        Raises:
            TimeoutError: for too long.
        """
        deadline = time.perf_counter() + within
        while not found():
            if time.perf_counter() > deadline:
                raise TimeoutError(f"node {NODE} says nothing")
            time.sleep(0.05)

    def _on_message(self, _client: Client, _data: Any, message: Any) -> None:
        if message.payload:
            self.last = json.loads(message.payload)


def _memory(daemon: Daemon) -> dict[str, float]:
    assert daemon.process is not None
    text = Path(f"/proc/{daemon.process.pid}/status").read_text(encoding="ascii")
    lines = (line.split() for line in text.splitlines() if line.startswith("Vm"))
    return {line[0].rstrip(":"): round(int(line[1]) / 1024, 1) for line in lines}


def _left(daemon: Daemon) -> int:
    found = _query(daemon, "SELECT rows FROM lane_counts WHERE lane = 3")
    return int(found[0][0]) if found else 0


def _query(daemon: Daemon, sql: str) -> list[Any]:
    path = daemon.folder / "store" / "lamplighter.db"
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def show(found: dict[str, Any]) -> None:
    """Prints the figures for people."""
    from rich.console import Console  # only where a table is wanted

    console = Console()
    console.print(
        f"{found['rows']:,} rows of {found['payload_bytes']} bytes on {found['topics']:,} topics:"
        f" {found['database_mib']:,.0f} MiB, built in {found['build_s']} s"
    )
    console.print(
        f"start {found['start_s']} s; {found['drained']:,} drained in {found['drain_s']:,} s,"
        f" {found['per_s']:,} a second; ledger {found['ledger'] or 'empty'}"
    )
    console.print(
        f"memory: idle {found['idle_mib']} MiB, peak {found['peak_mib']} MiB, that is"
        f" {found['above_idle_mib']} MiB above (target {found['target_mib']:.0f});"
        f" while draining {', '.join(str(mib) for _, mib in found['memory_mib'])}"
    )
    console.print(found["compared"], style="dim")


def main() -> int:
    """Runs the benchmark from the command line; 1 where the target was not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--rows", type=int, default=10_000_000, help="length of the backlog")
    parser.add_argument(
        "--seconds", type=float, default=0, help="of draining at most; 0: to the end"
    )
    options = parser.parse_args()
    if find_mosquitto() is None:
        parser.error("mosquitto is not installed")
    found = measure(options.rows, options.seconds)
    if options.json:
        print(json.dumps(found))
    else:
        show(found)
    return 0 if found["reached"] else 1


if __name__ == "__main__":
    sys.exit(main())
