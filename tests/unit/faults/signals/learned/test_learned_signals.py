from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from lamplighter.errors import PayloadError
from lamplighter.faults.condition import Kind
from lamplighter.faults.settings import Machine, Tag
from lamplighter.faults.signals.learned.learned_signals import LearnedSignals
from lamplighter.faults.signals.learned.settings import Learning
from lamplighter.faults.signals.signal_watch import Transition

START = 1_772_323_200.0
PUMP = Machine(
    "pump1",
    "Feed pump",
    tags={
        "temp": Tag("t", unit="°C", name="bearing temperature"),
        "flow": Tag("t", unit="l/min"),
        "mode": Tag("t", learned=False),
    },
)


class Signals:
    """The learned signals of a machine with a clock."""

    def __init__(self, machine: Machine = PUMP, config: Learning | None = None) -> None:
        self.learned = LearnedSignals([machine], config or Learning())
        self.draw = np.random.default_rng(7)
        self.now = START
        self.at_fault = False

    def feed(self, count: int, away: float = 0.0) -> list[Transition]:
        told: list[Transition] = []
        for _ in range(count):
            self.now += 10.0
            self.learned.take("pump1", "temp", 60.0 + away + self.draw.normal(0.0, 0.5), self.now)
            self.learned.take("pump1", "mode", away, self.now)
            self.learned.take("other", "temp", away, self.now)
            told += self.learned.tick(self.now, lambda *_: self.at_fault)
        return told

    def kept(self) -> dict[str, Any]:
        """What is learned, through JSON."""
        kept: dict[str, Any] = json.loads(json.dumps(self.learned.to_dict()))
        return kept


def test_a_condition_is_the_signals_with_the_edge_of_what_was_usual() -> None:
    signals = Signals()
    assert signals.feed(720) == []
    (came,) = signals.feed(30, 4.0)
    condition = came.condition
    assert came.active
    assert condition.key == "temp_shifted_up"
    assert condition.name == "Feed pump bearing temperature at a higher level"
    assert condition.limit_unit == "°C"
    assert 60.5 < condition.limit < 62.5
    assert signals.learned.holding() == {("pump1", "temp", Kind.SHIFTED_UP)}


def test_a_signal_that_is_itself_at_fault_says_nothing_of_the_machine() -> None:
    signals = Signals()
    signals.feed(720)
    signals.at_fault = True
    assert signals.feed(30, 4.0) == []
    assert signals.learned.holding() == set()


def test_a_restart_loses_nothing_that_was_learned() -> None:
    before, after = Signals(), Signals()
    before.feed(720)
    after.learned.restore(before.kept())
    after.now = before.now
    told = after.feed(30, 4.0)
    assert [each.condition.key for each in told] == ["temp_shifted_up"]
    again = Signals()
    again.learned.restore(after.kept())
    again.now = after.now
    assert again.learned.holding() == {("pump1", "temp", Kind.SHIFTED_UP)}
    (went,) = again.feed(60)
    assert (went.active, went.condition.limit) == (False, told[0].condition.limit)


def test_a_changed_set_of_signals_keeps_what_is_known_of_the_others() -> None:
    before = Signals()
    before.feed(720)
    tags = {"new": Tag("t"), "temp": PUMP.tags["temp"]}
    after = Signals(Machine("pump1", "Feed pump", tags=tags))
    after.learned.restore(before.kept())
    after.now = before.now
    assert [each.condition.tag for each in after.feed(30, 4.0)] == ["temp"]


def test_in_another_unit_a_signal_is_learned_anew() -> None:
    before = Signals()
    before.feed(720)
    after = Signals(Machine("pump1", tags={"temp": Tag("t", unit="K")}))
    after.learned.restore(before.kept())
    after.now = before.now
    assert after.feed(30, 4.0) == []


@pytest.mark.parametrize(
    "change",
    [
        {"version": 99},
        {"span": 60.0},
        {"signals": ["pump1/temp °C"] * 2},
        {"signals": ["pump1/temp °C"]},
        {"signals": None},
        {"kept": "AAAA"},
        {"hours": None},
        {"held": None},
        {"held": [{"signal": "pump1/temp °C", "kind": "high"}]},
        {"held": [{"signal": "pump1/temp °C", "kind": "spiking", "since": "now"}]},
    ],
)
def test_what_is_damaged_is_refused_and_nothing_taken_over(change: dict[str, Any]) -> None:
    before, after = Signals(), Signals()
    before.feed(300)
    blank = after.kept()
    with pytest.raises(PayloadError):
        after.learned.restore({**before.kept(), **change})
    assert after.kept() == blank


def test_a_low_sensitivity_wants_more() -> None:
    found = {}
    for sensitivity in ("low", "high"):
        signals = Signals(config=Learning(sensitivity=sensitivity))
        signals.feed(720)
        found[sensitivity] = len(signals.feed(30, 1.3))
    assert found == {"low": 0, "high": 1}
