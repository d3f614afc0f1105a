"""Alarms operated on in words: understood, judged by the policy, carried out, answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.flow.parts import ROOT, Clock, ask
from tests.unit.core.stand_ins import NoModel, settled, store_in

from lamplighter.actions.alarm_deeds import alarm_entities
from lamplighter.actions.commander import Commander
from lamplighter.actions.dialogue import Dialogue
from lamplighter.actions.execution import Executor
from lamplighter.actions.journal import CommandJournal
from lamplighter.actions.settings import Policy, Role
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.config import Home
from lamplighter.faults.monitor import FaultMonitor
from lamplighter.faults.settings import Faults, Limits, Machine, Tag
from lamplighter.machine_watch import MachineWatch
from lamplighter.plugin import Sample
from lamplighter.understanding.questions.machines import Plant as Machines
from lamplighter.understanding.templates import Templates
from lamplighter.understanding.understanding import Understanding

LIMITS = Limits(high=8.0, high_high=9.0)
PUMPS = tuple(
    Machine(f"pump{n}", f"Feed pump {n}", "pump", tags={"bar": Tag("t", limits=LIMITS)})
    for n in (1, 2)
)


class Plant:
    """Two pumps, and somebody who speaks."""

    def __init__(self, folder: Path, policy: Policy) -> None:
        self.clock = Clock()
        self.store = store_in(folder, self.clock)
        self.store.start()
        monitor = FaultMonitor(PUMPS, clock=self.clock, config=Faults())
        self.watch = MachineWatch(
            monitor,
            self.store,
            NoModel(),
            root=ROOT,
            clock=self.clock,
            publish=self.store.outbox.put,
        )
        self.watch.start()
        catalogue = Catalogue(Home())
        self.commander = Commander(
            understanding=Understanding(
                catalogue,
                None,
                clock=self.clock,
                templates=lambda language: Templates(language, (), {}, {}),
                plant=Machines(PUMPS),
            ),
            executor=Executor(
                catalogue,
                lambda _entity: pytest.fail("nothing is sent to a device"),
                clock=self.clock,
                confirm_within=0.1,
                expire_after=60.0,
            ),
            dialogue=Dialogue(self.clock),
            schedule=self.store.schedule,
            journal=CommandJournal(self.store, ROOT, self.clock),
            policy=policy,
            language="en",
            clock=self.clock,
            monotonic=self.clock,
            alarms=self.watch,
            machines=alarm_entities(PUMPS),
        )

    def pressure(self, value: float) -> None:
        self.clock.now += 1.0
        for machine in PUMPS:
            self.watch.sample(Sample(machine.asset, "bar", value, self.clock.now))

    async def say(self, text: str, user: str = "ann") -> dict[str, Any]:
        self.clock.now += 1.0
        await self.commander.handle(ask(text, user=user, id=f"{self.clock.now}"))
        settled(self.store)
        rows = [row.publication for row in self.store.outbox.rows()]
        replies = [json.loads(row.payload) for row in rows if row.topic == f"{ROOT}/reply"]
        reply: dict[str, Any] = replies[-1]
        return reply

    def states(self) -> dict[str, str]:
        records = self.watch.monitor.records()
        return {f"{each.asset}/{each.condition}": each.record["state"] for each in records}


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    role = Role(refuse=("machine.ack",))
    plant = Plant(tmp_path, Policy(roles={"guest": role}, users={"tom": "guest"}))
    yield plant
    plant.store.stop()


async def test_alarms_are_acknowledged_at_once_and_named(plant: Plant) -> None:
    plant.pressure(8.5)
    reply = await plant.say("acknowledge the alarms of feed pump 1")
    assert (reply["outcome"], reply["speech"]) == ("done", "Feed pump 1 bar high is acknowledged.")
    assert plant.states()["pump1/bar_high"] == "acknowledged"
    assert plant.states()["pump2/bar_high"] == "unacknowledged"
    [entry] = plant.store.audit.of_alarms()
    assert (entry.device, entry.action, entry.data["user"]) == ("pump1", "alarm.ack", "ann")
    again = await plant.say("acknowledge the alarms of feed pump 1")
    assert again["outcome"] == "answered"
    assert "acknowledged already" in again["speech"]


async def test_hiding_alarms_needs_a_yes(plant: Plant) -> None:
    plant.pressure(8.5)
    reply = await plant.say("shelve the alarms of pump 2 for two hours")
    assert reply["outcome"] == "confirm"
    assert "shelve the alarms of Feed pump 2 for 2 hours" in reply["speech"]
    assert plant.states()["pump2/bar_high"] == "unacknowledged"
    done = await plant.say("yes")
    assert done["outcome"] == "done"
    assert plant.states()["pump2/bar_high"] == "shelved"
    await plant.say("silence the pump alarms")
    assert (await plant.say("no"))["outcome"] == "answered"
    assert plant.states()["pump1/bar_high"] == "unacknowledged"


async def test_a_role_that_may_not_is_refused(plant: Plant) -> None:
    plant.pressure(8.5)
    reply = await plant.say("acknowledge all alarms", user="tom")
    assert reply["outcome"] == "refused"
    assert "unacknowledged" in plant.states().values()


async def test_a_machine_that_there_is_not_is_said_to_be_unknown(plant: Plant) -> None:
    plant.pressure(8.5)
    reply = await plant.say("acknowledge the alarms of pump 7")
    assert (reply["outcome"], "7" in reply["speech"]) == ("not_understood", True)
    assert set(plant.states().values()) == {"normal", "unacknowledged"}
