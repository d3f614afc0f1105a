"""The clock of the wall is set under a running daemon, and a gateway boots without the time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.broker.brokers import free_port
from tests.faults.clocked_daemon import DAY, YEAR, ClockedDaemon
from tests.faults.stage import Stage, until

pytestmark = pytest.mark.broker

MACHINE = """
machines:
  - asset: press
    tags:
      count: {topic: plant/press, path: n, stale_after: 300, limits: {high: 1000, on_delay: 300}}
"""
BACKLOG = """
upstream:
  host: 127.0.0.1
  port: {port}
  forward:
    - {{topics: ['line/#'], expire_after: 600}}
"""
LIGHT = "dev/light/set"


class Clocked:
    """A stage with a daemon whose clock the test sets, and a machine that counts."""

    def __init__(self, stage: Stage, folder: Path, extra: str = MACHINE) -> None:
        self.stage = stage
        self.daemon = ClockedDaemon(folder / "clocked", stage.broker.port, extra)
        stage.daemon = self.daemon
        self.counted = 0

    def count(self, number: int) -> None:
        """So many readings, all of which get into the history."""
        for _ in range(number):
            self.counted += 1
            self.stage.person.publish("plant/press", {"n": self.counted})
        wanted = list(range(1, self.counted + 1))
        until(lambda: sorted(self.values()) == wanted, "readings are in the history")

    def values(self) -> list[float]:
        """The readings in order of the times they are dated with."""
        return [value for (value,) in self.stage.query("SELECT value FROM samples ORDER BY time")]

    def times(self) -> list[float]:
        return [t for (t,) in self.stage.query("SELECT time FROM samples ORDER BY time")]

    def step(self, ahead: float, **about: Any) -> dict[str, Any]:
        """Sets the clock; returns what health says of it then."""
        seen = len(self.stage.listener.health)
        self.daemon.set_clock(ahead, **about)
        until(lambda: len(self.stage.listener.health) > seen, "health after the step")
        clock: dict[str, Any] = self.stage.listener.health[-1]["clock"]
        return clock

    def told(self, topic: str) -> int:
        """How often a device was told something."""
        return sum(each[0] == topic for each in self.stage.devices.commands)


@pytest.fixture
def clocked(make_stage: Callable[..., Stage], tmp_path: Path) -> Clocked:
    return Clocked(make_stage(extra=MACHINE), tmp_path)


def test_ten_years_forward_and_back_cost_nothing(clocked: Clocked) -> None:
    began = time.time()
    stage = clocked.stage
    stage.start()
    clocked.count(10)
    assert stage.ask("turn on the kitchen light in 6 seconds")["outcome"] == "scheduled"
    asked = time.monotonic()

    clock = clocked.step(10 * YEAR)
    assert (clock["trusted"], clock["steps"]) == (False, 1)
    assert clock["last_step_s"] == pytest.approx(10 * YEAR, abs=2)
    assert stage.ask("turn off the kitchen light", id="same")["outcome"] == "done"
    before = clocked.told(LIGHT)
    clocked.count(10)
    refused = stage.ask("turn on the kitchen light", expires_at=time.time() + 11 * YEAR)
    assert (refused["outcome"], refused["explain"]) == ("refused", "clock not trusted")
    until(lambda: clocked.told(LIGHT) > before, "what was scheduled")
    assert time.monotonic() - asked > 5.0
    # What was carried out is known in the next run of this boot, too, by either time.
    stage.daemon.kill()
    stage.start()
    again = stage.ask("turn off the kitchen light", id="same")
    assert again["outcome"] == "done"
    assert clocked.told(LIGHT) == before + 1

    clock = clocked.step(0.0)
    assert clock["trusted"] is True
    clocked.count(10)
    until(lambda: clocked.times()[-1] < time.time() + 1, "the history is dated right")
    assert clocked.values() == list(range(1, 31))
    assert began <= clocked.times()[0]
    assert stage.query("SELECT * FROM ledger") == []
    assert stage.query("SELECT * FROM alarms WHERE state <> 'normal'") == []
    assert stage.daemon.stop() == 0


def test_a_day_back_runs_nothing_that_is_too_late(clocked: Clocked) -> None:
    stage = clocked.stage
    stage.start()
    clocked.count(10)
    stage.send("turn on the kitchen light in 3 seconds")
    until(lambda: stage.query("SELECT * FROM schedule WHERE state = 'waiting'"), "it is scheduled")
    stage.broker.stop()
    clocked.daemon.set_clock(-DAY)
    waits = "SELECT boot FROM outbox WHERE command IS NOT NULL"
    until(lambda: stage.query(waits), "the command waits for the broker")
    # Three seconds later it is too late for it, though by the wall's clock it is a day early.
    until(lambda: not stage.query(waits), "it expired")
    stage.start_broker()
    stage.until_it_knows()
    clocked.count(10)
    assert clocked.told(LIGHT) == 0
    ledger = stage.query("SELECT lane, topic, reason FROM ledger WHERE reason = 'expired'")
    assert ledger == [("commands", LIGHT, "expired")]
    assert len(clocked.values()) == 20
    assert stage.daemon.stop() == 0


def test_a_backlog_lasts_as_long_and_keeps_its_order_whatever_the_clock_says(
    make_stage: Callable[..., Stage], tmp_path: Path
) -> None:
    clocked = Clocked(make_stage(), tmp_path, BACKLOG.format(port=free_port()))
    stage = clocked.stage
    stage.configure("store: {", "store: {lanes: {telemetry: {max_age: 3600}}, ")
    backlog = "SELECT payload, created, trusted FROM outbox WHERE rule IS NOT NULL ORDER BY id"

    def waits(number: int) -> list[Any]:
        for _ in range(number):
            clocked.counted += 1
            stage.person.publish("line/a", str(clocked.counted))
        until(lambda: len(stage.query(backlog)) == clocked.counted, "it waits")
        rows: list[Any] = stage.query(backlog)
        return rows

    stage.start()
    waits(20)
    clocked.step(10 * YEAR)
    waits(20)
    clocked.step(-DAY)
    rows = waits(20)
    # Through a few looks at what is too old, all is still there.
    time.sleep(3.0)
    assert [int(payload) for payload, _, _ in stage.query(backlog)] == list(range(1, 61))
    assert {trusted for _, _, trusted in rows[20:]} == {0}
    clocked.step(0.0)
    until(lambda: all(each[2] for each in stage.query(backlog)), "all is dated anew")
    dates = [created for _, created, _ in stage.query(backlog)]
    assert dates == sorted(dates)
    assert time.time() - 120 < dates[0]
    assert dates[-1] <= time.time()
    assert stage.query("SELECT * FROM ledger") == []
    assert stage.daemon.stop() == 0


def test_a_gateway_that_boots_in_1970_does_right_before_and_after(clocked: Clocked) -> None:
    stage, lost = clocked.stage, -time.time() + 100.0
    stage.start()
    clocked.count(5)
    assert stage.ask("turn on the kitchen light in 10 minutes")["outcome"] == "scheduled"
    stage.daemon.kill()

    clocked.daemon.set_clock(lost, boot="b2")
    stage.start()
    clock = stage.listener.health[-1]["clock"]
    assert (clock["trusted"], clock["boot"]) == (False, "b2")
    assert stage.ask("turn on the kitchen light")["outcome"] == "done"
    refused = stage.ask("turn off the kitchen light", expires_at=time.time() + 60)
    assert refused["outcome"] == "refused"
    clocked.count(5)

    clock = clocked.step(0.0, boot="b2", synchronised=True)
    assert clock["trusted"] is True
    clocked.count(5)
    until(lambda: clocked.times()[0] > time.time() - DAY, "the history is dated right")
    assert clocked.values() == list(range(1, 16))
    in_time = stage.ask("turn off the kitchen light", expires_at=time.time() + 60)
    assert in_time["outcome"] == "done"
    # Of the boot before: it waited for the time, and is not due yet.
    assert len(stage.query("SELECT * FROM schedule WHERE state = 'waiting'")) == 1
    assert json.dumps(stage.query("SELECT reason FROM ledger")) == "[]"
    assert stage.daemon.stop() == 0
