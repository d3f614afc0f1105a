"""Evidence over the course of episodes: notes, what left, what ended it, earlier ones like it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.flow.test_machines import REPORTS, Plant

from lamplighter.errors import PayloadError
from lamplighter.plugin import LogLine


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[Plant]:
    plant = Plant(tmp_path)
    yield plant
    await plant.watch.stop(0.0)
    plant.store.stop()


async def failing(plant: Plant, note: str = "") -> list[dict[str, Any]]:
    """A bearing wears out and is well again; the evidence of the reports."""
    await plant.run(300, vib=2.0, temp=50.0)
    before = len(plant.told(REPORTS))
    await plant.run(15, vib=5.5, temp=50.0)
    await plant.run(15, vib=8.5, temp=80.0)
    await plant.run(8, vib=8.5, temp=50.0)
    if note:
        await plant.tell(op="note", asset="pump1", text=note, user="kim")
    await plant.run(30, vib=2.0, temp=50.0)
    return [report["evidence"] for report in plant.told(REPORTS)[before:]]


async def test_what_came_left_and_ended_it_is_told_when_it_did(plant: Plant) -> None:
    opened, changed, closed = await failing(plant, "Replaced the bearing, runs quietly now.")
    assert [e["kind"] for e in (opened, changed, closed)] == ["opened", "changed", "closed"]
    assert (opened["joined"], opened["left"]) == (["vibration"], [])
    assert (changed["joined"], changed["left"]) == (["vibration", "temperature"], [])
    assert closed["left"] == ["vibration", "temperature"]
    assert (changed["fault"], closed["fault"]) == ("bearing wear", "bearing wear")
    assert changed["ruled_out"][0]["fault"] == "imbalance"
    assert closed["ended_by"]["text"] == "Replaced the bearing, runs quietly now."
    assert (closed["ended_by"]["by"], opened["ended_by"]) == ("kim", None)


async def test_the_next_one_like_it_tells_what_helped(plant: Plant) -> None:
    first = await failing(plant, "Replaced the bearing, runs quietly now.")
    assert first[0]["similar"] == []
    second = await failing(plant)
    [past] = second[1]["similar"]
    assert (past["id"], past["helped"]) == (first[0]["episode"], first[2]["ended_by"]["text"])
    assert second[2]["ended_by"] is None
    await plant.tell(
        op="note", asset="pump1", text="New coupling", user="kim", episode=first[0]["episode"]
    )
    third = await failing(plant)
    helped = {each["id"]: each["helped"] for each in third[1]["similar"]}
    assert helped == {first[0]["episode"]: "New coupling", second[0]["episode"]: ""}


async def test_a_note_on_an_episode_that_is_not_kept_is_refused(plant: Plant) -> None:
    with pytest.raises(PayloadError):
        await plant.tell(op="note", asset="pump1", text="Greased", episode="pump1-never")


async def test_notes_and_the_course_outlive_a_restart(plant: Plant) -> None:
    await plant.run(300, vib=2.0, temp=50.0)
    plant.receive("plant/pump1/log", b"bearing 2 hot")
    await plant.run(20, vib=5.5, temp=50.0)
    await plant.tell(op="note", asset="pump1", text="It squeals.", user="kim")
    plant.watch.log_line(LogLine("pump1", "Ann:\nsmells hot", "", plant.clock.now, note=True))
    await plant.run(1, vib=5.5, temp=50.0)
    plant.send_all()
    plant.kill()
    plant.begin()
    plant.receive("plant/pump1/log", b"bearing 3 hot")
    await plant.run(10, vib=5.5, temp=80.0)
    evidence = plant.told(REPORTS)[-1]["evidence"]
    assert evidence["kind"] == "changed"
    assert [(log["template"], log["count"]) for log in evidence["logs"]] == [("bearing <n> hot", 2)]
    assert [(note["text"], note["by"]) for note in evidence["notes"]] == [
        ("It squeals.", "kim"),
        ("Ann: smells hot", "unknown"),
    ]
