from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from lamplighter.errors import PayloadError
from lamplighter.faults.alarms.settings import Grade
from lamplighter.faults.condition import Kind, Severity
from lamplighter.faults.machines.settings import Pattern
from lamplighter.faults.monitor import AlarmChanged, Change, EpisodeDue, FaultMonitor
from lamplighter.faults.settings import Faults, Machine, Tag
from lamplighter.faults.signals.learned.settings import Learning
from lamplighter.plugin import Sample

START = 1_772_323_200.0
PUMP = Machine(
    "pump1",
    "Feed pump",
    "pump",
    tags={"temp": Tag("t", unit="°C")},
    alarms={"temp_shifted_*": Grade(severity="warning")},
    pattern=Pattern(enabled=False),
)


class Plant:
    """A monitor of one pump whose temperature is sent every ten seconds."""

    def __init__(self, config: Faults | None = None) -> None:
        self.now = START
        self.draw = np.random.default_rng(7)
        self.config = config or Faults()
        self.monitor = self.made()

    def made(self) -> FaultMonitor:
        """A new monitor, as after a restart."""
        return FaultMonitor([PUMP], clock=lambda: self.now, config=self.config)

    def feed(self, count: int, away: float = 0.0) -> list[Change]:
        changes: list[Change] = []
        for _ in range(count):
            self.now += 10.0
            value = 60.0 + away + self.draw.normal(0.0, 0.5)
            changes += self.monitor.sample(Sample("pump1", "temp", value, self.now))
            changes += self.monitor.tick(self.now)
        return changes


def records(changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [change.record for change in changes if isinstance(change, AlarmChanged)]


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


@pytest.fixture
def plant() -> Plant:
    """One that has learned for two hours."""
    plant = Plant()
    assert plant.feed(720) == []
    return plant


def test_what_is_unusual_becomes_an_alarm_and_an_episode_with_evidence(plant: Plant) -> None:
    changes = plant.feed(40, 4.0)
    (record,) = records(changes)
    assert record["condition"] == "temp_shifted_up"
    assert record["severity"] == "warning"
    assert 60.5 < record["limit"] < record["value"]
    (due,) = [change.evidence for change in changes if isinstance(change, EpisodeDue)]
    assert due.severity is Severity.WARNING
    assert due.lead.kind is Kind.SHIFTED_UP
    assert due.lead.limit == pytest.approx(record["limit"], rel=0.01)
    ended = plant.feed(60)
    assert [each["active"] for each in records(ended)] == [False]


def test_an_alarm_is_made_only_when_it_first_comes(plant: Plant) -> None:
    assert "temp_shifted_up" not in {key for _, key, _ in plant.monitor.conditions()}
    plant.feed(40, 4.0)
    assert "temp_shifted_up" in {key for _, key, _ in plant.monitor.conditions()}


def test_it_can_be_acknowledged_and_outlasts_a_restart(plant: Plant) -> None:
    (record,) = records(plant.feed(40, 4.0))
    op = {"op": "ack", "asset": "pump1", "condition": "temp_shifted_up", "user": "Kim"}
    plant.monitor.control(op)
    kept, learned = through_json(plant.monitor.snapshot()), through_json(plant.monitor.learned())
    plant.monitor = plant.made()
    plant.monitor.restore(kept)
    plant.monitor.restore_learned(learned)
    assert records(plant.feed(20, 4.0)) == []
    (again,) = [each for each in records(plant.monitor.records()) if each["active"]]
    assert (again["state"], again["limit"]) == ("acknowledged", record["limit"])
    assert [each["active"] for each in records(plant.feed(60))] == [False]


def test_an_alarm_of_which_nothing_is_known_any_more_ends(plant: Plant) -> None:
    plant.feed(40, 4.0)
    kept = through_json(plant.monitor.snapshot())
    plant.monitor = plant.made()
    plant.monitor.restore(kept)
    changes = plant.monitor.tick(plant.now)
    assert [(each["condition"], each["active"]) for each in records(changes)] == [
        ("temp_shifted_up", False)
    ]


def test_damaged_learning_is_refused(plant: Plant) -> None:
    learned = plant.monitor.learned()
    learned["signals"]["kept"] = "none"
    with pytest.raises(PayloadError):
        plant.made().restore_learned(learned)


def test_nothing_is_learned_where_that_is_switched_off() -> None:
    plant = Plant(Faults(learned=Learning(enabled=False)))
    plant.feed(720)
    assert plant.feed(40, 4.0) == []
    assert "signals" not in plant.monitor.learned()
