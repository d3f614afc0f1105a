"""How many QoS 1 messages a second are received, committed to disk and acknowledged."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import re
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from tests.broker.brokers import IotCore, Mosquitto, find_mosquitto
from tools.machine_facts import facts

from lamplighter.link.link import Link
from lamplighter.link.received import Received
from lamplighter.link.settings import Broker
from lamplighter.store.inbox import InboxRow
from lamplighter.store.store import Store

PROTOCOLS = ("5", "3.1.1")
PAYLOAD_BYTES = 200
TARGET_PER_S = 4000
COMPARED = (
    "A publisher process of its own sends QoS 1 messages of 200 bytes over a raw socket, with at "
    "most 5,000 not yet finished by the receiver. The agent's link and store count a message when "
    "it is committed (WAL, synchronous FULL) and acknowledged; the bare paho client when it is "
    "received, acknowledged by paho itself and kept nowhere."
)
_TOPIC = "bench/load"
_AHEAD = 5000
_CREDIT = 250
_WAIT_S = 15.0
_POLL_S = 0.005


class Ports(NamedTuple):
    """Ports of the broker: for the receiver, and for the publisher."""

    receiver: int
    publisher: int


class Count:
    """What was finished. Receivers only append: counting must cost both of them the same."""

    def __init__(self) -> None:
        self.payloads: list[bytes | bytearray] = []

    def result(self, published: int, seconds: float, cpu: float) -> dict[str, Any]:
        """The figures of one run; a message is known by the number its payload begins with."""
        total = len(self.payloads)
        seen = {int(payload[: payload.index(b".")]) for payload in self.payloads}
        return {
            "published": published,
            "finished": len(seen),
            "lost": published - len(seen),
            "duplicates": total - len(seen),
            "seconds": round(seconds, 3),
            "per_s": round(len(seen) / seconds),
            "cpu_us_per_message": round(cpu / max(1, total) * 1e6, 1),
        }


def publish_on_credit(port: int) -> None:
    """The publisher process: sends as many messages as the lines of its input grant."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    name = b"bench-publisher"
    body = b"\x00\x04MQTT\x04\x02\x00\x3c" + struct.pack("!H", len(name)) + name
    sock.sendall(bytes((0x10, len(body))) + body)
    sock.recv(4)
    threading.Thread(target=_discard, args=(sock,), daemon=True).start()
    print("ready", flush=True)
    topic = _TOPIC.encode()
    length = 2 + len(topic) + 2 + PAYLOAD_BYTES
    head = bytes((0x32, length & 0x7F | 0x80, length >> 7)) + struct.pack("!H", len(topic)) + topic
    sent = 0
    for line in sys.stdin:
        count = int(line)
        sock.sendall(
            b"".join(
                head + struct.pack("!H", number % 65535 + 1) + _payload(number)
                for number in range(sent, sent + count)
            )
        )
        sent += count


def measure(seconds: float = 10, rounds: int = 3) -> dict[str, Any]:
    """Every figure.

    Args:
        seconds: length of each run, so all of it takes four times ``rounds`` of that.
        rounds: how often each pair of receivers is run, one after the other: what else the
            machine does, and how its disk is just then, changes from minute to minute.
    """
    runs: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="lamplighter-bench-") as folder:
        for number, protocol in itertools.product(range(rounds), PROTOCOLS):
            for receiver, receive in RECEIVERS.items():
                place = Path(folder, f"{number}-{protocol}-{receiver}")
                place.mkdir()
                sync = sync_ms(place)
                with _broker(place) as (name, broker):
                    found = receive(place / "store", _ports(broker, protocol), protocol, seconds)
                conditions = {"sync_ms": sync, "load_1min": round(os.getloadavg()[0], 2)}
                runs.append({"round": number, "protocol": protocol, "receiver": receiver,
                             "broker": name, **conditions, **found})  # fmt: skip
    rows = [_row(runs, protocol, receiver) for protocol in PROTOCOLS for receiver in RECEIVERS]
    slowest = min(row["per_s_min"] for row in rows if row["receiver"] == AGENT)
    return {
        "machine": {**facts(), "mosquitto": _mosquitto_version()},
        "compared": COMPARED,
        "payload_bytes": PAYLOAD_BYTES,
        "target_per_s": TARGET_PER_S,
        "reached": slowest >= TARGET_PER_S,
        "rows": rows,
        "share_of_bare": {protocol: _shares(runs, protocol) for protocol in PROTOCOLS},
        "runs": runs,
    }


