"""Bad input through the daemon's parts: told as the signal's, counted, never as the machine's."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.flow.parts import ROOT
from tests.flow.test_machines import Plant

from lamplighter import config as configuration
from lamplighter.store.outbound.lanes import Lane

CONFIG = """
machines:
  - asset: pump1
    name: Feed pump
    class: pump
    tags:
      temperature:
        topic: plant/pump1
        path: temp
        time_path: ts
        unit_path: unit
        unit: °C
        limits: {high: 75, low: 10}
        rate: {rise: 20, fall: 20}
        stale_after: 120
      pressure:
        topic: plant/pump1
        path: amps
        time_path: ts
        loop: {low: 0, high: 16, unit: bar}
        limits: {high: 12, low: 2}
faults: {settle: 5, quiet: 10, learned: {enabled: false}}
"""
TEMPERATURE = f"{ROOT}/signals/pump1/temperature"
PRESSURE = f"{ROOT}/signals/pump1/pressure"


class BadPlant(Plant):
    """The pump, and what comes of it."""

    def __init__(self, folder: Path) -> None:
        self.text = CONFIG
        super().__init__(folder)

    def begin(self) -> None:
        """The process starts."""
        self.config = configuration.parse(self.text)
        super().begin()

    async def send(self, seconds: int, document: str) -> None:
        """So many seconds with a message each; ``TS`` stands for the time."""
        for _ in range(seconds):
            self.clock.now += 1.0
            payload = document.replace("TS", str(self.clock.now))
            self.receive("plant/pump1", payload.encode())
            self.watch.tick(self.clock.now, connected=True)

    def last(self, topic: str) -> dict[str, Any]:
        return self.told(topic)[-1]

    def alarms(self) -> set[str]:
        """The conditions that ever had an alarm."""
        start = f"{ROOT}/alarms/pump1/"
        return {
            row.publication.topic.removeprefix(start)
            for row in self.rows()
            if row.publication.topic.startswith(start)
            and json.loads(row.publication.payload)["state"] != "normal"
        }


GOOD = '{"ts": TS, "temp": 40.5, "amps": 12}'


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[BadPlant]:
    plant = BadPlant(tmp_path)
    yield plant
    await plant.watch.stop(0.0)
    plant.store.stop()


@pytest.mark.parametrize("word", ["NaN", "-Infinity", "null", '"error"', "[1]", "true", "1e999"])
async def test_what_is_no_number_is_told_as_the_signals(plant: BadPlant, word: str) -> None:
    await plant.send(30, GOOD)
    await plant.send(30, '{"ts": TS, "temp": WORD, "amps": 12}'.replace("WORD", word))
    assert plant.alarms() == {"temperature_disturbed"}
    record = plant.last(TEMPERATURE)
    assert (record["status"], record["tag"]) == ("failure", "temperature")
    assert "number" in record["why"]
    assert plant.told(PRESSURE) == []
    facts = plant.watch.signals.facts()
    assert facts["wrong_input"]["no_number"] == 30
    assert facts["status"] == {"good": 1, "failure": 1}
    await plant.send(70, GOOD)
    assert plant.last(TEMPERATURE)["status"] == "good"


async def test_a_damaged_document_disturbs_its_signals_and_no_more(plant: BadPlant) -> None:
    await plant.send(30, GOOD)
    await plant.send(10, '{"ts": TS, "temp": 40.5, "am')
    assert plant.alarms() == {"temperature_disturbed", "pressure_disturbed"}
    assert plant.reception.refused == 10
    assert "no JSON" in plant.last(PRESSURE)["why"]


async def test_another_unit_is_converted_and_told(plant: BadPlant) -> None:
    await plant.send(30, GOOD)
    await plant.send(30, '{"ts": TS, "temp": 104.9, "unit": "°F", "amps": 12}')
    assert plant.alarms() == {"temperature_disturbed"}
    assert plant.last(TEMPERATURE)["why"] == "comes in °F and is converted to °C"
    await plant.send(1, '{"ts": TS, "temp": 180, "unit": "°F", "amps": 12}')
    assert "temperature_high" in plant.alarms()


async def test_a_broken_loop_is_no_low_pressure(plant: BadPlant) -> None:
    await plant.send(30, GOOD)
    await plant.send(30, '{"ts": TS, "temp": 40.5, "amps": 0.02}')
    assert plant.alarms() == {"pressure_loop_fault"}
    alarm = plant.last(f"{ROOT}/alarms/pump1/pressure_loop_fault")
    assert (alarm["limit"], alarm["limit_unit"], alarm["unit"]) == (3.6, "mA", "bar")
    assert alarm["signal_status"] == "failure"
    assert alarm["signal_why"] == "broken loop: 0.02 mA is below 3.6 mA (NAMUR NE 43)"


@pytest.mark.parametrize("stamp", ["1e18", "-5", '"yesterday"', "null", "5000000000"])
async def test_a_timestamp_that_is_none_leaves_the_values_good(plant: BadPlant, stamp: str) -> None:
    await plant.send(30, GOOD)
    await plant.send(20, '{"ts": STAMP, "temp": 40.5, "amps": 12}'.replace("STAMP", stamp))
    assert plant.alarms() == {"temperature_disturbed", "pressure_disturbed"}
    assert plant.last(TEMPERATURE)["status"] in {"maintenance required", "out of specification"}
    await plant.send(1, '{"ts": STAMP, "temp": 90, "amps": 12}'.replace("STAMP", stamp))
    assert "temperature_high" in plant.alarms()


async def test_a_renamed_key_is_named(plant: BadPlant) -> None:
    await plant.send(30, GOOD)
    await plant.send(20, '{"ts": TS, "temp_bearing": 40.5, "amps": 12}')
    assert plant.alarms() == {"temperature_disturbed"}
    assert "'temp_bearing' has come" in plant.last(TEMPERATURE)["why"]


async def test_a_changed_name_keeps_its_alarms(plant: BadPlant) -> None:
    await plant.send(30, GOOD)
    await plant.send(5, '{"ts": TS, "temp": 90, "amps": 12}')
    await plant.tell(op="ack", asset="pump1", condition="temperature_high", user="ann")
    plant.kill()
    plant.text = CONFIG.replace("Feed pump", "Boiler pump")
    plant.begin()
    alarm = plant.last(f"{ROOT}/alarms/pump1/temperature_high")
    assert (alarm["name"], alarm["state"]) == ("Boiler pump temperature high", "acknowledged")
    assert alarm["ack"]["by"] == "ann"


async def test_a_signals_record_is_retained_and_taken_back_by_the_next_run(
    plant: BadPlant,
) -> None:
    await plant.send(30, GOOD)
    await plant.send(2, '{"ts": TS, "temp": NaN, "amps": 12}')
    [row] = [row for row in plant.rows() if row.publication.topic == TEMPERATURE]
    assert (row.publication.retain, row.lane) == (True, Lane.ALARMS)
    plant.send_all()
    plant.kill()
    plant.begin()
    [row] = [row for row in plant.rows() if row.publication.topic == TEMPERATURE]
    assert (row.publication.payload, row.publication.retain) == (b"", True)


async def test_somebody_who_works_on_a_signal_makes_it_a_function_check(plant: BadPlant) -> None:
    await plant.send(5, GOOD)
    await plant.tell(op="out_of_service", asset="pump1", condition="temperature_*", user="ann")
    record = plant.last(TEMPERATURE)
    assert (record["status"], record["why"]) == ("function check", "out of service, by ann")
    await plant.tell(op="return_to_service", asset="pump1", condition="temperature_*", user="ann")
    assert plant.last(TEMPERATURE)["status"] == "good"


async def test_a_function_check_goes_on_over_a_restart(plant: BadPlant) -> None:
    await plant.send(5, GOOD)
    await plant.tell(op="out_of_service", asset="pump1", condition="temperature_*", user="ann")
    await plant.send(20, '{"ts": TS, "temp": null, "amps": 12}')
    plant.send_all()
    plant.kill()
    plant.begin()
    assert plant.last(TEMPERATURE)["status"] == "function check"
    assert plant.watch.signals.facts()["status"] == {"good": 1, "function check": 1}
