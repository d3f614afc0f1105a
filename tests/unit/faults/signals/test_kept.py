from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.faults.test_monitor import Bench, records

from lamplighter.errors import PayloadError
from lamplighter.faults.settings import Machine, Tag
from lamplighter.faults.signals.settings import Deviation
from lamplighter.faults.signals.signal_watch import SignalWatch

PUMP = Machine(
    "pump1",
    tags={
        "heat": Tag(
            "t",
            unit="°C",
            deviation=Deviation(above=10.0, warm_up=100.0),
            stuck_after=300.0,
            learned=False,
        )
    },
)


def restarted(bench: Bench) -> Bench:
    state = json.loads(json.dumps(bench.monitor.snapshot()))
    learned = json.loads(json.dumps(bench.monitor.learned(), allow_nan=False))
    bench.monitor = bench.made()
    bench.monitor.restore(state)
    bench.monitor.restore_learned(learned)
    bench.changes.clear()
    return bench


def watch(bench: Bench) -> SignalWatch:
    found = bench.monitor.watch("pump1", "heat")
    assert found is not None
    return found


def test_what_is_usual_outlives_a_restart() -> None:
    bench = Bench(PUMP)
    for second in range(400):
        bench.run(1, heat=40.0 + 0.1 * (second % 3))
        if second in {50, 300}:
            assert bench.monitor.quality()["warming_up"] == (second == 50)
    restarted(bench)
    assert watch(bench).value is None
    assert records(bench.run(1, heat=52.0)) == [("heat_above_usual", "unacknowledged")]
    baseline = watch(bench).trace.baseline(bench.now)
    assert baseline is not None
    assert baseline.value == pytest.approx(40.1, abs=0.05)


def test_a_unit_that_changed_over_a_restart_is_found() -> None:
    bench = Bench(PUMP)
    for second in range(400):
        bench.run(1, heat=40.0 + 0.1 * (second % 3))
    restarted(bench)
    assert records(bench.run(20, heat=104.2)) == [("heat_disturbed", "unacknowledged")]
    assert watch(bench).value == pytest.approx(40.1, abs=0.1)


def test_what_stood_before_a_restart_stands_since_then() -> None:
    bench = Bench(PUMP)
    bench.run(200, heat=40.0)
    restarted(bench)
    assert records(bench.run(101, heat=40.0)) == [("heat_stuck", "unacknowledged")]
    restarted(bench)
    assert records(bench.run(1, heat=40.5)) == [("heat_stuck", "returned_unacknowledged")]


@pytest.mark.parametrize("part", [None, [], [1.0] * 7, ["x"] * 8, {"a": 1}])
def test_of_damaged_ones_nothing_is_taken_over(part: Any) -> None:
    bench = Bench(PUMP)
    bench.run(200, heat=40.0)
    learned = {**bench.monitor.learned(), "usual": {"pump1/heat": part}}
    fresh = bench.made()
    with pytest.raises(PayloadError):
        fresh.restore_learned(learned)
    found = fresh.watch("pump1", "heat")
    assert found is not None
    assert found.usual is not None
    assert found.usual.value is None


def test_signals_that_are_no_more_are_left_out() -> None:
    bench = Bench(PUMP)
    bench.run(20, heat=40.0)
    learned = bench.monitor.learned()
    learned["usual"] = {"pump1/cold": learned["usual"]["pump1/heat"], "pump1": [None] * 8}
    bench.made().restore_learned(learned)
