"""How many messages a second leave an outbox on disk, each until its row is durably gone."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from tools.store_figures import child
from tools.store_figures.agent import Agent
from tools.store_figures.conditions import PROTOCOLS, TOPIC, broker, now, payload
from tools.store_figures.filling import fill

TARGET_SHARE = 0.85
COMPARED = (
    "The agent: rows that wait in the outbox on disk, read, published with QoS 1 and at most 20 in "
    "flight, acknowledged by the broker, and deleted by a commit with fsync; the clock stops when "
    "the last row is deleted on disk. Bare paho: the same messages from memory, QoS 1, kept "
    "nowhere, the clock stops at the last PUBACK; in two styles (a thread that publishes while a "
    "semaphore allows, and publishing from on_publish), once with 20 in flight and once with the "
    "number in flight and the style that were the quickest in a trial beforehand."
)
AGENT, BARE, BEST = "link and store", "bare paho, 20 in flight", "bare paho, its best"
_WINDOWS = (10, 20, 50, 100)
_STYLES = ("thread", "callback")
_TRIAL = 10_000
_WITHIN_S = 300.0


def measure(folder: Path, *, rows: int, rounds: int) -> dict[str, Any]:
    """The agent beside a bare publisher with the same window, and with its best.

    Args:
        folder: for databases; emptied by the caller.
        rows: messages of each run.
        rounds: how often each is run.
    """
    trials = {protocol: _trials(folder / f"trial-{protocol}", protocol) for protocol in PROTOCOLS}
    runs: list[dict[str, Any]] = []
    for number, protocol in itertools.product(range(rounds), PROTOCOLS):
        best = max(trials[protocol], key=lambda trial: trial["per_s"])
        twenty = max(
            (trial for trial in trials[protocol] if trial["in_flight"] == 20),
            key=lambda trial: trial["per_s"],
        )
        for publisher, setting in ((AGENT, None), (BARE, twenty), (BEST, best)):
            place = folder / f"{number}-{protocol}-{publisher.replace(' ', '-')}"
            with broker(place, protocol) as (name, ports):
                conditions = now(place)
                if setting is None:
                    found = child.measure(
                        "outbound.drain",
                        folder=str(place / "store"),
                        port=ports.measured,
                        protocol=protocol,
                        rows=rows,
                    )
                else:
                    found = _bare(ports.measured, protocol, rows, setting)
            runs.append({"round": number, "protocol": protocol, "publisher": publisher,
                         "broker": name, **conditions, **found})  # fmt: skip
    return {
        "compared": COMPARED,
        "trials": trials,
        "rows": [
            _row(runs, protocol, publisher)
            for protocol in PROTOCOLS
            for publisher in (AGENT, BARE, BEST)
        ],
        "share_of_bare": {protocol: _shares(runs, protocol, BARE) for protocol in PROTOCOLS},
        # A trial is short: where 20 in flight were quicker in a round, they count as its best.
        "share_of_best": {protocol: _shares(runs, protocol, BARE, BEST) for protocol in PROTOCOLS},
        "runs": runs,
    }


def _trials(folder: Path, protocol: str) -> list[dict[str, Any]]:
    with broker(folder, protocol) as (_, ports):
        return [
            _bare(ports.measured, protocol, _TRIAL, {"in_flight": window, "style": style})
            for window, style in itertools.product(_WINDOWS, _STYLES)
        ]


def _bare(port: int, protocol: str, rows: int, setting: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = child.measure(
        "outbound.bare",
        port=port,
        protocol=protocol,
        rows=rows,
        in_flight=setting["in_flight"],
        style=setting["style"],
    )
    return found


def _row(runs: list[dict[str, Any]], protocol: str, publisher: str) -> dict[str, Any]:
    own = [run for run in runs if (run["protocol"], run["publisher"]) == (protocol, publisher)]
    rates = [run["per_s"] for run in own]
    return {
        "protocol": protocol,
        "publisher": publisher,
        "per_s": round(statistics.median(rates)),
        "per_s_min": min(rates),
        "per_s_max": max(rates),
        "cpu_us_per_message": statistics.median(run["cpu_us_per_message"] for run in own),
        "in_flight": own[0]["in_flight"],
        "left": sum(run["left"] for run in own),
        "sync_ms": [run["sync_ms"] for run in own],
    }


def _shares(runs: list[dict[str, Any]], protocol: str, *others: str) -> list[float]:
    """The agent's rate by that of the quickest of the others, for each round."""
    rates = {(run["round"], run["publisher"]): run["per_s"] for run in runs
             if run["protocol"] == protocol}  # fmt: skip
    return [
        round(rates[number, AGENT] / max(1, *(rates[number, other] for other in others)), 2)
        for number, publisher in sorted(rates)
        if publisher == AGENT
    ]


