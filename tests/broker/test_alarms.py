"""Alarms operated on over the broker: by control, from the command line, from Home Assistant."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.broker.brokers import Mosquitto
from tests.broker.daemons import ROOT, Daemon, Person

pytestmark = pytest.mark.broker

MACHINES = """
machines:
  - asset: pump1
    name: Feed pump
    class: pump
    tags:
      bar: {topic: plant/bar, unit: bar, name: pressure, limits: {low: 2, high: 8}}
      amps: {topic: plant/amps, unit: A, name: current}
    suppress:
      - when: {tag: amps, below: 1}
        conditions: [bar_low]
        name: standing
"""
HIGH = f"{ROOT}/alarms/pump1/bar_high"
LOW = f"{ROOT}/alarms/pump1/bar_low"
DEVICE = "homeassistant/device/lamplighter_test/config"


@pytest.fixture
def person(broker: Mosquitto) -> Iterator[Person]:
    person = Person(broker.port, f"{ROOT}/#")
    person.start()
    yield person
    person.stop()


@pytest.fixture
def home_assistant(broker: Mosquitto) -> Iterator[Person]:
    """Hears what is announced and answered, whatever comes in between."""
    person = Person(broker.port, DEVICE, f"{ROOT}/control/reply")
    person.start()
    yield person
    person.stop()


@pytest.fixture
def daemon(broker: Mosquitto, person: Person, tmp_path: Path) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path / "daemon", broker.port, MACHINES)
    daemon.start()
    try:
        person.hear(f"{ROOT}/status", lambda payload: payload == b"online")
        yield daemon
    finally:
        daemon.stop()


def hear_state(person: Person, topic: str, state: str) -> dict[str, Any]:
    """The record, once it shows that state."""
    return hear(person, topic, lambda said: bool(said) and json.loads(said)["state"] == state)


def hear(person: Person, topic: str, accept: Callable[[bytes], bool] = bool) -> dict[str, Any]:
    """What comes on a topic, as JSON."""
    _, payload, _ = person.hear(topic, accept)
    said: dict[str, Any] = json.loads(payload)
    return said


def alarms(daemon: Daemon, *words: str) -> subprocess.CompletedProcess[str]:
    """``lamplighter alarms WORDS``."""
    command = [sys.executable, "-m", "lamplighter", "alarms", *words]
    return subprocess.run(
        [*command, "--config", str(daemon.config)], capture_output=True, text=True, check=False
    )


def test_alarms_are_operated_on_from_everywhere_with_who_and_when(
    person: Person, home_assistant: Person, daemon: Daemon
) -> None:
    announced = hear(home_assistant, DEVICE)["cmps"]
    person.publish("plant/bar", "9.5")
    assert hear_state(person, HIGH, "unacknowledged")["value"] == 9.5

    # Over control, with an answer.
    op = {"op": "ack", "asset": "pump1", "condition": "bar_high", "user": "ann", "id": "1"}
    person.publish(f"{ROOT}/control", op)
    answer = hear(home_assistant, f"{ROOT}/control/reply")
    assert (answer["id"], answer["ok"], answer["changed"]) == ("1", True, 1)
    assert hear_state(person, HIGH, "acknowledged")["ack"]["by"] == "ann"

    # From Home Assistant: the button that was announced.
    button = announced["shelve_pump1"]
    person.publish(button["cmd_t"], button["pl_prs"])
    record = hear_state(person, HIGH, "shelved")
    assert record["shelved"]["by"] == "Home Assistant"
    assert record["operation"]["op"] == "shelve"

    # From the command line.
    done = alarms(daemon, "unshelve", "pump1", "bar_high", "--user", "eve")
    assert (done.returncode, done.stdout) == (0, "pump1/bar_high: unshelved\n")
    hear_state(person, HIGH, "unacknowledged")
    again = alarms(daemon, "unshelve", "pump1", "bar_high")
    assert (again.returncode, "it is not shelved" in again.stderr) == (4, True)
    wrong = alarms(daemon, "ack", "pump9")
    assert (wrong.returncode, "no machine 'pump9'" in wrong.stderr) == (1, True)

    # By the machine's own logic.
    person.publish("plant/amps", "0.2")
    person.publish("plant/bar", "0.1")
    assert hear_state(person, LOW, "suppressed_by_design")["suppressed"]["by"] == "standing"

    # All of it is audited, and outlives the process.
    daemon.stop()
    listed = alarms(daemon, "history", "--json")
    told = [(each["user"], each["op"]) for each in json.loads(listed.stdout)]
    assert told[0] == ("eve", "unshelve")
    assert told[1] == ("Home Assistant", "shelve")
    assert told[2] == ("ann", "ack")
    away = alarms(daemon, "ack", "pump1")
    assert (away.returncode, "is offline" in away.stderr) == (1, True)
