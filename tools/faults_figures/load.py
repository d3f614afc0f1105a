"""A thousand machines of twenty signals at 1 Hz: what the whole daemon needs, and what it drops.

Each machine publishes its values once a second as one JSON object, at QoS 1, to a mosquitto of the
run's own; the daemon watches limits, rate, silence and what it learned, its model is off.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from tests.broker.brokers import Mosquitto, find_mosquitto
from tools.daemon_process import DaemonProcess

MACHINES = 1_000
SIGNALS = 20
WARM_UP_S = 20.0
SECONDS = 60.0
_ROOT = "lamplighter/load"
_WITHIN_S = 180.0
_SEED = 20260301
_SETTLED_S = 5.0


def measure(*, machines: int = MACHINES, seconds: float = SECONDS) -> dict[str, Any]:
    """CPU, memory, and the messages that were sent and arrived."""
    if find_mosquitto() is None:
        return {"skipped": "mosquitto is not installed"}
    folder = Path(tempfile.mkdtemp(prefix="lamplighter-load-"))
    broker = Mosquitto(folder / "mosquitto", lines=("log_type error", "sys_interval 1"))
    config = folder / "lamplighter.yaml"
    config.write_text(_configuration(folder, broker.port, machines))
    daemon = DaemonProcess(config)
    broker.start()
    heard = Heard(broker.port)
    try:
        heard.start()
        daemon.start()
        heard.until_health(daemon)
        started = time.perf_counter() - daemon.started
        return {
            "machines": machines,
            "signals": machines * SIGNALS,
            "start_s": round(started, 1),
            **_loaded(daemon, broker, heard, machines, seconds),
        }
    finally:
        daemon.stop()
        heard.stop()
        broker.stop()
        shutil.rmtree(folder)


def _configuration(folder: Path, port: int, machines: int) -> str:
    tags = {
        f"s{number}": {
            "topic": "",
            "path": f"s{number}",
            "unit": "bar",
            "limits": {"high_high": 9, "high": 7, "low": 3, "low_low": 1, "deadband": 0.2},
            "rate": {"rise": 4, "fall": 4, "per": 60},
            "stale_after": 60,
        }
        for number in range(SIGNALS)
    }
    rows = [
        {
            "asset": f"m{number}",
            "class": "pump",
            "tags": {key: {**tag, "topic": f"plant/m{number}"} for key, tag in tags.items()},
        }
        for number in range(machines)
    ]
    # JSON is YAML.
    whole = {
        "node": "load",
        "broker": {"port": port},
        "store": {"path": str(folder / "store")},
        "model": {"enabled": False},
        "machines": rows,
    }
    return json.dumps(whole)


def _loaded(
    daemon: DaemonProcess, broker: Mosquitto, heard: Heard, machines: int, seconds: float
) -> dict[str, Any]:
    publisher = subprocess.Popen(
        [sys.executable, "-m", __name__, str(broker.port), str(machines), f"{WARM_UP_S + seconds}"],
        stdout=subprocess.PIPE,
    )
    try:
        time.sleep(WARM_UP_S)
        cpu, wall = daemon.cpu_seconds(), time.perf_counter()
        time.sleep(seconds)
        cpu, wall = daemon.cpu_seconds() - cpu, time.perf_counter() - wall
        out, _ = publisher.communicate(timeout=_WITHIN_S)
    finally:
        with contextlib.suppress(ProcessLookupError):
            publisher.kill()
    sent = json.loads(out)
    time.sleep(_SETTLED_S)
    heard.until_received(sent["messages"])
    resident, peak = daemon.memory_mib()
    health = heard.health
    return {
        "seconds": seconds,
        "messages_sent": sent["messages"],
        "late_s": sent["late_s"],
        "messages_received": health["inbox"]["received"],
        "buried": health["inbox"]["buried"],
        "refused": health["inbox"]["refused"],
        "left_in_inbox": health["inbox"]["depth"],
        "lost_in_ledger": health.get("losses") or health.get("ledger"),
        "dropped_by_broker": heard.dropped,
        "active_alarms": health["alarms"]["active"],
        "cpu_percent_of_a_core": round(100 * cpu / wall, 1),
        "resident_mib": round(resident, 1),
        "peak_mib": round(peak, 1),
    }


class Heard:
    """The daemon's health and the broker's own counts."""

    def __init__(self, port: int) -> None:
        self.health: dict[str, Any] = {}
        self.dropped = 0
        self._port = port
        self._client = Client(CallbackAPIVersion.VERSION2)

    def start(self) -> None:
        """Listens."""
        self._client.on_message = self._take
        self._client.connect("127.0.0.1", self._port)
        topics = (f"{_ROOT}/health", "$SYS/broker/publish/messages/dropped")
        self._client.subscribe([(topic, 0) for topic in topics])
        self._client.loop_start()

    def stop(self) -> None:
        """Listens no more."""
        self._client.disconnect()
        self._client.loop_stop()

    def until_health(self, daemon: DaemonProcess) -> None:
        """Returns when the daemon is up.

        Raises:
            TimeoutError: it does not come up.
        """
        self._until(lambda: bool(self.health), f"health; see {daemon.log}")

    def until_received(self, count: int) -> None:
        """Returns when so many messages were received, or no more come for a while."""
        with contextlib.suppress(TimeoutError):
            self._until(lambda: self.health["inbox"]["received"] >= count, "messages", 30.0)

    def _until(self, found: Any, what: str, within: float = _WITHIN_S) -> None:
        end = time.monotonic() + within
        while not found():
            if time.monotonic() > end:
                raise TimeoutError(f"no {what} within {within:g} s")
            time.sleep(0.2)

    def _take(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        if message.topic.startswith("$SYS"):
            self.dropped = int(message.payload)
        elif message.payload:
            self.health = json.loads(message.payload)


def publish(port: int, machines: int, seconds: float) -> dict[str, Any]:
    """Every machine's values once a second for so long, spread over the second.

    Returns:
        Messages that the broker acknowledged, and seconds behind the clock at the worst.
    """
    draw = random.Random(_SEED)  # noqa: S311 - a seeded simulation
    values = [round(draw.gauss(5.0, 0.3), 3) for _ in range(9_973)]
    client = Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(1_000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    began, at, late, last = time.perf_counter(), 0, 0.0, None
    for turn in range(int(seconds)):
        for number in range(machines):
            row = {f"s{key}": values[(at + key) % len(values)] for key in range(SIGNALS)}
            at += SIGNALS
            last = client.publish(f"plant/m{number}", json.dumps(row), qos=1)
            due = began + turn + number / machines
            behind = time.perf_counter() - due
            late = max(late, behind)
            if behind < -0.01:
                time.sleep(-behind)
    if last is not None:
        last.wait_for_publish(30)
    client.disconnect()
    client.loop_stop()
    return {"messages": int(seconds) * machines, "late_s": round(late, 2)}


def _main() -> int:
    parser = argparse.ArgumentParser(description="Publish machines' values.")
    parser.add_argument("port", type=int)
    parser.add_argument("machines", type=int)
    parser.add_argument("seconds", type=float)
    options = parser.parse_args()
    print(json.dumps(publish(options.port, options.machines, options.seconds)))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
