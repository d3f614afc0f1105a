"""A recorded episode is one that a daemon's configuration and replay take."""

from __future__ import annotations

import csv
from datetime import UTC
from pathlib import Path

import pytest
from tools.plant import record

from lamplighter import config
from lamplighter.plugin import LogLine, Sample
from lamplighter.replay.columns import read_columns
from lamplighter.replay.entries import Unread


@pytest.mark.parametrize("seed", [1, 3, 8])
def test_the_recording_is_read_and_its_configuration_too(tmp_path: Path, seed: int) -> None:
    recorded = record(tmp_path, seed=seed)
    machine = recorded.plan.machine
    read = config.read(recorded.config)
    assert [each.asset for each in read.machines] == [machine.asset]
    assert set(read.machines[0].tags) == set(machine.tags)
    unread = Unread()
    with recorded.values.open(encoding="utf-8", newline="") as file:
        entries = list(read_columns(file, recorded.values, asset="", zone=UTC, unread=unread))
    events = [event for entry in entries for event in entry.events]
    assert unread.count == 0
    assert {e.tag for e in events if isinstance(e, Sample)} == set(machine.tags)
    assert all(e.asset == machine.asset for e in events if isinstance(e, Sample | LogLine))


def test_the_same_seed_gives_the_same_recording(tmp_path: Path) -> None:
    first, second = (record(tmp_path / "new" / name, seed=4).values for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    with first.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    times = [float(row["time"]) for row in rows]
    assert times == sorted(times)
    assert len(rows) > 100
