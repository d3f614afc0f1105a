"""Machines from their JSON payloads to alarms and reports, over kills, on a real store."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.flow.parts import ROOT, Clock
from tests.unit.core.stand_ins import NoModel, settled, store_in

from lamplighter import config as configuration
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.control import Control
from lamplighter.faults.monitor import FaultMonitor
from lamplighter.machine_watch import MachineWatch
from lamplighter.model.request import Completion, Request
from lamplighter.plugin import Context, Message, Publication
from lamplighter.plugin_host import PluginHost
from lamplighter.reception import Reception
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter_json import create

if TYPE_CHECKING:
    from lamplighter.model.watched import WatchedEngine

CONFIG = """
machines:
  - asset: pump1
    name: Feed pump
    class: pump
    tags:
      vibration:
        topic: plant/pump1
        path: vib
        time_path: ts
        unit: mm/s
        limits: {high: 4.5, high_high: 7.1, deadband: 0.3}
      temperature:
        topic: plant/pump1
        path: temp
        time_path: ts
        unit: °C
        name: bearing temperature
        limits: {high: 75, latching: true}
        stale_after: 120
    logs: [{topic: plant/pump1/log}]
faults: {settle: 5, quiet: 10}
"""
HIGH = f"{ROOT}/alarms/pump1/vibration_high"
HOT = f"{ROOT}/alarms/pump1/temperature_high"
REPORTS = f"{ROOT}/reports"


class Patient:
    """A model that never answers."""

    name = "tiny"
    version = "1"
    tasks = ()

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def complete(self, request: Request) -> Completion:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError(request)


class Plant:
    """A pump on JSON topics with all that watches it, but for the broker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.config = configuration.parse(CONFIG)
        self.models = NoModel()
        self.begin()

    def begin(self) -> None:
        """The process starts."""
        self.store = store_in(self.folder, self.clock)
        self.store.start()
        plugin = create(Context(settings={}, config=self.config, clock=self.clock))
        self.host = PluginHost([plugin])
        self.host.filters()
        monitor = FaultMonitor(self.config.machines, clock=self.clock, config=self.config.faults)
        self.watch = MachineWatch(
            monitor,
            self.store,
            self.models,
            root=ROOT,
            clock=self.clock,
            publish=self.store.outbox.put,
        )
        self.reception = Reception(
            Catalogue(self.config.home),
            self.store,
            clock=self.clock,
            state_changed=lambda _: None,
            filters_changed=lambda: None,
            sample=self.watch.sample,
            log_line=self.watch.log_line,
            publish=self.publish,
        )
        self.control = Control(
            self.watch,
            reload=lambda: None,
            flush=lambda: None,
            publish=lambda publication, lane, link: self.store.outbox.put(
                publication, lane, link=link
            ),
        )
        self.watch.start()

    def publish(self, publication: Publication) -> Future[int]:
        return self.store.outbox.put(publication, Lane.STATES)

    def kill(self) -> None:
        """The process ends here and now: what is not on disk is gone, and so are its tasks."""
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        self.store.stop()

    def receive(self, topic: str, payload: bytes) -> None:
        message = Message(topic, payload, arrived=self.clock.now)
        for name, event in self.host.receive(message):
            self.reception.take(name, event, message)

    async def run(self, seconds: int, **values: float) -> None:
        """So many seconds, with a message each; the broker takes nothing meanwhile."""
        for _ in range(seconds):
            self.clock.now += 1.0
            if values:
                document = {"ts": self.clock.now, **values}
                self.receive("plant/pump1", json.dumps(document).encode())
            self.watch.tick(self.clock.now, connected=True)
            await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0.002)
            settled(self.store)

    async def tell(self, **op: Any) -> None:
        """An operator's message on the control topic."""
        await self.control.handle(Message(f"{ROOT}/control", json.dumps(op).encode()))

    def rows(self) -> list[OutboxRow]:
        """What waits, in the order in which it will leave."""
        settled(self.store)
        return self.store.outbox.due(1000, now=self.clock.now)

    def told(self, topic: str) -> list[dict[str, Any]]:
        return [
            json.loads(row.publication.payload)
            for row in self.rows()
            if row.publication.topic == topic
        ]

    def send_all(self) -> None:
        """The broker takes everything."""
        self.store.outbox.sent([row.id for row in self.rows()])
        settled(self.store)


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[Plant]:
    plant = Plant(tmp_path)
    yield plant
    await plant.watch.stop(0.0)
    plant.store.stop()


async def test_an_alarm_is_published_retained_and_cleared(plant: Plant) -> None:
    await plant.run(3, vib=5.0, temp=40.0)
    await plant.run(1, vib=2.0, temp=40.0)
    records = plant.told(HIGH)
    assert [(r["state"], r["active"]) for r in records] == [
        ("normal", False),
        ("unacknowledged", True),
        ("returned_unacknowledged", False),
    ]
    assert (records[1]["value"], records[1]["limit"], records[1]["unit"]) == (5.0, 4.5, "mm/s")
    assert all(r.publication.retain for r in plant.rows() if "/alarms/" in r.publication.topic)
    await plant.tell(op="ack", asset="pump1", condition="vibration_high", user="ann")
    assert plant.told(HIGH)[-1]["state"] == "normal"