def drain(folder: str, port: int, protocol: str, rows: int) -> dict[str, Any]:
    """The agent: an outbox of so many rows, until it is empty on disk."""
    parts = Agent(Path(folder), port, protocol)
    parts.open()
    fill(parts.store, rows)
    cpu = time.process_time()
    parts.connect()
    began = time.monotonic()
    try:
        while parts.sent < rows and time.monotonic() < began + _WITHIN_S:
            time.sleep(0.005)
        answered = time.monotonic() - began
        while parts.waiting() and time.monotonic() < began + _WITHIN_S:
            time.sleep(0.002)
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
        return {
            "per_s": round(parts.sent / seconds),
            "answered_per_s": round(parts.sent / answered),
            "cpu_us_per_message": round(cpu / rows * 1e6, 1),
            "in_flight": parts.link.window(),
            "left": parts.waiting(),
            "seconds": round(seconds, 3),
        }
    finally:
        parts.close()


def bare(port: int, protocol: str, rows: int, in_flight: int, style: str) -> dict[str, Any]:
    """A bare paho client that publishes from memory, until the last PUBACK."""
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id="bench-bare",
        protocol=(MQTTProtocolVersion.MQTTv5 if protocol == "5" else MQTTProtocolVersion.MQTTv311),
    )
    client.max_inflight_messages_set(in_flight)
    messages = [payload(number) for number in range(rows)]
    send = {"thread": _from_thread, "callback": _from_callback}[style](client, messages, in_flight)
    client.connect("127.0.0.1", port)
    client.loop_start()
    while not client.is_connected():
        time.sleep(0.001)
    began, cpu = time.monotonic(), time.process_time()
    left = send()
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    client.disconnect()
    client.loop_stop()
    return {
        "per_s": round((rows - left) / seconds),
        "cpu_us_per_message": round(cpu / rows * 1e6, 1),
        "in_flight": in_flight,
        "style": style,
        "left": left,
        "seconds": round(seconds, 3),
    }


def _from_thread(client: Client, messages: list[bytes], in_flight: int) -> Callable[[], int]:
    """Publishes from the calling thread while fewer than so many wait for their PUBACK."""
    room = threading.Semaphore(in_flight)

    def on_publish(*_: Any) -> None:
        room.release()

    def send() -> int:
        for message in messages:
            room.acquire()
            client.publish(TOPIC, message, 1)
        return sum(not room.acquire(timeout=_WITHIN_S) for _ in range(in_flight))

    client.on_publish = on_publish
    return send


def _from_callback(client: Client, messages: list[bytes], in_flight: int) -> Callable[[], int]:
    """Publishes the next one from the callback of the one before."""
    rest = iter(messages)
    answered = [0]
    all_answered = threading.Event()

    def publish() -> None:
        message = next(rest, None)
        if message is not None:
            client.publish(TOPIC, message, 1)

    def on_publish(*_: Any) -> None:
        answered[0] += 1
        if answered[0] == len(messages):
            all_answered.set()
        publish()

    def send() -> int:
        for _ in range(in_flight):
            publish()
        all_answered.wait(_WITHIN_S)
        return len(messages) - answered[0]

    client.on_publish = on_publish
    return send
