"""A disk that fails under a running daemon: nothing is acked meanwhile, then it goes on."""

from __future__ import annotations

import errno
import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.preload.interposer import Call, Interposer
from tests.faults.stage import Stage, until

pytestmark = pytest.mark.broker

MACHINE = """
machines:
  - asset: press
    tags:
      count: {topic: plant/press, path: n, time_path: t}
"""
ANY_CHANGE = Call.WRITE | Call.SYNC | Call.OPEN | Call.TRUNCATE | Call.NAME
FAULTS = [
    (Call.SYNC, errno.EIO, "-wal"),
    (Call.WRITE, errno.EIO, "-wal"),
    (Call.WRITE, errno.ENOSPC, "-wal"),
    (Call.SYNC, errno.EIO, ".db"),
    (Call.WRITE, errno.EIO, ".db"),
    (Call.READ, errno.EIO, ".db"),
    (ANY_CHANGE, errno.EROFS, ""),
]


class Plant:
    """A stage whose daemon's disk can be made to fail."""

    def __init__(self, stage: Stage, library: Path) -> None:
        self.stage = stage
        folder = stage.daemon.folder
        self.disk = Interposer(library, folder, folder.with_name("control"))
        self.sent = 0
        self.levels: list[int] = []
        self._began = time.time()

    def start(self) -> None:
        self.stage.start(**self.disk.environment)

    def press(self, count: int) -> None:
        for _ in range(count):
            self.sent += 1
            value = {"n": self.sent, "t": self._began + self.sent / 1000}
            self.stage.person.client.publish("plant/press", json.dumps(value), qos=1)

    def dim(self) -> str:
        """Asks for a level that was not asked for before; returns the id."""
        level = len(self.levels) + 1
        self.levels.append(level)
        return self.stage.send(f"set the kitchen light to {level} percent", id=f"level-{level}")

    def kept(self) -> int:
        ((count,),) = self.stage.query("SELECT count(*) FROM samples")
        return int(count)

    def until_all_is_done(self) -> None:
        until(lambda: self.kept() == self.sent, "every reading")
        ids = [f"level-{level}" for level in self.levels]
        until(lambda: all(self.stage.listener.answers(each) for each in ids), "every reply")
        until(self.stage.is_drained, "inbox and outbox are empty")
        audit = self.stage.query("SELECT json_extract(data, '$.id') FROM audit")
        assert Counter(number for (number,) in audit) == Counter(ids)
        told = [json.loads(each) for topic, each in self.stage.devices.commands]
        assert {round(each["brightness"] / 2.55) for each in told} == set(self.levels)
        assert self.stage.query("SELECT * FROM ledger") == []
        assert self.stage.query("SELECT * FROM dead_letters") == []


@pytest.fixture
def plant(library: Path, make_stage: Callable[..., Stage]) -> Plant:
    stage = make_stage(extra=MACHINE)
    # No command is to expire here, however long the machine takes.
    stage.configure("expire_after: 3", "expire_after: 600")
    plant = Plant(stage, library)
    plant.start()
    return plant


def test_a_disk_that_can_only_be_read_is_waited_out(plant: Plant) -> None:
    stage = plant.stage
    plant.press(50)
    until(lambda: plant.kept() == 50, "the first readings")
    began = time.time()
    plant.disk.fail(ANY_CHANGE, errno.EROFS)
    plant.press(50)
    ask_id = plant.dim()
    until(lambda: plant.disk.hits > 3, "it tried again and again")
    failing = stage.until_health(
        lambda each: each["at"] > began and each["disk"]["failing"], "health says so"
    )
    # Whoever can't write may not take on anything.
    time.sleep(1.0)
    assert plant.kept() == 50
    assert stage.listener.answers(ask_id) == []
    assert failing["links"]["broker"]["acked"] < failing["links"]["broker"]["received"]
    plant.disk.heal()
    plant.until_all_is_done()
    assert stage.daemon.logged("store_was_damaged") == []
    assert "Traceback" not in stage.daemon.log.read_text()


def test_calls_that_fail_here_and_there_cost_nothing(plant: Plant) -> None:
    chance = random.Random(3)  # noqa: S311 - which call fails is no secret
    hits = 0
    for calls, error, suffix in FAULTS:
        skip = chance.randrange(4)
        plant.disk.fail(calls, error, skip=skip, times=chance.randrange(1, 4), suffix=suffix)
        deadline = time.monotonic() + 3
        while plant.disk.hits == 0 and time.monotonic() < deadline:
            plant.press(40)
            plant.dim()
            time.sleep(0.3)
        hits += plant.disk.heal()
    plant.until_all_is_done()
    assert hits >= len(FAULTS) - 2
    # And what was promised is on the disk, not in the memory of this process.
    plant.stage.daemon.kill()
    plant.start()
    plant.until_all_is_done()


def delete_database(folder: Path) -> None:
    (folder / "lamplighter.db").unlink()


def delete_log(folder: Path) -> None:
    (folder / "lamplighter.db-wal").unlink()


def exchange_database(folder: Path) -> None:
    other = folder / "other"
    other.write_bytes(b"not a database" * 1000)
    other.replace(folder / "lamplighter.db")


def delete_all(folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize("take_away", [delete_database, delete_log, exchange_database, delete_all])
def test_files_taken_away_are_put_back_before_anything_is_lost(
    plant: Plant, take_away: Callable[[Path], None]
) -> None:
    stage = plant.stage
    plant.press(100)
    until(lambda: plant.kept() == 100, "the first readings")
    take_away(stage.database().parent)
    plant.press(100)
    plant.dim()
    until(lambda: stage.daemon.logged("store_was_damaged"), "it noticed")
    stage.daemon.kill()
    plant.start()
    plant.until_all_is_done()
    (said,) = stage.daemon.logged("store_was_damaged")
    assert "while it was in use" in said["reason"]
