"""Whatever stands in what was kept: it is taken over, or refused as damaged; nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.unit.faults.alarms.test_machine_alarms import STANDING, TAGS, Bench, due

from lamplighter.errors import PayloadError
from lamplighter.faults.settings import Machine
from lamplighter.plugin import LogLine

WRONG: tuple[Any, ...] = (
    None,
    True,
    -1,
    5,
    1e300,
    10**400,
    "x",
    [],
    {},
    [5],
    [None],
    [[1]],
    {"a": 1},
)
PUMP = Machine("pump1", "Pump", tags=TAGS, suppress=(STANDING,))


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all that stands in a JSON value."""
    if before:
        yield before
    if not isinstance(value, dict | list):
        return
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        yield from paths(each, (*before, key))


@pytest.fixture(scope="module")
def plant() -> tuple[Bench, dict[str, Any]]:
    bench = Bench(PUMP)
    bench.run(2, amps=0.5, bar=1.0)
    bench.monitor.log(LogLine("pump1", "bearing 5 hot", "warn", bench.now))
    bench.monitor.note("pump1", "Greased the bearing.", by="ann", at=bench.now)
    bench.tell("window", name="repair", minutes=5)
    bench.tell("end_window")
    bench.tell("window", name="cleaning", minutes=5, condition="bar_low")
    bench.tell("end_window")
    bench.tell("shelve", condition="bar_high_high", minutes=5)
    bench.run(30, amps=5.0, bar=9.5)
    bench.tell("ack")
    assert due(bench.told)
    state = {"alarms": bench.monitor.snapshot(), "figures": bench.monitor.figures()}
    return bench, json.loads(json.dumps(state))


def test_what_is_damaged_is_refused_or_harmless(plant: tuple[Bench, dict[str, Any]]) -> None:
    bench, state = plant
    places = list(paths(state))
    assert len(places) > 100
    refused = 0
    for place in places:
        for wrong in WRONG:
            damaged = copy.deepcopy(state)
            spot: Any = damaged
            for key in place[:-1]:
                spot = spot[key]
            spot[place[-1]] = wrong
            monitor = bench.made()
            try:
                monitor.restore(damaged["alarms"])
                monitor.restore_figures(damaged["figures"])
            except PayloadError:
                refused += 1
            assert json.dumps([change.record for change in monitor.records()])
            assert json.dumps([monitor.kpis(bench.now), monitor.overview("pump1")])
    assert refused > len(places)