def sync_ms(folder: Path) -> float:
    """Median milliseconds of an fdatasync of one page: every commit waits for one."""
    times = []
    with (folder / "probe").open("wb", buffering=0) as probe:
        for _ in range(50):
            probe.write(bytes(4096))
            began = time.perf_counter()
            os.fdatasync(probe.fileno())
            times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1000, 3)


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


def agent(folder: Path, ports: Ports, protocol: str, seconds: float) -> dict[str, Any]:
    """The agent's own link and store."""
    count = Count()

    def on_committed(rows: Sequence[InboxRow]) -> None:
        link.ack([(row.received.epoch, row.received.mid) for row in rows])
        store.inbox.done([row.id for row in rows])
        count.payloads.extend([row.received.message.payload for row in rows])

    def on_message(received: Received) -> None:
        if received.message.topic == _TOPIC:
            store.inbox.put(received)

    store = Store(
        folder,
        max_bytes=512 * 1024 * 1024,
        on_committed=on_committed,
        on_outbox=lambda: None,
        on_replaced=lambda _report: None,
    )
    link = Link(
        Broker(port=ports.receiver, protocol=protocol),
        name="broker",
        client_id="bench-agent",
        clock=time.time,
        monotonic=time.monotonic,
        random=random.random,
        on_message=on_message,
        on_event=lambda _event: None,
    )
    store.start()
    link.subscribe([_TOPIC])
    link.start()
    try:
        _await_subscription(ports.publisher, lambda: link.state().received)
        return _drive(ports.publisher, count, seconds)
    finally:
        link.stop()
        store.stop()


def bare(_folder: Path, ports: Ports, protocol: str, seconds: float) -> dict[str, Any]:
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
        if message.topic == _TOPIC:
            count.payloads.append(message.payload)

    client.on_message = on_message
    client.connect("127.0.0.1", ports.receiver)
    client.loop_start()
    while not client.is_connected():
        time.sleep(0.01)
    client.subscribe(_TOPIC, 1)
    try:
        _await_subscription(ports.publisher, lambda: heard[0])
        return _drive(ports.publisher, count, seconds)
    finally:
        client.disconnect()
        client.loop_stop()


