"""The alarms' overview on a real store: figures, machines, the audit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.flow.parts import ROOT, Clock
from tests.unit.core.stand_ins import settled, store_in

from lamplighter.alarm_board import AlarmBoard
from lamplighter.errors import StoreFullError
from lamplighter.faults.monitor import FaultMonitor
from lamplighter.faults.settings import Faults, Limits, Machine, Tag
from lamplighter.metrics.alarms import alarm_families
from lamplighter.plugin import Publication, Sample
from lamplighter.store.outbound.lanes import Lane

PUMP = Machine("pump1", "Feed pump", tags={"bar": Tag("t", limits=Limits(high=8.0))})
KPIS = f"{ROOT}/alarm_kpis"
OVERVIEW = f"{ROOT}/machines/pump1"


class Plant:
    """A board with its monitor, on a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.full = False
        self.begin(PUMP)

    def begin(self, *machines: Machine) -> None:
        self.store = store_in(self.folder, self.clock)
        self.store.start()
        self.monitor = FaultMonitor(machines, clock=self.clock, config=Faults())
        self.board = AlarmBoard(self.monitor, self.store, root=ROOT, publish=self.publish)
        self.board.start(self.clock())

    def publish(self, publication: Publication, lane: Lane) -> Future[int]:
        if self.full:
            refused: Future[int] = Future()
            refused.set_exception(StoreFullError(self.folder, "disk full"))
            return refused
        return self.store.outbox.put(publication, lane)

    def alarm(self) -> None:
        """The pressure gets high."""
        self.clock.now += 1.0
        self.monitor.sample(Sample("pump1", "bar", 9.0, self.clock.now))
        self.board.show(["pump1"])

    def tick(self, seconds: float) -> None:
        self.clock.now += seconds
        self.board.tick(self.clock.now)

    def told(self, topic: str) -> list[dict[str, Any]]:
        settled(self.store)
        rows = [row.publication for row in self.store.outbox.rows()]
        assert all(row.retain for row in rows)
        return [json.loads(row.payload or b"null") for row in rows if row.topic == topic]


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    plant = Plant(tmp_path)
    yield plant
    plant.store.stop()


def test_figures_are_published_once_a_minute_where_they_changed(plant: Plant) -> None:
    assert len(plant.told(KPIS)) == 1
    assert plant.board.summary()["per_10_min"] == 0
    plant.tick(61)
    assert len(plant.told(KPIS)) == 1
    plant.alarm()
    plant.tick(30)
    assert len(plant.told(KPIS)) == 1
    plant.tick(31)
    last = plant.told(KPIS)[-1]
    assert (last["alarms"], last["per_10_min"], last["standing"]) == (1, 1, 1)
    assert plant.board.summary()["unacknowledged"] == 1


def test_where_nothing_comes_figures_are_published_once_an_hour_at_most(plant: Plant) -> None:
    for _ in range(2 * 24 * 60):
        plant.tick(60)
    told = plant.told(KPIS)
    # A day that counting takes in wholly, and one in which its first hour moves on.
    assert len(told) <= 1 + 25
    assert [each["alarms"] for each in told] == [0] * len(told)


def test_figures_are_kept_across_restarts(plant: Plant) -> None:
    plant.alarm()
    plant.board.keep()
    settled(plant.store)
    plant.store.stop()
    plant.begin(PUMP)
    assert plant.told(KPIS)[-1]["alarms"] == 1
    plant.store.snapshots.put("alarm_figures", 7)
    settled(plant.store)
    plant.store.stop()
    with capture_logs() as logs:
        plant.begin(PUMP)
    assert [entry["event"] for entry in logs] == ["alarm_figures_not_restored"]
    assert plant.told(KPIS)[-1]["alarms"] == 0


def test_a_machine_is_published_where_it_changed_and_again_where_it_was_refused(
    plant: Plant,
) -> None:
    plant.board.show(["pump1"])
    assert [each["state"] for each in plant.told(OVERVIEW)] == ["normal"]
    plant.full = True
    plant.alarm()
    plant.full = False
    assert len(plant.told(OVERVIEW)) == 1
    plant.tick(1)
    assert [each["state"] for each in plant.told(OVERVIEW)] == ["normal", "unacknowledged"]


def test_what_is_told_of_machines_that_are_no_more_is_taken_back(plant: Plant) -> None:
    plant.board.keep()
    settled(plant.store)
    plant.store.stop()
    plant.begin(Machine("fan1", tags=PUMP.tags))
    assert plant.told(OVERVIEW)[-1] is None
    assert plant.told(KPIS)[-1] is not None
    plant.board.keep()
    settled(plant.store)
    plant.store.stop()
    plant.begin()
    assert plant.told(f"{ROOT}/machines/fan1")[-1] is None
    assert plant.told(KPIS)[-1] is None


def test_operations_are_audited_machine_by_machine(plant: Plant) -> None:
    plant.alarm()
    op = {"asset": "pump1", "user": "ann"}
    for name, more in (("shelve", {"minutes": 30}), ("window", {"name": "repair"}), ("ack", {})):
        plant.board.audit(plant.monitor.operate({"op": name, **op, **more}))
    settled(plant.store)
    entries = plant.store.audit.of_alarms(10, "pump1")
    told = [(each.action, each.data.get("window"), each.data.get("minutes")) for each in entries]
    assert told == [("alarm.window", "repair", 60.0), ("alarm.shelve", None, 30.0)]
    assert entries[1].data["user"] == "ann"
    assert plant.store.audit.of_alarms(10, "pump2") == []


def test_figures_are_metrics(plant: Plant) -> None:
    plant.alarm()
    plant.tick(61)
    found = {each.name: each.samples for each in alarm_families(plant.board.kpis)}
    assert [each.value for each in found["lamplighter_alarms_per_10_minutes"]] == [1]
    assert [each.value for each in found["lamplighter_alarms_stale"]] == [0]
    severities = found["lamplighter_alarms_of_priority"]
    assert {each.labels["severity"]: each.value for each in severities} == {
        "advisory": 0,
        "warning": 1,
        "critical": 0,
    }
    assert list(alarm_families({})) == []


def test_figures_are_published_on_where_the_clock_was_set_back(plant: Plant) -> None:
    plant.alarm()
    plant.tick(61)
    plant.clock.now -= 86400.0
    plant.monitor.clock_set(-86400.0)
    plant.tick(1)
    told = plant.told(KPIS)[-1]
    assert datetime.fromisoformat(told["since"]).timestamp() < plant.clock.now
