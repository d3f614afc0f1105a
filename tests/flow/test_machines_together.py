"""A machine's pattern and its raw vibration, from payloads to alarms and evidence."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.flow.parts import ROOT, Clock
from tests.flow.test_machines import Plant
from tests.unit.core.stand_ins import NoModel, settled
from tests.unit.faults.machines.synthetic import RATE, Vector, pump, vibration

from lamplighter import config as configuration

CONFIG = f"""
machines:
  - asset: pump1
    name: Feed pump
    class: pump
    tags:
      current: {{topic: plant/pump1, path: current, unit: A}}
      flow: {{topic: plant/pump1, path: flow, unit: m³/h, limits: {{low: 1}}}}
      pressure: {{topic: plant/pump1, path: pressure, unit: bar, limits: {{high: 16}}}}
      power: {{topic: plant/pump1, path: power, unit: kW}}
    pattern: {{step: 5, on_delay: 60}}
    running: {{tag: current, above: 2}}
    waveforms:
      drive_end:
        topic: plant/pump1/raw
        encoding: binary
        rate: {RATE:g}
        speed: 1480
        bearing: {{balls: 9, ball_diameter: 7.94, pitch_diameter: 39.04}}
        zone: {{bounds: [20, 40, 60]}}
faults: {{settle: 5, quiet: 30}}
"""
STEP = 5.0


class PlantOfSeveral(Plant):
    """A pump with four signals and a vibration sensor."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.config = configuration.parse(CONFIG)
        self.models = NoModel()
        self.begin()

    def go_on(self, rows: Mapping[str, Vector], *, flow: float = 0.0) -> None:
        """So many steps with one message each."""
        for at in range(len(rows["flow"])):
            self.clock.now += STEP
            document = {name: float(values[at]) for name, values in rows.items()}
            document["flow"] += flow
            self.receive("plant/pump1", json.dumps(document).encode())
            self.watch.tick(self.clock.now, connected=True)

    def sent(self, topic: str) -> list[dict[str, Any]]:
        """What waits in the outbox for a topic."""
        settled(self.store)
        rows = self.store.outbox.due(10_000, now=self.clock())
        return [
            json.loads(row.publication.payload) for row in rows if row.publication.topic == topic
        ]


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[PlantOfSeveral]:
    made = PlantOfSeveral(tmp_path)
    yield made
    made.kill()


async def test_signals_out_of_step_are_told_though_none_is_beyond_its_limits(
    plant: PlantOfSeveral,
) -> None:
    plant.go_on(pump(1900))
    await plant.run(0)
    plant.kill()
    plant.begin()
    plant.go_on(pump(250, seed=2))
    topic = f"{ROOT}/alarms/pump1/pattern"
    assert not any(each["active"] for each in plant.sent(topic))
    plant.go_on(pump(60, seed=3), flow=-9.0)
    await plant.run(10)
    record = plant.sent(topic)[-1]
    assert (record["active"], record["tag"], record["severity"]) == (True, "flow", "advisory")
    evidence = plant.sent(f"{ROOT}/reports")[-1]["evidence"]
    assert evidence["contributions"][0]["tag"] == "flow"
    assert sum(each["share"] for each in evidence["contributions"]) == pytest.approx(1.0)
    assert "flow" in [each["tag"] for each in evidence["signals"]]


async def test_a_struck_bearing_is_told_by_name(plant: PlantOfSeveral) -> None:
    for seed in range(4):
        plant.clock.now += 10.0
        plant.receive("plant/pump1/raw", vibration("bpfo", seed=seed).astype("<f4").tobytes())
    await plant.run(10)
    [report] = plant.sent(f"{ROOT}/reports")
    assert "drive end outer race frequency 88.4 Hz" in report["text"]
    assert [each["tag"] for each in report["evidence"]["signals"]] == ["drive_end_bpfo"]


async def test_a_broken_block_says_something_of_the_sensor_only(plant: PlantOfSeveral) -> None:
    good = vibration(None).astype("<f4").tobytes()
    for at in range(16):
        plant.clock.now += 10.0
        plant.receive("plant/pump1/raw", good if at % 2 else np.zeros(12_800, "<f4").tobytes())
    await plant.run(10)
    [report] = plant.sent(f"{ROOT}/reports")
    [signal] = report["evidence"]["signals"]
    assert signal["kind"] == "disturbed"
    assert signal["why"]
    assert report["evidence"]["severity"] == "advisory"
