"""Text from outside that can't be sent or printed as it is: alarms and reports go on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.flow.parts import ROOT
from tests.unit.core.test_machine_watch import ALARM, Plant

from lamplighter.errors import PayloadError
from lamplighter.plugin import LogLine

HALF = "\ud800"


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[Plant]:
    plant = Plant(tmp_path)
    plant.begin()
    yield plant
    await plant.watch.stop(0.0)
    plant.store.stop()


async def test_a_user_whose_name_is_no_text_blocks_no_alarm(plant: Plant) -> None:
    plant.value(5.0)
    plant.watch.control({"op": "ack", "asset": "pump1", "user": HALF})
    record = plant.published(ALARM)[-1]
    assert record is not None
    assert (record["state"], record["ack"]["by"]) == ("acknowledged", "unknown")


async def test_a_window_whose_name_is_no_text_is_maintenance(plant: Plant) -> None:
    plant.watch.control({"op": "window", "asset": "pump1", "name": HALF})
    overview = plant.published(f"{ROOT}/machines/pump1")[-1]
    assert overview is not None
    assert overview["windows"] == ["maintenance"]


async def test_minutes_too_great_for_a_number_are_refused(plant: Plant) -> None:
    with pytest.raises(PayloadError, match="minutes"):
        plant.watch.control({"op": "shelve", "asset": "pump1", "minutes": 10**400})


async def test_an_episode_whose_id_is_no_text_is_not_found(plant: Plant) -> None:
    with pytest.raises(PayloadError, match="episode"):
        plant.watch.note({"asset": "pump1", "text": "swapped it", "episode": HALF})


async def test_logs_and_notes_that_are_no_text_stand_in_reports_without_that(plant: Plant) -> None:
    now = plant.clock.now
    plant.watch.log_line(LogLine("pump1", f"\x1b[31mbearing {HALF} hot\x1b[0m\x00", HALF, now))
    plant.watch.log_line(
        LogLine("pump1", f"{HALF}\x1b[2Jgreased the bearing", "", now, note=True, by=HALF)
    )
    plant.value(5.0)
    plant.value(5.0, 6.0)
    [report] = await plant.reports(1)
    [line] = report["evidence"]["logs"]
    assert (line["template"], line["level"]) == ("bearing hot", "")
    [note] = report["evidence"]["notes"]
    assert (note["text"], note["by"]) == ("greased the bearing", "unknown")


async def test_what_was_done_in_an_area_stands_in_reports_without_that(plant: Plant) -> None:
    plant.watch.monitor.action("pump1", f"Opened {HALF}valve", by=HALF, at=plant.clock.now)
    plant.value(5.0)
    plant.value(5.0, 6.0)
    [report] = await plant.reports(1)
    [action] = report["evidence"]["actions"]
    assert (action["text"], action["by"]) == ("Opened valve", "unknown")
