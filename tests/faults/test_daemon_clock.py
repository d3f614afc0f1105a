"""The clock of the wall is set by a day or by ten years under a running daemon: nothing minds."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.preload.interposer import Interposer
from tests.faults.stage import Stage, until

pytestmark = pytest.mark.broker

DAY = 86400.0
TEN_YEARS = 3652 * DAY
MACHINE = """
machines:
  - asset: press
    tags:
      count: {topic: plant/press, path: n}
"""
LIGHT = "dev/light/set"


class Wall:
    """A stage whose daemon has a wall clock of its own."""

    def __init__(self, stage: Stage, library: Path) -> None:
        self.stage = stage
        folder = stage.daemon.folder
        self._clock = Interposer(library, folder, folder.with_name("control"))

    def start(self) -> None:
        self.stage.start(**self._clock.environment)

    def set(self, by: float) -> None:
        """Sets the clock, and returns when the daemon noticed."""
        steps = len(self.stage.daemon.logged("clock_set"))
        self._clock.step_clock(by)
        until(lambda: len(self.stage.daemon.logged("clock_set")) > steps, "it noticed")

    def told(self) -> list[str]:
        """What the light was told, in order."""
        heard = [payload for topic, payload in self.stage.listener.others if topic == LIGHT]
        return [json.loads(payload)["state"] for payload in heard]

    def rang(self) -> bool:
        return any(
            reply["id"].startswith("schedule-") and "timer" in reply["speech"]
            for reply in self.stage.listener.replies
        )


@pytest.fixture
def wall(library: Path, make_stage: Callable[..., Stage]) -> Wall:
    stage = make_stage(extra=MACHINE, persistence=True)
    wall = Wall(stage, library)
    wall.start()
    return wall


@pytest.mark.parametrize("by", [-DAY, TEN_YEARS])
def test_what_is_due_in_moments_is_done_then(wall: Wall, by: float) -> None:
    stage = wall.stage
    began = time.monotonic()
    assert stage.ask("turn on the kitchen light in 4 seconds")["outcome"] == "scheduled"
    stage.ask("set a timer for 4 seconds")
    wall.set(by)
    # Neither put off for a day, nor done at once because its time seems to be long past.
    until(lambda: wall.told() and wall.rang(), "the light and the timer")
    assert time.monotonic() - began >= 4
    assert wall.told() == ["ON"]
    assert stage.query("SELECT * FROM ledger") == []


@pytest.mark.parametrize("by", [-DAY, TEN_YEARS])
def test_readings_and_commands_go_on(wall: Wall, by: float) -> None:
    stage = wall.stage
    stage.person.publish("plant/press", {"n": 1})
    first = stage.ask("turn on the kitchen light", id="first")
    wall.set(by)
    stage.person.publish("plant/press", {"n": 2})
    assert stage.ask("turn off the kitchen light")["outcome"] == "done"
    wall.set(0)
    stage.person.publish("plant/press", {"n": 3})
    until(lambda: stage.query("SELECT count(*) FROM samples") == [(3,)], "every reading")
    # A command that is known is known by any clock.
    stage.send("turn on the kitchen light", id="first")
    until(lambda: len(stage.listener.answers("first")) == 2, "the same answer again")
    assert first["outcome"] == "done"
    until(stage.is_drained, "inbox and outbox are empty")
    assert wall.told() == ["ON", "OFF"]
    assert stage.query("SELECT * FROM ledger") == []
    assert stage.query("SELECT * FROM dead_letters") == []


@pytest.mark.parametrize(("by", "in_time"), [(TEN_YEARS, True), (-DAY, False)])
def test_a_command_that_waits_expires_by_the_time_that_passes(
    wall: Wall, by: float, *, in_time: bool
) -> None:
    stage = wall.stage
    if in_time:
        stage.daemon.stop()
        stage.configure("expire_after: 3", "expire_after: 600")
        wall.start()
    stage.ask("turn on the kitchen light in 2 seconds")
    stage.broker.kill()
    waits = "SELECT count(*) FROM outbox WHERE topic = 'dev/light/set'"
    until(lambda: stage.query(waits) == [(1,)], "the command waits")
    wall.set(by)
    time.sleep(5)
    stage.start_broker()
    if in_time:
        until(lambda: wall.told() == ["ON"], "the command")
    until(stage.is_drained, "inbox and outbox are empty")
    lost = stage.query("SELECT topic, reason, count FROM ledger")
    assert lost == ([] if in_time else [(LIGHT, "expired", 1)])
    assert wall.told() == (["ON"] if in_time else [])