def _drive(port: int, count: Count, seconds: float) -> dict[str, Any]:
    """Grants the publisher credit for so many seconds, and waits until all is finished."""
    publisher = subprocess.Popen(
        [sys.executable, "-m", "tools.bench_store", "--publisher", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert publisher.stdin is not None
    assert publisher.stdout is not None
    publisher.stdout.readline()
    # What told that the subscription stands is no part of the count.
    count.payloads.clear()
    granted = 0
    began, cpu = time.monotonic(), time.process_time()
    while time.monotonic() < began + seconds:
        while granted - len(count.payloads) < _AHEAD:
            publisher.stdin.write(f"{_CREDIT}\n")
            granted += _CREDIT
        publisher.stdin.flush()
        time.sleep(_POLL_S)
    last, changed = 0, time.monotonic()
    while len(count.payloads) < granted and time.monotonic() < changed + _WAIT_S:
        if len(count.payloads) > last:
            last, changed = len(count.payloads), time.monotonic()
        time.sleep(_POLL_S)
    elapsed, cpu = time.monotonic() - began, time.process_time() - cpu
    publisher.stdin.close()
    publisher.stdout.close()
    if publisher.wait(10):
        # What was never published must not be counted as lost.
        raise RuntimeError("the broker threw the publisher out")
    return count.result(granted, elapsed, cpu)


def _await_subscription(port: int, received: Callable[[], int]) -> None:
    """Publishes until the receiver hears it: then its subscription stands."""
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311)
    client.connect("127.0.0.1", port)
    client.loop_start()
    deadline = time.monotonic() + _WAIT_S
    while not received():
        if time.monotonic() > deadline:
            raise TimeoutError("the receiver hears nothing")
        client.publish(_TOPIC, _payload(0), 0)
        time.sleep(0.1)
    time.sleep(0.3)
    client.disconnect()
    client.loop_stop()


@contextmanager
def _broker(folder: Path) -> Iterator[tuple[str, Mosquitto | IotCore]]:
    found = (
        Mosquitto(folder, lines=("max_inflight_messages 1000",))
        if find_mosquitto()
        else IotCore(folder)
    )
    found.start()
    try:
        yield type(found).__name__.lower(), found
    finally:
        found.stop()


def _ports(broker: Mosquitto | IotCore, protocol: str) -> Ports:
    """Where each connects; the publisher speaks 3.1.1, for which iotcore has a port of its own."""
    if isinstance(broker, IotCore):
        return Ports(broker.port if protocol == "5" else broker.port_v4, broker.port_v4)
    return Ports(broker.port, broker.port)


def _mosquitto_version() -> str | None:
    program = find_mosquitto()
    if program is None:
        return None
    told = subprocess.run([program, "-h"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"version (\S+)", told)
    return found.group(1) if found else None


def _payload(number: int) -> bytes:
    return str(number).encode().ljust(PAYLOAD_BYTES, b".")


def _discard(sock: socket.socket) -> None:
    while sock.recv(65536):
        pass


AGENT, BARE = "link and store", "bare paho"
RECEIVERS: dict[str, Callable[[Path, Ports, str, float], dict[str, Any]]] = {
    AGENT: agent,
    BARE: bare,
}


def show(found: dict[str, Any]) -> None:
    """Prints the figures for people."""
    from rich.console import Console  # only where a table is wanted
    from rich.table import Table

    table = Table(title="QoS 1 in, 200 bytes, messages a second")
    headings = ("MQTT", "receiver", "median", "least", "most", "CPU us each", "lost", "twice",
                "disk sync ms")  # fmt: skip
    for heading in headings:
        table.add_column(heading, justify="left" if heading in ("MQTT", "receiver") else "right")
    for row in found["rows"]:
        table.add_row(
            row["protocol"],
            row["receiver"],
            *(f"{row[key]:,}" for key in ("per_s", "per_s_min", "per_s_max")),
            str(row["cpu_us_per_message"]),
            str(row["lost"]),
            str(row["duplicates"]),
            " ".join(str(value) for value in row["sync_ms"]),
        )
    console = Console()
    console.print(table)
    for protocol, shares in found["share_of_bare"].items():
        told = ", ".join(f"{share:.0%}" for share in shares)
        console.print(f"MQTT {protocol}: link and store against the bare client, by round: {told}")
    machine = found["machine"]
    console.print(f"{machine['cpu']}, {machine['cores']} cores, mosquitto {machine['mosquitto']}")
    console.print(found["compared"], style="dim")


def main() -> int:
    """Runs the benchmark from the command line; 1 where a message was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--seconds", type=float, default=10, help="length of each run")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run")
    parser.add_argument("--publisher", type=int, metavar="PORT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.publisher is not None:
        publish_on_credit(options.publisher)
        return 0
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=sys.stderr))
    found = measure(options.seconds, options.rounds)
    if options.json:
        print(json.dumps(found))
    else:
        show(found)
    return 1 if any(run["lost"] for run in found["runs"]) else 0


if __name__ == "__main__":
    sys.exit(main())
