"""kill -9 of the daemon at random moments, under load: everything is counted at the end."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from tests.broker.daemons import ROOT, Person
from tests.faults.stage import Stage, until

pytestmark = pytest.mark.broker

KILLS = int(os.environ.get("LAMPLIGHTER_KILLS", "15"))
PER_SECOND = 1000
COMMANDS_PER_SECOND = 20
PADDING = "x" * 140
"""Makes a message about 200 bytes long."""

MACHINE = """
machines:
  - asset: press
    tags:
      count: {topic: plant/press, path: n, time_path: t}
"""


class Stream:
    """A machine that counts, at QoS 1; each message has a time of its own, to be known again by."""

    def __init__(self, port: int) -> None:
        self.sent = 0
        self._person = Person(port)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stream")

    def start(self) -> None:
        self._person.start()
        self._thread.start()

    def stop(self) -> None:
        """Ends it when the broker has everything."""
        self._ending.set()
        self._thread.join()
        until(lambda: not self._person.client.want_write(), "the stream is written")
        self._person.publish("plant/end", b"")
        self._person.stop()

    def _run(self) -> None:
        began, start = time.monotonic(), time.time()
        while not self._ending.wait(0.01):
            due = int((time.monotonic() - began) * PER_SECOND)
            while self.sent < due:
                self.sent += 1
                value = {"n": self.sent, "t": start + self.sent / 1000, "pad": PADDING}
                self._person.client.publish("plant/press", json.dumps(value), qos=1)


class Lamps(Person):
    """Dimmable lamps that show what they were told, and keep in which life of the daemon it was.

    No two commands of a run are the same, so each that comes can be told from all others. The
    broker publishes the will of a killed daemon behind everything it had from it: so the lives
    are told apart by order, not by clocks.
    """

    NAMES = ("desk", "reading", "corner", "piano", "window", "shelf", "mirror", "stairs")

    def __init__(self, port: int) -> None:
        super().__init__(port, "lamp/+/set", f"{ROOT}/status")
        self.lives = 0
        self.came: dict[tuple[str, int], list[int]] = defaultdict(list)

    def announce(self) -> None:
        for name in self.NAMES:
            config = {
                "name": f"{name.title()} lamp",
                "unique_id": name,
                "schema": "json",
                "command_topic": f"lamp/{name}/set",
                "state_topic": f"lamp/{name}",
                "brightness": True,
                "supported_color_modes": ["brightness"],
            }
            self.publish(f"homeassistant/light/{name}/config", config, retain=True)
            self.publish(f"lamp/{name}", {"state": "OFF"}, retain=True)

    def _on_message(self, client: Client, _data: Any, message: MQTTMessage) -> None:
        if message.topic == f"{ROOT}/status":
            self.lives += message.payload == b"offline"
            return
        name = message.topic.split("/")[1]
        self.came[name, json.loads(message.payload)["brightness"]].append(self.lives)
        client.publish(f"lamp/{name}", message.payload, qos=1, retain=True)


class Asker:
    """Somebody who dims lamps all the time, never twice the same; each command has an id."""

    def __init__(self, stage: Stage) -> None:
        self.asked: dict[str, tuple[str, int]] = {}
        self._stage = stage
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="asker")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        for percent in range(1, 101):
            for name in Lamps.NAMES:
                if self._ending.wait(1 / COMMANDS_PER_SECOND):
                    return
                ask_id = f"dim-{name}-{percent}"
                self.asked[ask_id] = (name, percent)
                self._stage.send(f"set the {name} lamp to {percent} percent", id=ask_id)


def kill_again_and_again(stage: Stage) -> None:
    """Kills the daemon at random moments of its life, from the first of a start to well after."""
    chance = random.Random(2)  # noqa: S311 - when the process is killed is no secret
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.2, 1.4))
        stage.daemon.kill()
        stage.daemon.start()


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    stage = make_stage(extra=MACHINE)
    # No command is to expire here, however long the machine takes.
    stage.configure("expire_after: 3", "expire_after: 600")
    return stage


@pytest.fixture
def lamps(stage: Stage) -> Iterator[Lamps]:
    lamps = Lamps(stage.broker.port)
    lamps.start()
    lamps.announce()
    yield lamps
    lamps.stop()


def test_all_is_accounted_for_after_many_kills(
    stage: Stage, lamps: Lamps, record_property: Callable[[str, object], None]
) -> None:
    stage.start()
    stream, asker = Stream(stage.broker.port), Asker(stage)
    stream.start()
    asker.start()
    try:
        kill_again_and_again(stage)
    finally:
        asker.stop()
        stream.stop()
    until(lambda: all(stage.listener.answers(each) for each in asker.asked), "every reply")
    until(stage.is_drained, "inbox and outbox are empty")
    assert stage.daemon.stop() == 0

    twice = {key: lives for key, lives in lamps.came.items() if len(lives) > 1}
    counted = {
        "kills": KILLS,
        "messages": stream.sent,
        "commands": len(asker.asked),
        "twice_on_the_wire": len(twice),
    }
    for name, value in counted.items():
        record_property(name, value)
    print(counted)  # noqa: T201 - shown by pytest -s, and with a failure
    # Every message, in order, however often it was delivered.
    values = stage.query("SELECT value FROM samples ORDER BY time")
    assert [value for (value,) in values] == list(range(1, stream.sent + 1))
    # Every command was carried out once, and every one reached its lamp.
    audit = stage.query("SELECT json_extract(data, '$.id') FROM audit")
    assert Counter(number for (number,) in audit) == Counter(list(asker.asked))
    reached = {(name, round(brightness / 2.55)) for name, brightness in lamps.came}
    assert reached == set(asker.asked.values())
    # The lamp is told again only by the next run, where a kill came before the broker's receipt
    # was on disk.
    assert all(len(set(lives)) == len(lives) for lives in twice.values()), twice
    assert stage.query("SELECT * FROM dead_letters") == []
    assert stage.query("SELECT * FROM ledger") == []
