"""Power lost at any moment of a whole daemon's work: what its wire promised is on the disk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.broker.daemons import ROOT
from tests.faults.power_loss.disk import Disk
from tests.faults.power_loss.replay import Moment, moments
from tests.faults.power_loss.wire import Wire
from tests.faults.preload.interposer import Interposer
from tests.faults.preload.recording import Event, read
from tests.faults.stage import Stage, until

from lamplighter.store.store import Store

pytestmark = pytest.mark.broker

MACHINE = """
machines:
  - asset: press
    tags:
      count: {topic: plant/press, path: n, time_path: t}
"""
READINGS = 400
LEVELS = range(1, 26)


def work(stage: Stage, began: float) -> None:
    """Readings and commands at the same time, all of them QoS 1 and none like another."""
    asked = []
    for number in range(1, READINGS + 1):
        value = {"n": number, "t": began + number / 1000}
        stage.person.client.publish("plant/press", json.dumps(value), qos=1)
        if number % (READINGS // len(LEVELS)) == 0:
            level = number * len(LEVELS) // READINGS
            text = f"set the kitchen light to {level} percent"
            asked.append(stage.send(text, id=f"level-{level}"))
    until(lambda: all(stage.listener.answers(each) for each in asked), "every reply")
    until(stage.is_drained, "inbox and outbox are empty")


def test_what_the_wire_promised_is_there(
    library: Path, room: Path, make_stage: Callable[..., Stage]
) -> None:
    stage = make_stage(extra=MACHINE, folder=room)
    folder = stage.daemon.folder
    path = room / "record"
    interposer = Interposer(library, folder, room / "control", record=path, sockets=True)
    disk = Disk(folder)
    stage.daemon.start(**interposer.environment)
    stage.until_it_knows()
    work(stage, began=1.0e9)
    stage.daemon.kill()
    events = list(read(path))
    wire = Follower(events)
    count = 0
    for moment in moments(disk, events, room, seed=6):
        wire.until(moment.number)
        try:
            check(moment, wire.wire)
        except Exception as error:
            raise AssertionError(f"{moment}: {error!r}") from error
        count += 1
    assert count
    wire.until(len(events))
    assert len(readings(wire.wire)) == READINGS
    assert commanded(wire.wire) == {*LEVELS}


class Follower:
    """The wire at moments that come in order."""

    def __init__(self, events: list[Event]) -> None:
        self.wire = Wire()
        self._events = events
        self._at = 0

    def until(self, number: int) -> None:
        for event in self._events[self._at : number]:
            self.wire.follow(event)
        self._at = number


def readings(wire: Wire) -> set[int]:
    return {json.loads(payload)["n"] for topic, payload in wire.acked if topic == "plant/press"}


def asked(wire: Wire) -> set[str]:
    ids = {json.loads(payload)["id"] for topic, payload in wire.acked if topic == f"{ROOT}/ask"}
    return {each for each in ids if each.startswith("level-")}


def commanded(wire: Wire) -> set[int]:
    """Levels that the light was told."""
    found = [json.loads(payload) for topic, payload in wire.sent if topic == "dev/light/set"]
    return {round(each["brightness"] / 2.55) for each in found}


def check(moment: Moment, wire: Wire) -> None:
    if not readings(wire) and not (moment.folder / "store" / "lamplighter.db").exists():
        return
    store = Store(
        moment.folder / "store",
        max_bytes=64 << 20,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
    )
    report = store.start()
    store.stop()
    assert (report.reason, report.quarantined) == ("", None)
    database = sqlite3.connect(moment.folder / "store" / "lamplighter.db")
    try:
        waiting = database.execute("SELECT topic, payload FROM inbox").fetchall()
        waiting_readings = {json.loads(p)["n"] for topic, p in waiting if topic == "plant/press"}
        waiting_asks = {json.loads(p)["id"] for topic, p in waiting if topic == f"{ROOT}/ask"}
        kept = {int(value) for (value,) in database.execute("SELECT value FROM samples")}
        replies = [json.loads(reply) for (reply,) in database.execute("SELECT reply FROM commands")]
    finally:
        database.close()
    finished = {reply["id"] for reply in replies}
    assert readings(wire) <= kept | waiting_readings
    assert asked(wire) <= finished | waiting_asks
    # What a device was told is known to have been done: it is not carried out again.
    assert {f"level-{level}" for level in commanded(wire)} <= finished
