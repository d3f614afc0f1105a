"""The pattern of a machine over its life: learned, alarmed, standing, restarted, accepted."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.faults.machines.synthetic import Vector, pump

from lamplighter.errors import PayloadError
from lamplighter.faults.condition import pattern_of
from lamplighter.faults.machines.pattern_watch import PatternWatch
from lamplighter.faults.machines.settings import Pattern, Running
from lamplighter.faults.settings import Machine, Tag
from lamplighter.faults.signals.signal_watch import SignalWatch, Transition
from lamplighter.faults.signals.status import SignalStatus

START = 1_772_373_909.0
STEP = 5.0
MACHINE = Machine(
    "pump1",
    "Feed pump",
    tags={name: Tag("t", unit="u") for name in pump(2)},
    pattern=Pattern(step=STEP, on_delay=30.0, off_delay=30.0, accept_after=3600.0),
)


@dataclass
class Signal:
    """As much of a signal's watch as a pattern looks at."""

    value: float | None = None
    time: float = 0.0
    status: SignalStatus = SignalStatus.GOOD


class Bench:
    """A pattern watch with a clock and signals of its own."""

    def __init__(self, machine: Machine = MACHINE) -> None:
        condition = pattern_of(machine)
        assert condition is not None
        self.now = START
        self.machine = machine
        self.signals = {name: Signal() for name in machine.tags}
        self.watch = PatternWatch(machine, condition)

    def run(
        self, rows: dict[str, Vector], *, other_alarm: bool = False, every: float = STEP
    ) -> list[Transition]:
        """The rows, one a step."""
        found: list[Transition] = []
        for at in range(len(next(iter(rows.values())))):
            self.now += every
            for name, values in rows.items():
                self.signals[name].value = float(values[at])
                self.signals[name].time = self.now
            found += self.tick(other_alarm=other_alarm)
        return found

    def tick(self, *, other_alarm: bool = False) -> list[Transition]:
        watches = cast("dict[str, SignalWatch]", self.signals)
        if not self.watch.is_due(self.now):
            return []
        return self.watch.step(self.now, watches, other_alarm=other_alarm)


@pytest.fixture(scope="module")
def learned() -> dict[str, Any]:
    """What a watch has learned in 3000 steps, as it is kept."""
    bench = Bench()
    assert bench.run(pump(3000)) == []
    kept: dict[str, Any] = json.loads(json.dumps(bench.watch.learned()))
    return kept


def taught(learned: dict[str, Any], machine: Machine = MACHINE) -> Bench:
    bench = Bench(machine)
    bench.watch.restore_learned(bench.watch.read_learned(learned))
    return bench


def broken(steps: int, seed: int = 5) -> dict[str, Vector]:
    rows = pump(steps, seed)
    rows["flow"] = rows["flow"] - 10.0
    return rows


def alarmed(learned: dict[str, Any]) -> Bench:
    bench = taught(learned)
    bench.run(pump(250, 4))
    assert len(bench.run(broken(60))) == 1
    return bench


def test_an_alarm_comes_after_its_delay_and_goes_after_its_own(learned: dict[str, Any]) -> None:
    bench = taught(learned)
    assert bench.run(pump(250, 4)) == []
    onset = bench.now
    [came] = bench.run(broken(60))
    assert came.active
    assert onset < came.since <= onset + 60.0
    assert came.condition.key == "pattern"
    assert (came.condition.tag, came.condition.signal) == ("flow", "flow")
    assert came.condition.name == "Feed pump signals out of step with each other"
    assert came.value == bench.signals["flow"].value or came.value is not None
    shares = bench.watch.contributions
    assert shares[0].tag == "flow"
    assert sum(each.share for each in shares) == pytest.approx(1.0)
    [went] = bench.run(pump(900, 6))
    assert not went.active
    assert went.condition.tag == "flow"


def test_a_short_break_is_no_alarm(learned: dict[str, Any]) -> None:
    bench = taught(learned)
    bench.run(pump(250, 4))
    assert bench.run(broken(3)) == []
    assert bench.run(pump(60, 7)) == []


def test_another_alarm_of_the_machine_stops_the_learning(learned: dict[str, Any]) -> None:
    bench = taught(learned)
    bench.run(pump(250, 4))
    count = bench.watch.detector.moments.count
    bench.run(pump(50, 7), other_alarm=True)
    assert bench.watch.detector.moments.count == count
    bench.run(pump(50, 8))
    assert bench.watch.detector.moments.count > count


def test_a_machine_that_stands_is_neither_learned_nor_alarmed(learned: dict[str, Any]) -> None:
    bench = taught(learned)
    bench.run(pump(250, 4))
    count = bench.watch.detector.moments.count
    still = {name: np.full(400, 0.01) for name in bench.signals}
    still["ambient"] = np.full(400, 21.0)
    assert bench.run(still) == []
    assert bench.watch.detector.moments.count == count
    assert bench.run(pump(400, 9)) == []