async def test_what_leaves_is_in_order_alarms_before_their_report(plant: Plant) -> None:
    await plant.run(3, vib=8.0, temp=40.0)
    await plant.run(6, vib=8.0, temp=80.0)
    rows = plant.rows()
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    told = [row.publication.topic.removeprefix(f"{ROOT}/") for row in rows]
    last = [topic for topic in told if topic.startswith(("alarms/", "reports"))][-4:]
    assert last == [
        "alarms/pump1/vibration_high_high",
        "alarms/pump1/vibration_high",
        "alarms/pump1/temperature_high",
        "reports",
    ]


async def test_an_episode_leads_to_one_report_when_it_opens_and_one_when_it_ends(
    plant: Plant,
) -> None:
    plant.receive("plant/pump1/log", b"bearing 2 above 80 C")
    await plant.run(30, vib=5.0, temp=40.0)
    [opened] = plant.told(REPORTS)
    assert (opened["kind"], opened["written_by"]) == ("opened", "template")
    assert opened["conditions"] == ["vibration_high"]
    assert opened["evidence"]["logs"][0]["template"] == "bearing <n> above <n> C"
    await plant.run(20, vib=2.0, temp=40.0)
    assert [report["kind"] for report in plant.told(REPORTS)] == ["opened", "closed"]
    kept = plant.store.reports.latest()
    assert [report.data["kind"] for report in kept] == ["closed", "opened"]


async def test_operators_change_what_is_published(plant: Plant) -> None:
    await plant.run(2, vib=5.0, temp=40.0)
    await plant.tell(op="ack", asset="pump1", condition="vibration_high", user="ann")
    acked = plant.told(HIGH)[-1]
    assert (acked["state"], acked["ack"]["by"]) == ("acknowledged", "ann")
    await plant.tell(op="shelve", asset="pump1", condition="vibration_high", minutes=1)
    assert plant.told(HIGH)[-1]["state"] == "shelved"
    await plant.run(61, vib=5.0, temp=40.0)
    assert plant.told(HIGH)[-1]["state"] == "unacknowledged"


async def test_a_latching_alarm_waits_for_its_reset(plant: Plant) -> None:
    await plant.run(2, vib=2.0, temp=80.0)
    await plant.run(2, vib=2.0, temp=40.0)
    assert plant.told(HOT)[-1]["state"] == "latched_unacknowledged"
    for op in ("ack", "reset"):
        await plant.tell(op=op, asset="pump1", condition="temperature_high", user="ann")
    assert plant.told(HOT)[-1]["state"] == "normal"


async def test_a_restart_keeps_alarms_and_repeats_no_report(plant: Plant) -> None:
    await plant.run(10, vib=5.0, temp=40.0)
    await plant.tell(op="ack", asset="pump1", condition="vibration_high", user="ann")
    before = plant.told(HIGH)[-1]
    plant.send_all()
    plant.kill()
    plant.begin()
    assert plant.told(HIGH) == [before]
    [overview] = plant.told(f"{ROOT}/machines/pump1")
    assert (overview["state"], overview["alarms"]) == ("acknowledged", ["Feed pump vibration high"])
    await plant.run(30, vib=5.0, temp=40.0)
    assert plant.told(REPORTS) == []
    await plant.run(20, vib=2.0, temp=40.0)
    [closed] = plant.told(REPORTS)
    assert closed["kind"] == "closed"
    assert plant.told(HIGH)[-1]["state"] == "normal"


async def test_a_report_cut_short_by_a_kill_is_sent_by_the_next_start(plant: Plant) -> None:
    engine = Patient()
    plant.models.engine = cast("WatchedEngine", engine)
    await plant.run(10, vib=5.0, temp=40.0)
    assert engine.asked.is_set()
    assert plant.told(REPORTS) == []
    plant.kill()
    plant.models.engine = None
    plant.begin()
    await plant.run(30, vib=5.0, temp=40.0)
    [report] = plant.told(REPORTS)
    assert (report["kind"], report["written_by"]) == ("opened", "template")
    plant.kill()
    plant.begin()
    await plant.run(5, vib=5.0, temp=40.0)
    assert len(plant.told(REPORTS)) == 1


async def test_a_report_that_was_sent_before_the_kill_is_not_sent_again(plant: Plant) -> None:
    await plant.run(10, vib=5.0, temp=40.0)
    [report] = plant.told(REPORTS)
    # As if the note that it is to be sent had outlived its sending.
    plant.store.snapshots.put(f"unsent_report/{report['id']}", report)
    plant.kill()
    plant.begin()
    await plant.run(5, vib=5.0, temp=40.0)
    assert len(plant.told(REPORTS)) == 1
    assert plant.store.snapshots.starting_with("unsent_report/") == {}


@pytest.mark.parametrize(("connected", "state"), [(True, "unacknowledged"), (False, "normal")])
async def test_silence_is_an_alarm_only_while_something_could_arrive(
    plant: Plant,
    connected: bool,  # noqa: FBT001 - a parameter of the test
    state: str,
) -> None:
    await plant.run(2, vib=2.0, temp=40.0)
    for _ in range(300):
        plant.clock.now += 1.0
        plant.watch.tick(plant.clock.now, connected=connected)
    stale = plant.told(f"{ROOT}/alarms/pump1/temperature_stale")[-1]
    assert stale["state"] == state
