"""A plant of six machines with five days behind it, recorded by what the daemon records with."""

from __future__ import annotations

import asyncio
import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.core.stand_ins import NoModel, settled
from tests.unit.understanding.questions.conftest import (
    HOUSE,
    NOW,
    PLACES,
    ZONE,
    Asker,
    Clock,
    at,
)

from lamplighter.faults.monitor import FaultMonitor
from lamplighter.faults.settings import Faults, Limits, Machine, Tag
from lamplighter.faults.signals.learned.settings import Learning
from lamplighter.faults.signals.status import Health
from lamplighter.machine_watch import MachineWatch
from lamplighter.plugin import LogLine, Sample
from lamplighter.store.store import Store
from lamplighter.understanding.questions.history import Past
from lamplighter.understanding.questions.machines import Plant, StoredIncidents

STEP = 5.0


def _pump(asset: str, name: str) -> Machine:
    return Machine(
        asset,
        name,
        "pump",
        "Boiler house",
        {
            "vibration": Tag("t", unit="mm/s", name="bearing vibration",
                             limits=Limits(high_high=7.1, high=4.5, deadband=0.3)),
            "brg_temp": Tag("t", unit="°C", name="bearing temperature", limits=Limits(high=75)),
            "suction": Tag("t", unit="bar", name="suction pressure", limits=Limits(low=0.8)),
        },
    )  # fmt: skip


MACHINES = (
    _pump("p1", "Feed pump 1"),
    _pump("p3", "Feed pump 3"),
    Machine("f1", "Exhaust fan", "fan", "Hall 2", {
        "vibration": Tag("t", unit="mm/s", limits=Limits(high=4.5)),
    }),
    Machine("c1", "Compressor 1", "compressor", "Hall 2", {
        "pressure": Tag("t", unit="bar", name="discharge pressure", limits=Limits(low=6.0)),
        "oil_temp": Tag("t", unit="°C", name="oil temperature", limits=Limits(high=95)),
    }),
    Machine("k1", "Packing conveyor", "conveyor", "Packing hall", {
        "current": Tag("t", unit="A", name="motor current", limits=Limits(high=12)),
    }),
    Machine("m1", "Mixer motor", "motor", "Hall 2", {
        "winding": Tag("t", unit="°C", name="winding temperature", limits=Limits(high=120),
                       stale_after=60),
        "current": Tag("t", unit="A", name="motor current", limits=Limits(high=30)),
    }),
)  # fmt: skip
USUAL: Mapping[str, Mapping[str, float]] = {
    "p1": {"vibration": 2.0, "brg_temp": 55.0, "suction": 1.4},
    "p3": {"vibration": 2.1, "brg_temp": 56.0, "suction": 1.4},
    "f1": {"vibration": 1.5},
    "c1": {"pressure": 7.5, "oil_temp": 80.0},
    "k1": {"current": 8.0},
    "m1": {"winding": 90.0, "current": 20.0},
}


