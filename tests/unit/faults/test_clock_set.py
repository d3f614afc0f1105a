"""The agent's clock is set while alarms are watched: nothing comes of that alone."""

from __future__ import annotations

import json

import pytest
from tests.unit.faults.test_monitor import Bench, due, records

from lamplighter.faults.settings import Limits, Machine, Tag

HIGH = Limits(high=4.5)
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


BEHIND = [-3600.0, -56 * 365 * 86400.0]


def restarted(bench: Bench, behind: float) -> None:
    """The gateway starts again with a clock that is behind, and has it set a little later."""
    alarms = json.loads(json.dumps(bench.monitor.snapshot()))
    figures = json.loads(json.dumps(bench.monitor.figures()))
    bench.now += behind
    bench.monitor = bench.made()
    bench.monitor.restore(alarms)
    bench.monitor.restore_figures(figures)
    bench.changes.clear()
    bench.run(1)
    set_clock(bench, -behind)


@pytest.mark.parametrize("behind", BEHIND)
def test_a_report_comes_in_time_where_the_clock_was_behind_at_the_start(behind: float) -> None:
    bench = Bench()
    bench.run(3, vibration=5.0)
    restarted(bench, behind)
    assert len(due(bench.run(21, vibration=5.0))) == 1
    bench.run(1, vibration=2.0)
    restarted(bench, behind)
    assert [each.kind for each in due(bench.run(62, vibration=2.0))] == ["closed"]


@pytest.mark.parametrize("behind", BEHIND)
def test_a_shelf_and_a_window_last_no_longer_where_the_clock_was_behind_at_the_start(
    behind: float,
) -> None:
    bench = Bench()
    bench.run(3, vibration=5.0)
    about = {"asset": "pump1", "minutes": 2}
    bench.monitor.control({"op": "shelve", "condition": "temperature_high", **about})
    bench.monitor.control({"op": "window", "name": "repair", **about})
    restarted(bench, behind)
    told = dict(records(bench.run(125, vibration=5.0)))
    assert (told["temperature_high"], told["vibration_high"]) == ("normal", "unacknowledged")


@pytest.mark.parametrize("behind", BEHIND)
def test_a_flood_ends_and_counts_stay_where_the_clock_was_behind_at_the_start(
    behind: float,
) -> None:
    bench = Bench(Machine("pump1", tags={f"t{n}": Tag("t", limits=HIGH) for n in range(12)}))
    for number in range(12):
        bench.run(1, **{f"t{number}": 5.0})  # type: ignore[arg-type]  # no signal is called "connected"
    assert bench.monitor.kpis(bench.now)["flood"]
    restarted(bench, behind)
    bench.run(602)
    told = bench.monitor.kpis(bench.now)
    assert (told["flood"], told["alarms"], told["peak_per_10_min"]) == (False, 12, 12)
    assert told["since"].startswith("2026")
    bench.now += 25 * 3600.0
    told = bench.monitor.kpis(bench.now)
    assert (told["alarms"], told["peak_per_10_min"], told["floods"]) == (0, 0, [])


def test_a_signal_that_came_before_the_clock_was_set_back_took_nobodys_place() -> None:
    bench = Bench(Machine("pump1", "Pump", tags={"a": Tag("t", stale_after=30.0), "b": Tag("u")}))
    bench.run(1, b=5.0)
    bench.run(60, a=5.0, b=5.0)
    set_clock(bench, -3600.0)
    bench.run(40, b=5.0)
    watch = bench.monitor.watch("pump1", "a")
    assert watch is not None
    assert watch.health.why == "no value for 30 s or more"
