from __future__ import annotations

import pytest
from tests.unit.faults.test_monitor import START

from lamplighter.faults.monitor import FaultMonitor
from lamplighter.faults.settings import Faults, Machine, Tag
from lamplighter.faults.signals.signal_board import SignalChanged
from lamplighter.plugin import Sample

TAG = Tag("t", unit="bar", stale_after=30.0, learned=False)
OTHER = Tag("t", unit="A", stale_after=None, learned=False)
MACHINES = (
    Machine("old", "Pump 1", tags={"p": TAG}),
    Machine("new", "Pump 1b", tags={"p": TAG, "q": OTHER}),
)


@pytest.mark.parametrize(
    ("asset", "tag", "value", "why"),
    [
        (
            "new",
            "p",
            4.1,
            "no value for 30 s or more; Pump 1b p brings such values since 14:10:10 UTC: renamed?",
        ),
        ("new", "p", 9.0, "no value for 30 s or more"),
        ("new", "q", 4.1, "no value for 30 s or more"),
    ],
)
def test_a_silent_signal_names_the_one_that_came_in_its_place(
    asset: str, tag: str, value: float, why: str
) -> None:
    clock = [START]
    monitor = FaultMonitor(MACHINES, clock=lambda: clock[0], config=Faults())
    told = []
    for second in range(360):
        clock[0] += 1.0
        if second < 300:
            monitor.sample(Sample("old", "p", 4.0 + 0.1 * (second % 3), clock[0]))
        else:
            monitor.sample(Sample(asset, tag, value, clock[0]))
        told += [c for c in monitor.tick(clock[0]) if isinstance(c, SignalChanged)]
    [change] = [each for each in told if each.asset == "old"]
    assert (change.record["status"], change.record["why"]) == ("failure", why)
