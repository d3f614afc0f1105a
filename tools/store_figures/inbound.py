"""How many QoS 1 messages a second are received, committed with fsync and acknowledged."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from tools.store_figures import child
from tools.store_figures.agent import Agent
from tools.store_figures.conditions import PROTOCOLS, TOPIC, broker, now, number_of, payload
from tools.store_figures.publisher import Publisher

from lamplighter.store.inbound.inbox import InboxRow

TARGET_SHARE = 0.85
COMPARED = (
    "A publisher process of its own sends QoS 1 messages of 200 bytes over a raw socket, with at "
    "most 5,000 not yet finished by the receiver. The agent's link and store count a message when "
    "it is committed (WAL, synchronous FULL) and acknowledged; the bare paho client when it is "
    "received, acknowledged by paho itself and kept nowhere."
)
AGENT, BARE = "link and store", "bare paho"
_AHEAD = 5000
_CREDIT = 250
_WAIT_S = 15.0
_POLL_S = 0.005
_RECEIVERS = {AGENT: "inbound.agent", BARE: "inbound.bare"}


class Count:
    """What was finished. Receivers only append: counting must cost both of them the same."""

    def __init__(self) -> None:
        self.payloads: list[bytes | bytearray] = []

    def result(self, published: int, seconds: float, cpu: float) -> dict[str, Any]:
        """The figures of one run."""
        total = len(self.payloads)
        seen = {number_of(message) for message in self.payloads}
        return {
            "published": published,
            "finished": len(seen),
            "lost": published - len(seen),
            "duplicates": total - len(seen),
            "seconds": round(seconds, 3),
            "per_s": round(len(seen) / seconds),
            "cpu_us_per_message": round(cpu / max(1, total) * 1e6, 1),
        }


def measure(folder: Path, *, seconds: float, rounds: int) -> dict[str, Any]:
    """Both receivers beside each other, in turn.

    Args:
        folder: for databases; emptied by the caller.
        seconds: length of each run, so all of it takes four times ``rounds`` of that.
        rounds: how often each pair is run.
    """
    runs: list[dict[str, Any]] = []
    for number, protocol in itertools.product(range(rounds), PROTOCOLS):
        for receiver, function in _RECEIVERS.items():
            place = folder / f"{number}-{protocol}-{receiver.replace(' ', '-')}"
            with broker(place, protocol) as (name, ports):
                conditions = now(place)
                found = child.measure(
                    function,
                    folder=str(place / "store"),
                    ports=ports,
                    protocol=protocol,
                    seconds=seconds,
                )
            runs.append({"round": number, "protocol": protocol, "receiver": receiver,
                         "broker": name, **conditions, **found})  # fmt: skip
    return {
        "compared": COMPARED,
        "rows": [
            _row(runs, protocol, receiver) for protocol in PROTOCOLS for receiver in _RECEIVERS
        ],
        "share_of_bare": {protocol: _shares(runs, protocol) for protocol in PROTOCOLS},
        "runs": runs,
    }


def _row(runs: list[dict[str, Any]], protocol: str, receiver: str) -> dict[str, Any]:
    """The runs of a receiver in one line: median and bounds of its rate, sums of its counts."""
    own = [run for run in runs if (run["protocol"], run["receiver"]) == (protocol, receiver)]
    rates = [run["per_s"] for run in own]
    return {
        "protocol": protocol,
        "receiver": receiver,
        "per_s": round(statistics.median(rates)),
        "per_s_min": min(rates),
        "per_s_max": max(rates),
        "cpu_us_per_message": statistics.median(run["cpu_us_per_message"] for run in own),
        "finished": sum(run["finished"] for run in own),
        "lost": sum(run["lost"] for run in own),
        "duplicates": sum(run["duplicates"] for run in own),
        "sync_ms": [run["sync_ms"] for run in own],
    }


def _shares(runs: list[dict[str, Any]], protocol: str) -> list[float]:
    """The agent's rate by the bare client's, for each round."""
    rates = {(run["round"], run["receiver"]): run["per_s"] for run in runs
             if run["protocol"] == protocol}  # fmt: skip
    return [
        round(rates[number, AGENT] / max(1, rates[number, BARE]), 2)
        for number, receiver in sorted(rates)
        if receiver == AGENT
    ]


def agent(folder: str, ports: Sequence[int], protocol: str, seconds: float) -> dict[str, Any]:
    """The agent's own link and store."""
    count = Count()

    def on_done(rows: Sequence[InboxRow]) -> None:
        count.payloads.extend([row.received.message.payload for row in rows])

    measured, publisher = ports
    parts = Agent(Path(folder), measured, protocol, on_done)
    parts.open()
    parts.connect(receives=True)
    try:
        await_subscription(publisher, lambda: parts.link.state().received)
        return _drive(publisher, count, seconds)
    finally:
        parts.close()


def bare(folder: str, ports: Sequence[int], protocol: str, seconds: float) -> dict[str, Any]:  # noqa: ARG001 - as the other
    """A paho client that only receives."""
    count = Count()
    heard = [0]
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id="bench-bare",
        protocol=(MQTTProtocolVersion.MQTTv5 if protocol == "5" else MQTTProtocolVersion.MQTTv311),
    )

    def on_message(_client: Client, _data: Any, message: MQTTMessage) -> None:
        heard[0] += 1
        if message.topic == TOPIC:
            count.payloads.append(message.payload)

    measured, publisher = ports
    client.on_message = on_message
    client.connect("127.0.0.1", measured)
    client.loop_start()
    while not client.is_connected():
        time.sleep(0.01)
    client.subscribe(TOPIC, 1)
    try:
        await_subscription(publisher, lambda: heard[0])
        return _drive(publisher, count, seconds)
    finally:
        client.disconnect()
        client.loop_stop()


def _drive(port: int, count: Count, seconds: float) -> dict[str, Any]:
    """Grants the publisher credit for so many seconds, and waits until all is finished."""
    with Publisher(port) as publisher:
        # What told that the subscription stands is no part of the count.
        count.payloads.clear()
        began, cpu = time.monotonic(), time.process_time()
        while time.monotonic() < began + seconds:
            while publisher.granted - len(count.payloads) < _AHEAD:
                publisher.grant(_CREDIT)
            time.sleep(_POLL_S)
        last, changed = 0, time.monotonic()
        while len(count.payloads) < publisher.granted and time.monotonic() < changed + _WAIT_S:
            if len(count.payloads) > last:
                last, changed = len(count.payloads), time.monotonic()
            time.sleep(_POLL_S)
        elapsed, cpu = time.monotonic() - began, time.process_time() - cpu
    return count.result(publisher.granted, elapsed, cpu)


def await_subscription(port: int, received: Callable[[], int]) -> None:
    """Publishes until the receiver hears it: then its subscription stands."""
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311)
    client.connect("127.0.0.1", port)
    client.loop_start()
    deadline = time.monotonic() + _WAIT_S
    while not received():
        if time.monotonic() > deadline:
            raise TimeoutError("the receiver hears nothing")
        client.publish(TOPIC, payload(0), 0)
        time.sleep(0.1)
    time.sleep(0.3)
    client.disconnect()
    client.loop_stop()