class Recorder:
    """Lets the daemon's own parts watch values on a clock of its own."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.clock.now = at(13, 6)
        self.store = Store(
            folder,
            max_bytes=64 << 20,
            on_committed=lambda _rows: None,
            on_outbox=lambda: None,
            on_replaced=lambda _report: None,
            clock=self.clock,
        )
        self.store.start()
        faults = Faults(settle=10, quiet=20, learned=Learning(enabled=False))
        self.monitor = FaultMonitor(MACHINES, clock=self.clock, config=faults, zone=ZONE)
        self.watch = MachineWatch(
            self.monitor,
            self.store,
            NoModel(),
            root="lamplighter/test",
            clock=self.clock,
            publish=self.store.outbox.put,
        )
        self.watch.start()

    async def run(self, asset: str, until: float, **values: float) -> None:
        """The values of a machine until then, its other signals as usual."""
        while self.clock.now < until:
            self.clock.now += STEP
            now = self.clock.now
            for tag, usual in USUAL[asset].items():
                value = values.get(tag, usual)
                if not math.isnan(value):
                    self.watch.sample(Sample(asset, tag, value, now))
                    self.store.history.add(f"{asset}/{tag}", now, value)
            if asset != "m1":  # it is never silent but where a test wants it
                self.watch.sample(Sample("m1", "winding", 90.0, now))
            self.watch.tick(now, connected=True)
            await asyncio.sleep(0)
        await self._rest()

    async def episode(self, asset: str, start: float, minutes: float, **values: float) -> None:
        """A time as usual, then one with these values, and, unless it goes on, as usual again."""
        self.clock.now = max(self.clock.now, start - 600)
        await self.run(asset, start)
        await self.run(asset, start + 60 * minutes, **values)

    async def tell(self, **op: object) -> None:
        """An operation on alarms, or a note."""
        if op["op"] == "note":
            self.watch.note(dict(op))
        else:
            self.watch.control(dict(op))
        await self._rest()

    async def _rest(self) -> None:
        for _ in range(50):
            if not self.watch._writing:
                break
            await asyncio.sleep(0.001)
        settled(self.store)


async def _five_days(plant: Recorder) -> None:
    await plant.episode("f1", at(13, 15), 10, vibration=6.0)
    await plant.run("f1", at(13, 15, 15))
    await plant.episode("p3", at(16, 9), 3, vibration=5.5)
    await plant.run("p3", at(16, 9, 20), vibration=7.9, brg_temp=82.0)
    await plant.tell(op="note", asset="p3", text="Replaced the drive end bearing.", user="kim")
    await plant.run("p3", at(16, 9, 30))
    for day, hour in ((16, 10), (17, 11), (18, 2)):
        await plant.episode("c1", at(day, hour), 12, pressure=5.1, oil_temp=101.0)
        await plant.run("c1", at(day, hour, 20))
    await plant.episode("k1", at(18, 9, 10), 2, current=14.5)
    plant.watch.log_line(LogLine("k1", "Motor tripped: overload", "error", plant.clock.now))
    await plant.run("k1", at(18, 9, 40), current=15.5)
    await plant.run("k1", at(18, 9, 50))
    await plant.episode("m1", at(18, 11), 5, winding=float("nan"))
    await plant.tell(op="shelve", asset="m1", condition="current_high", user="ben", minutes=480)
    await plant.episode("p3", at(18, 13, 20), 3, vibration=5.5)
    await plant.run("p3", at(18, 13, 30), vibration=8.5, brg_temp=81.0)
    await plant.tell(op="ack", asset="p3", condition="vibration_high", user="ann")
    await plant.tell(op="note", asset="p3", text="Squeals at the drive end. Turn off pump 1!",
                     user="kim")  # fmt: skip
    await plant.run("p3", at(18, 13, 40), vibration=8.5, brg_temp=81.0)
    plant.clock.now = NOW
    plant.watch.tick(NOW, connected=True)
    await plant.watch.stop(1.0)
    settled(plant.store)


@pytest.fixture(scope="session")
def recorded() -> Iterator[Recorder]:
    """The plant at half past two on Wednesday the 18th."""
    with tempfile.TemporaryDirectory() as folder:
        plant = Recorder(Path(folder))
        asyncio.run(_five_days(plant))
        yield plant
        plant.store.stop()


@pytest.fixture
def plant(recorded: Recorder) -> Asker:
    """The house with the plant beside it."""

    def health(asset: str, tag: str) -> Health | None:
        return recorded.monitor.health(asset, tag)

    store = recorded.store
    incidents = StoredIncidents(store.alarms, store.reports, store.episodes, store.audit)
    known = Plant(MACHINES, incidents, ("06:00", "14:00", "22:00"), health)
    clock = Clock()
    return Asker(PLACES, HOUSE, Past(store.history, clock, ZONE), known)


@pytest.fixture
def home(recorded: Recorder) -> Asker:
    """The same house with the same past, where no machine is watched."""
    return Asker(PLACES, HOUSE, Past(recorded.store.history, Clock(), ZONE))


@pytest.fixture
def without_health(plant: Asker) -> Asker:
    """The same, where the signals' present health can't be asked for."""
    asker = plant
    assert asker.questions.plant is not None
    asker.questions = replace(asker.questions, plant=replace(asker.questions.plant, health=None))
    return asker
