"""The agent's clock is set while alarms are watched: nothing comes of that alone."""

from __future__ import annotations

import pytest
from tests.unit.faults.test_monitor import Bench, due, records

from lamplighter.faults.settings import Limits, Machine, Tag

STEPS = [-86400.0, 10 * 365 * 86400.0, -5.0, 5.0]
SLOW = Machine(
    "pump1",
    "Pump",
    "pump",
    "Hall",
    {
        "heat": Tag("t", limits=Limits(high=75.0, on_delay=30.0)),
        "flow": Tag("t", stale_after=60.0),
        "level": Tag("t", stuck_after=60.0),
    },
)


def set_clock(bench: Bench, by: float) -> None:
    bench.now += by
    bench.changes += bench.monitor.clock_set(by)


@pytest.mark.parametrize("by", STEPS)
def test_no_delay_runs_out_and_no_signal_falls_silent(by: float) -> None:
    bench = Bench(SLOW)
    bench.run(20, heat=80.0, flow=1.0, level=3.0)
    set_clock(bench, by)
    assert bench.run(8, flow=1.0) == []
    # The value that is held on to runs out its delay, as long as it would have.
    assert records(bench.run(8, flow=1.0)) == [("heat_high", "unacknowledged")]


@pytest.mark.parametrize("by", STEPS)
def test_values_stamped_by_our_clock_begin_anew(by: float) -> None:
    bench = Bench(SLOW)
    bench.run(20, heat=80.0, flow=1.0, level=3.0)
    set_clock(bench, by)
    assert bench.run(25, heat=80.0, flow=1.0, level=3.0) == []
    assert records(bench.run(10, heat=80.0, flow=1.0, level=3.0)) == [
        ("heat_high", "unacknowledged")
    ]


@pytest.mark.parametrize("by", STEPS)
def test_a_source_with_a_clock_of_its_own_is_judged_on(by: float) -> None:
    bench = Bench(SLOW)
    machine_time = bench.now + 1.0
    for second in range(45):
        if second == 20:
            set_clock(bench, by)
        bench.now += 1.0
        bench.sample("heat", 80.0, time=machine_time + second)
    # 30 s after the first value, as if nothing had happened. What lies far ahead of our clock is
    # not believed, so a day back is an exception: the values begin anew.
    high = [key for key, _ in records(bench.changes) if key == "heat_high"]
    assert len(high) == (0 if by == -86400.0 else 1)


@pytest.mark.parametrize("by", STEPS)
def test_silence_reports_and_shelves_last_as_long_as_they_would_have(by: float) -> None:
    bench = Bench()
    bench.run(3, vibration=5.0)
    bench.monitor.control(
        {"op": "shelve", "asset": "pump1", "condition": "temperature_high", "minutes": 1}
    )
    set_clock(bench, by)
    assert due(bench.run(10, vibration=5.0)) == []
    assert len(due(bench.run(10, vibration=5.0))) == 1
    assert records(bench.run(35, vibration=5.0)) == []
    assert records(bench.run(10, vibration=5.0)) == [("temperature_high", "normal")]


@pytest.mark.parametrize("by", STEPS)
def test_a_signal_that_falls_silent_is_told_in_time(by: float) -> None:
    bench = Bench(SLOW)
    bench.run(5, flow=1.0)
    bench.run(40)
    set_clock(bench, by)
    assert bench.run(15) == []
    assert records(bench.run(10)) == [("flow_stale", "unacknowledged")]
