"""A database that was damaged while the daemon was down: it starts and says what was lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.stage import Stage, until

pytestmark = pytest.mark.broker

MACHINE = """
machines:
  - asset: press
    tags:
      pressure: {topic: plant/press, path: bar, limits: {high: 10}}
"""


def overwrite_header(database: Path) -> None:
    with database.open("r+b") as file:
        file.write(b"\xff" * 100)


def truncate_to_half(database: Path) -> None:
    with database.open("r+b") as file:
        file.truncate(database.stat().st_size // 2 // 4096 * 4096)


def empty(database: Path) -> None:
    database.write_bytes(b"")


@pytest.mark.parametrize(
    ("damage", "entities", "alarm"),
    [
        (overwrite_header, 3, "unacknowledged"),
        # A half that is gone is gone; what stands in the other one is not.
        (truncate_to_half, None, None),
        (empty, 0, "normal"),
    ],
)
def test_it_starts_and_knows_what_reads(
    make_stage: Callable[..., Stage],
    damage: Callable[[Path], None],
    entities: int | None,
    alarm: str | None,
) -> None:
    stage = make_stage(extra=MACHINE, persistence=True)
    stage.start()
    stage.person.publish("plant/press", {"bar": 12})
    until(lambda: stage.query("SELECT 1 FROM alarms"), "the alarm")
    assert stage.daemon.stop() == 0
    damage(stage.database())
    # Nothing comes from the broker: what is known now was read from the damaged file.
    stage.broker.stop()
    stage.daemon.start()
    until(lambda: len(stage.daemon.logged("started")) == 2, "the second start")

    (said,) = stage.daemon.logged("store_was_damaged")
    assert said["level"] == "error"
    assert said["reason"]
    assert Path(said["kept_as"]).exists()
    salvaged = said["salvaged"]
    known = stage.daemon.logged("started")[1]["entities"]
    assert known == salvaged.get("announcements", 0)
    assert entities in (None, known)
    (found,) = stage.query("SELECT asset, condition, state FROM alarms")
    assert found[:2] == ("press", "pressure_high")
    assert alarm in (None, found[2])
    if entities is None:
        assert salvaged

    # And it goes on, also after the next start.
    stage.start_broker()
    # What is not known any more is announced again first.
    stage.until_it_knows()
    assert stage.ask("turn on the kitchen light")["outcome"] == "done"
    assert stage.daemon.stop() == 0
    stage.start()
    assert len(stage.daemon.logged("store_was_damaged")) == 1
    assert stage.ask("turn off the kitchen light")["outcome"] == "done"
