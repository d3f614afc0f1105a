"""A running daemon seen from outside: by Prometheus, by the doctor, by lamplighter outbox."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.broker.brokers import IotCore, Mosquitto, free_port
from tests.broker.daemons import ROOT, WITHIN, Daemon, Person
from tests.faults.stage import until

pytestmark = pytest.mark.broker


@pytest.fixture
def metrics_port() -> int:
    return free_port()


@pytest.fixture
def daemon(broker: Mosquitto | IotCore, tmp_path: Path, metrics_port: int) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path / "daemon", broker.port, f"metrics: {{port: {metrics_port}}}\n")
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.fixture
def person(broker: Mosquitto | IotCore, daemon: Daemon, metrics_port: int) -> Iterator[Person]:
    assert daemon.process is not None
    person = Person(broker.port, f"{ROOT}/status", f"{ROOT}/health", f"{ROOT}/reply")
    person.start()
    person.hear(f"{ROOT}/status", lambda payload: payload == b"online")
    until(lambda: is_open(metrics_port), "the metrics are served")
    yield person
    person.stop()


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def scrape(port: int) -> dict[str, float]:
    """The figures by name; of several, their sum."""
    connection = HTTPConnection("127.0.0.1", port, timeout=WITHIN)
    connection.request("GET", "/metrics")
    answer = connection.getresponse()
    assert answer.status == 200
    text = answer.read().decode()
    connection.close()
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


def lamplighter(daemon: Daemon, *arguments: str) -> Any:
    run = subprocess.run(
        [sys.executable, "-m", "lamplighter", *arguments, "--config", str(daemon.config), "--json"],
        capture_output=True,
        check=False,
        timeout=60,
    )
    return json.loads(run.stdout)


def test_what_happens_is_counted(person: Person, metrics_port: int) -> None:
    before = scrape(metrics_port)
    assert before["lamplighter_link_connected"] == 1
    assert before["lamplighter_store_readable"] == 1
    person.ask("is the light on")
    deadline = time.monotonic() + WITHIN
    names = ("inbox_received", "outbox_put", "outbox_sent")
    while True:
        after = scrape(metrics_port)
        grown = [
            after[f"lamplighter_{name}_total"] - before[f"lamplighter_{name}_total"]
            for name in names
        ]
        if min(grown) >= 1 and after["lamplighter_outbox_rows"] == 0:
            break
        assert time.monotonic() < deadline, dict(zip(names, grown, strict=True))
        time.sleep(0.2)


def test_the_doctor_and_the_outbox_work_beside_it(daemon: Daemon, person: Person) -> None:
    findings = {each["about"]: each for each in lamplighter(daemon, "doctor")}
    assert findings["broker"]["verdict"] == "ok"
    assert findings["broker session"]["verdict"] == "ok"
    assert findings["store integrity"]["verdict"] == "ok"
    shown = lamplighter(daemon, "outbox")
    assert {each["lane"] for each in shown["lanes"]} >= {"commands", "alarms"}
    # It took nobody's place at the broker, and nothing of its trial reached the daemon.
    assert person.ask("is the light on")["outcome"]
    assert not daemon.logged("disconnected")
    assert shown["dead_letters"] == []


def test_scrapers_that_hang_do_not_hold_up_its_end(
    daemon: Daemon, person: Person, metrics_port: int
) -> None:
    hanging = [socket.create_connection(("127.0.0.1", metrics_port)) for _ in range(20)]
    assert person.ask("is the light on")["outcome"]
    assert daemon.stop() == 0
    for each in hanging:
        each.close()
