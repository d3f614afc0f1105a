"""The signals' own health on a real store: what is published, kept, taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from math import nan
from pathlib import Path
from typing import Any

import pytest
from tests.flow.parts import ROOT
from tests.unit.core.stand_ins import settled
from tests.unit.core.test_machine_watch import Plant

from lamplighter.faults.settings import Machine, Tag
from lamplighter.plugin import Sample

MACHINES = tuple(
    Machine(f"m{number}", tags={f"t{tag}": Tag("t", stale_after=30.0) for tag in range(20)})
    for number in range(10)
)


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[Plant]:
    plant = Plant(tmp_path, *MACHINES)
    plant.begin()
    yield plant
    await plant.watch.stop(0.0)
    plant.store.stop()


def each(plant: Plant, value: float, machines: tuple[Machine, ...] = MACHINES) -> None:
    """Every signal's next value, and a second."""
    plant.clock.now += 1.0
    for machine in machines:
        for tag in machine.tags:
            plant.watch.sample(Sample(machine.asset, tag, value, plant.clock.now))
    plant.watch.tick(plant.clock.now, connected=True)


def statuses(plant: Plant, name: str) -> list[str | None]:
    rows = plant.published(f"{ROOT}/signals/{name}")
    return [None if row is None else row["status"] for row in rows]


async def test_what_is_kept_of_many_signals_that_come_back_one_by_one_stays_little(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    each(plant, 1.0)
    plant.clock.now += 60.0
    plant.watch.tick(plant.clock.now, connected=True)
    assert statuses(plant, "m3/t7") == ["failure"]
    kept: list[int] = []
    snapshots = plant.store.snapshots
    put = snapshots.put

    def noted(name: str, data: Any) -> None:
        if name.startswith("unsound"):
            kept.append(len(data))
        put(name, data)

    monkeypatch.setattr(snapshots, "put", noted)
    each(plant, 1.0)
    assert statuses(plant, "m3/t7") == ["failure", "good"]
    # Of one machine's signals at a time, never of the whole plant's.
    assert len(kept) <= 200
    assert max(kept) < 20
    kept.clear()
    for _ in range(100):
        each(plant, 1.0)
    assert kept == []


async def test_what_was_told_is_taken_back_where_a_signal_is_sound_or_no_more(
    plant: Plant,
) -> None:
    each(plant, nan, MACHINES[:2])
    assert statuses(plant, "m0/t0") == statuses(plant, "m1/t1") == ["out of specification"]
    settled(plant.store)
    plant.again(*MACHINES[1:])
    assert statuses(plant, "m0/t0")[-1] is None
    assert statuses(plant, "m1/t1")[-1] is None
    told = len(statuses(plant, "m0/t0"))
    settled(plant.store)
    plant.again()
    assert len(statuses(plant, "m0/t0")) == told


async def test_what_an_earlier_version_kept_is_taken_back(plant: Plant) -> None:
    plant.store.snapshots.put("unsound_signals", {"m0/t0": "failure"})
    settled(plant.store)
    plant.again()
    assert statuses(plant, "m0/t0") == [None]
    settled(plant.store)
    assert plant.store.snapshots.get("unsound_signals") is None