def test_the_tag_that_tells_of_running_is_believed(learned: dict[str, Any]) -> None:
    machine = replace(MACHINE, running=Running("current", above=100.0))
    bench = taught(learned, machine)
    bench.run(pump(250, 4))
    assert bench.run(broken(60)) == []


def test_an_alarm_ends_where_the_machine_stops(learned: dict[str, Any]) -> None:
    bench = alarmed(learned)
    still = {name: np.zeros(2) for name in bench.signals}
    [ended] = bench.run(still)
    assert not ended.active


def test_a_machine_learned_while_it_stood_is_learned_anew_when_it_runs() -> None:
    bench = Bench()
    rng = np.random.default_rng(1)
    still = {name: 0.01 * rng.standard_normal(600) for name in bench.signals}
    bench.run(still)
    assert bench.watch.detector.moments.count > 300
    assert bench.run(pump(2000)) == []
    assert bench.watch.detector.model is not None
    assert bench.watch.detector.moments.level[0] == pytest.approx(20.0, abs=1.0)


def test_what_stays_unusual_alone_becomes_usual(learned: dict[str, Any]) -> None:
    bench = alarmed(learned)
    [accepted] = bench.run(broken(800))
    assert not accepted.active
    assert bench.watch.detector.model is None


def test_beside_another_alarm_it_does_not(learned: dict[str, Any]) -> None:
    bench = alarmed(learned)
    assert bench.run(broken(800), other_alarm=True) == []


def test_a_disturbed_signal_is_not_blamed_on_the_machine(learned: dict[str, Any]) -> None:
    bench = taught(learned)
    bench.run(pump(250, 4))
    bench.signals["flow"].status = SignalStatus.FAILURE
    assert bench.run(broken(100)) == []


def test_after_a_pause_the_averages_begin_anew(learned: dict[str, Any]) -> None:
    bench = taught(learned)
    bench.run(pump(250, 4))
    assert bench.watch.detector.settled
    bench.now += 3600.0
    bench.run(pump(5, 5))
    assert not bench.watch.detector.settled


def test_a_clock_that_is_set_neither_hastens_nor_hinders(learned: dict[str, Any]) -> None:
    bench = taught(learned)
    bench.run(pump(250, 4))
    bench.run(broken(3))
    bench.now += 86_400.0
    bench.watch.clock_set(86_400.0)
    [came] = bench.run(broken(60))
    assert came.since > START + 86_400.0


def test_what_an_alarm_is_told_with_outlives_a_restart(learned: dict[str, Any]) -> None:
    before = alarmed(learned)
    kept = json.loads(json.dumps(before.watch.snapshot()))
    after = Bench()
    lead = after.watch.read(kept)
    assert lead is not None
    assert after.watch.restore(lead).tag == "flow"
    assert after.watch.contributions == before.watch.contributions


def test_a_lead_of_signals_that_are_no_more_is_left() -> None:
    assert Bench().watch.read({"tag": "torque", "shares": {"torque": 1.0}}) is None


def test_what_was_learned_of_other_signals_is_left(learned: dict[str, Any]) -> None:
    fewer = replace(MACHINE, tags=dict(list(MACHINE.tags.items())[:4]))
    assert Bench(fewer).watch.read_learned(learned) is None
    assert Bench().watch.read_learned({}) is None


def test_the_step_follows_the_signals_where_none_is_given() -> None:
    machine = replace(MACHINE, pattern=Pattern())
    bench = Bench(machine)
    for at in range(62):
        bench.now += 5.0
        fresh = bench.signals if at % 4 == 0 else {}
        for signal in fresh.values():
            signal.value, signal.time = float(at), bench.now
        bench.tick()
    assert bench.watch.step_s == pytest.approx(20.0, abs=2.0)


DAMAGED = list(
    {
        "mean": "AAAA",
        "spread": "!",
        "correlation": "AAAA",
        "changes": 5,
        "known": None,
        "count": "x",
        "step": 0,
        "calibrations": [],
    }.items()
)


@pytest.mark.parametrize(("key", "value"), DAMAGED)
def test_damaged_learning_is_refused_whole(learned: dict[str, Any], key: str, value: Any) -> None:
    with pytest.raises(PayloadError):
        Bench().watch.read_learned({**learned, key: value})


@given(st.dictionaries(st.sampled_from(["tag", "shares"]), st.text() | st.none() | st.integers()))
def test_any_kept_lead_is_read_or_refused(kept: dict[str, Any]) -> None:
    try:
        assert Bench().watch.read(kept) is None
    except PayloadError as error:
        assert error.key.startswith("pattern")
