from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.errors import PayloadError
from lamplighter.faults.alarms.flood import FloodTold
from lamplighter.faults.alarms.flood_report import flood_report
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.monitor import AlarmChanged, Change, EpisodeDue, FaultMonitor
from lamplighter.faults.reports.template_text import template_text
from lamplighter.faults.settings import Faults, Limits, Machine, Rate, Tag
from lamplighter.faults.signals.signal_board import SignalChanged
from lamplighter.plugin import LogLine, Sample

START = 1_772_373_909.0
LIMITS = Limits(high=4.5, high_high=7.1, deadband=0.3)
PUMP = Machine(
    "pump1",
    "Feed pump",
    "pump",
    "Boiler house",
    {
        "vibration": Tag("t", unit="mm/s", limits=LIMITS, stale_after=30.0),
        "temperature": Tag("t", unit="°C", limits=Limits(high=75.0, deadband=2.0)),
        "pressure": Tag("t", unit="bar", limits=Limits(low=3.0), stuck_after=600.0),
    },
)


class Bench:
    """A monitor with a clock of its own."""

    def __init__(self, *machines: Machine, settle: float = 20.0, quiet: float = 60.0) -> None:
        self.now = START
        self.machines = machines or (PUMP,)
        self.config = Faults(settle, quiet)
        self.monitor = self.made()
        self.changes: list[Change] = []

    def made(self) -> FaultMonitor:
        """A new monitor, as after a restart."""
        return FaultMonitor(self.machines, clock=lambda: self.now, config=self.config)

    def sample(self, tag: str, value: float, *, time: float | None = None) -> list[Change]:
        """One value, by default measured now."""
        at = self.now if time is None else time
        found = self.monitor.sample(Sample("pump1", tag, value, at))
        self.changes += found
        return found

    def run(self, seconds: int, *, connected: bool = True, **values: float) -> list[Change]:
        """So many seconds with these values, one a second each, and a tick after them."""
        before = len(self.changes)
        for _ in range(seconds):
            self.now += 1.0
            for tag, value in values.items():
                self.sample(tag, value)
            self.changes += self.monitor.tick(self.now, connected=connected)
        return self.changes[before:]


def records(changes: list[Change]) -> list[tuple[str, str]]:
    return [(c.condition, c.record["state"]) for c in changes if isinstance(c, AlarmChanged)]


def due(changes: list[Change]) -> list[Evidence]:
    return [c.evidence for c in changes if isinstance(c, EpisodeDue)]


def told_of(change: Change) -> Any:
    """What is published of a change."""
    if isinstance(change, EpisodeDue):
        return change.evidence.to_dict()
    return flood_report(change) if isinstance(change, FloodTold) else change.record


def test_an_alarm_is_told_as_a_record() -> None:
    bench = Bench()
    bench.run(5, vibration=2.0)
    [change] = bench.sample("vibration", 5.0, time=START + 6)
    assert isinstance(change, AlarmChanged)
    assert (change.asset, change.condition) == ("pump1", "vibration_high")
    assert change.record == {
        "asset": "pump1",
        "condition": "vibration_high",
        "name": "Feed pump vibration high",
        "tag": "vibration",
        "state": "unacknowledged",
        "active": True,
        "severity": "warning",
        "value": 5.0,
        "unit": "mm/s",
        "limit": 4.5,
        "limit_unit": "mm/s",
        "since": "2026-03-01T14:05:15Z",
        "ack": None,
        "shelved": None,
        "shelved_until": None,
        "suppressed": None,
        "out_of_service": None,
        "operation": None,
        "chattering": False,
        "signal_status": "good",
        "signal_why": "",
    }


def test_every_condition_is_listed_with_its_name() -> None:
    bench = Bench()
    assert bench.monitor.conditions() == [
        ("pump1", "vibration_high_high", "Feed pump vibration very high"),
        ("pump1", "vibration_high", "Feed pump vibration high"),
        ("pump1", "vibration_stale", "Feed pump vibration without new values"),
        ("pump1", "temperature_high", "Feed pump temperature high"),
        ("pump1", "pressure_low", "Feed pump pressure low"),
        ("pump1", "pressure_stuck", "Feed pump pressure stuck at one value"),
        ("pump1", "pattern", "Feed pump signals out of step with each other"),
    ]
    listed = [change.record["state"] for change in bench.monitor.records()]
    assert listed == ["normal"] * 7


def test_an_episode_opens_changes_and_closes_with_its_signals_first_out() -> None:
    bench = Bench()
    bench.run(400, vibration=2.0, temperature=50.0)
    bench.monitor.log(LogLine("pump1", "bearing 2 hot", "warning", bench.now))
    bench.run(10, vibration=5.0, temperature=50.0)
    [opened] = due(bench.run(30, vibration=5.0, temperature=80.0))
    assert (opened.kind, opened.severity, opened.fault) == ("opened", "warning", "bearing wear")
    assert [(s.tag, s.onset - START) for s in opened.signals] == [
        ("vibration", 401.0),
        ("temperature", 411.0),
    ]
    assert opened.lead.baseline == pytest.approx(2.0)
    assert (opened.lead.value, opened.lead.limit) == (5.0, 4.5)
    assert opened.logs[0].template == "bearing <n> hot"
    [changed] = due(bench.run(30, vibration=8.0, temperature=80.0))
    assert (changed.kind, changed.severity) == ("changed", "critical")
    assert changed.joined == ("vibration",)
    assert (opened.worsened, changed.worsened) == (None, START + 441.0)
    assert changed.episode == opened.episode
    assert changed.id != opened.id
    [closed] = due(bench.run(90, vibration=2.0, temperature=50.0))
    assert closed.kind == "closed"
    assert closed.ended == START + 471.0
    assert due(bench.run(200, vibration=2.0, temperature=50.0)) == []


def test_a_signal_that_was_reset_has_no_trend() -> None:
    bench = Bench()
    bench.run(400, vibration=2.0, temperature=50.0)
    for step in range(60):
        bench.run(1, vibration=2.0 + step / 8, temperature=50.0)
    rising = due(bench.changes)[-1].lead
    assert (rising.active, rising.trend) == (True, "rising")
    changed = due(bench.run(30, vibration=2.0, temperature=80.0))[-1]
    assert (changed.kind, changed.lead.tag) == ("changed", "vibration")
    assert (changed.lead.active, changed.lead.trend, changed.lead.slope) == (False, None, None)
    assert "rising" not in template_text(changed)


def test_a_signal_that_jumped_has_no_trend() -> None:
    bench = Bench()
    bench.run(400, vibration=2.0)
    [opened] = due(bench.run(30, vibration=5.0))
    assert (opened.lead.active, opened.lead.trend, opened.lead.slope) == (True, None, None)


def test_a_chattering_alarm_is_one_episode_with_two_reports() -> None:
    bench = Bench()
    for _ in range(20):
        bench.run(3, vibration=5.0)
        bench.run(3, vibration=2.0)
    bench.run(100, vibration=2.0)
    assert [evidence.kind for evidence in due(bench.changes)] == ["opened", "closed"]


def test_nothing_is_stale_at_the_start_nor_while_the_broker_is_away() -> None:
    bench = Bench()
    assert bench.run(59) == []
    bench.run(1, vibration=2.0)
    assert bench.run(500, connected=False) == []
    # The grace of a start, too: devices take a while to find a broker again.
    assert bench.run(59) == []
    [change, signal] = bench.run(1)
    assert isinstance(change, AlarmChanged)
    assert change.condition == "vibration_stale"
    assert change.record["signal_status"] == "failure"
    assert isinstance(signal, SignalChanged)
    assert signal.record == {
        "asset": "pump1",
        "tag": "vibration",
        "name": "vibration",
        "status": "failure",
        "why": "no value for 30 s or more",
        "since": "2026-03-01T14:15:29Z",
    }


def test_a_signal_that_never_comes_is_stale_in_the_end() -> None:
    bench = Bench()
    assert records(bench.run(70)) == [("vibration_stale", "unacknowledged")]


def test_repeated_and_late_values_do_not_make_a_fast_rise() -> None:
    tag = Tag("t", rate=Rate(rise=5.0, fall=5.0, per=60.0), stuck_after=20.0)
    bench = Bench(Machine("pump1", tags={"level": tag}))
    for second in range(100):
        bench.now += 1.0
        bench.sample("level", second * 0.01)
        bench.sample("level", 50.0, time=bench.now)
        bench.sample("level", -50.0, time=bench.now - 10.5)
    assert records(bench.changes) == [("level_disturbed", "unacknowledged")]


def test_a_clock_that_was_set_back_is_followed() -> None:
    bench = Bench()
    bench.run(10, vibration=2.0)
    for step in range(20):
        bench.now += 1.0
        bench.sample("vibration", 5.0, time=START - 3600.0 + step)
    assert ("vibration_high", "unacknowledged") in records(bench.changes)


def test_a_timestamp_from_the_future_counts_as_its_arrival() -> None:
    bench = Bench()
    bench.sample("vibration", 2.0, time=START + 86_400.0)
    bench.now += 1.0
    assert records(bench.sample("vibration", 5.0)) == [("vibration_high", "unacknowledged")]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_what_is_no_number_changes_only_the_signals_status(value: float) -> None:
    bench = Bench()
    bench.run(3, vibration=5.0)
    [told] = bench.sample("vibration", value)
    assert isinstance(told, SignalChanged)
    assert told.record["status"] == "out of specification"
    record = bench.monitor.records()[1].record
    assert (record["value"], record["signal_status"]) == (5.0, "out of specification")


def test_values_of_unknown_machines_and_tags_change_nothing() -> None:
    bench = Bench()
    assert bench.monitor.sample(Sample("pump9", "vibration", 99.0, START)) == []
    assert bench.sample("colour", 99.0) == []


def test_an_operator_acknowledges_with_name_and_time() -> None:
    bench = Bench()
    bench.run(3, vibration=5.0)
    [change] = bench.monitor.control({"op": "ack", "asset": "pump1", "user": "ann"})
    assert isinstance(change, AlarmChanged)
    assert change.record["state"] == "acknowledged"
    assert change.record["ack"] == {"by": "ann", "at": "2026-03-01T14:05:12Z"}
    assert bench.monitor.control({"op": "ack", "asset": "pump1", "user": "ann"}) == []
    [opened] = due(bench.run(30, vibration=5.0))
    assert [action.text for action in opened.actions] == ["Feed pump vibration high: acknowledged"]


def test_a_shelved_alarm_opens_no_episode_until_its_shelf_ends() -> None:
    bench = Bench()
    op = {"op": "shelve", "asset": "pump1", "condition": "vibration_high", "minutes": 2}
    bench.monitor.control({**op, "user": "bob"})
    bench.run(110, vibration=5.0)
    assert records(bench.changes) == [("vibration_high", "shelved")]
    assert due(bench.changes) == []
    bench.run(40, vibration=5.0)
    assert records(bench.changes)[-1] == ("vibration_high", "unacknowledged")
    assert [evidence.kind for evidence in due(bench.changes)] == ["opened"]


@pytest.mark.parametrize(
    ("op", "key"),
    [
        ({}, "op"),
        ({"op": "dance"}, "op"),
        ({"op": ["ack"]}, "op"),
        ({"op": "ack"}, "asset"),
        ({"op": "ack", "asset": "pump9"}, "asset"),
        ({"op": "ack", "asset": "pump1", "condition": "taste_high"}, "condition"),
        ({"op": "ack", "asset": "pump1", "condition": 7}, "condition"),
        ({"op": "ack", "asset": "pump1", "user": 7}, "user"),
        ({"op": "shelve", "asset": "pump1", "minutes": 0}, "minutes"),
        ({"op": "shelve", "asset": "pump1", "minutes": math.nan}, "minutes"),
        ({"op": "shelve", "asset": "pump1", "minutes": True}, "minutes"),
        ({"op": "shelve", "asset": "pump1", "minutes": 1e9}, "minutes"),
    ],
)
def test_a_wrong_operation_is_refused_with_its_key(op: dict[str, Any], key: str) -> None:
    with pytest.raises(PayloadError) as caught:
        Bench().monitor.control(op)
    assert caught.value.key == key


def test_alarms_and_episodes_survive_a_restart() -> None:
    bench = Bench()
    bench.run(400, vibration=2.0)
    [opened] = due(bench.run(30, vibration=5.0))
    bench.monitor.control({"op": "ack", "asset": "pump1", "user": "ann"})
    stored = json.loads(json.dumps(bench.monitor.snapshot()))
    before = bench.monitor.records()
    bench.monitor = bench.made()
    bench.monitor.restore(stored)
    told = {c.condition: {**c.record, "value": None} for c in bench.monitor.records()}
    assert told == {c.condition: {**c.record, "value": None} for c in before}
    bench.changes.clear()
    assert records(bench.run(1, vibration=2.0)) == [("vibration_high", "normal")]
    [closed] = due(bench.run(90, vibration=2.0))
    assert (closed.kind, closed.episode) == ("closed", opened.episode)


def test_a_restart_with_another_configuration_keeps_what_still_is() -> None:
    bench = Bench()
    bench.run(30, vibration=5.0, temperature=80.0)
    stored = bench.monitor.snapshot()
    bench.machines = (Machine("pump1", tags={"temperature": PUMP.tags["temperature"]}),)
    bench.monitor = bench.made()
    bench.monitor.restore(stored)
    listed = [change.record["state"] for change in bench.monitor.records()]
    assert listed == ["unacknowledged"]
    bench.monitor = FaultMonitor((), clock=lambda: bench.now, config=bench.config)
    bench.monitor.restore(stored)
    assert bench.monitor.records() == []


def test_a_latching_tags_alarm_stays_until_it_is_acknowledged_and_reset() -> None:
    tag = Tag("t", limits=Limits(high=4.5, latching=True), stale_after=10.0)
    bench = Bench(Machine("pump1", tags={"vibration": tag}))
    bench.run(2, vibration=5.0)
    bench.run(2, vibration=2.0)
    op = {"asset": "pump1", "condition": "vibration_high", "user": "ann"}
    bench.changes += bench.monitor.control({"op": "reset", **op})
    bench.changes += bench.monitor.control({"op": "ack", **op})
    bench.changes += bench.monitor.control({"op": "reset", **op})
    told = ["unacknowledged", "latched_unacknowledged", "latched_acknowledged", "normal"]
    assert records(bench.changes) == [("vibration_high", state) for state in told]
    bench.run(12)
    bench.run(1, vibration=2.0)
    assert records(bench.changes)[-1] == ("vibration_stale", "latched_unacknowledged")


@pytest.mark.parametrize(("latching", "state"), [(True, "latched"), (False, "returned")])
def test_the_configuration_decides_whether_a_kept_alarm_latches(
    latching: bool,  # noqa: FBT001 - a parameter of the test
    state: str,
) -> None:
    def machine(*, latches: bool) -> Machine:
        return Machine("pump1", tags={"a": Tag("t", limits=Limits(high=4.5, latching=latches))})

    bench = Bench(machine(latches=True))
    bench.run(2, a=5.0)
    bench.run(2, a=2.0)
    stored = bench.monitor.snapshot()
    bench.machines = (machine(latches=latching),)
    bench.monitor = bench.made()
    bench.monitor.restore(stored)
    change = bench.monitor.records()[0]
    assert change.record["state"] == f"{state}_unacknowledged"


def test_the_onset_is_told_to_the_fraction() -> None:
    bench = Bench()
    [change] = bench.sample("vibration", 5.0, time=START + 0.25)
    assert isinstance(change, AlarmChanged)
    assert change.since == START + 0.25
    bench.now += 5.0
    [acked] = bench.monitor.control({"op": "ack", "asset": "pump1"})
    assert isinstance(acked, AlarmChanged)
    assert acked.since == START + 0.25


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((), []),
        (("pump2",), 7),
        (("pump2", "alarms"), None),
        (("pump2", "alarms", "a_high"), "x"),
        (("pump2", "alarms", "a_high", "active"), "yes"),
        (("pump2", "alarms", "a_high", "cycle"), "asleep"),
        (("pump2", "alarms", "a_high", "since"), "noon"),
        (("pump2", "alarms", "a_high", "ack"), {"by": 7, "at": 1.0}),
        (("pump2", "alarms", "a_high", "shelved_until"), math.nan),
        (("pump2", "episode"), 7),
        (("pump2", "episode", "reports"), -1),
        (("pump2", "episode", "members"), None),
        (("pump2", "episode", "fresh"), None),
        (("pump2", "episode", "members", "a_high", "onset"), None),
    ],
)
def test_of_a_damaged_snapshot_nothing_is_taken_over(path: tuple[str, ...], value: object) -> None:
    tags = {"a": Tag("t", limits=Limits(high=4.5))}
    bench = Bench(Machine("pump1", tags=tags), Machine("pump2", tags=tags))
    for asset in ("pump1", "pump2"):
        bench.monitor.sample(Sample(asset, "a", 5.0, START))
    stored: Any = json.loads(json.dumps(bench.monitor.snapshot()))
    place = stored
    for key in path[:-1]:
        place = place[key]
    if path:
        place[path[-1]] = value
    fresh = bench.made()
    with pytest.raises(PayloadError):
        fresh.restore(stored if path else value)
    assert {change.record["state"] for change in fresh.records()} == {"normal"}


def test_a_timestamp_from_before_the_epoch_counts_as_its_arrival() -> None:
    bench = Bench()
    for _ in range(12):
        bench.now += 1.0
        bench.sample("vibration", 2.0, time=-math.inf)
    bench.now += 1.0
    assert records(bench.sample("vibration", 5.0, time=math.nan)) == [
        ("vibration_high", "unacknowledged")
    ]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["vibration", "temperature", "pressure"]),
        st.floats(allow_nan=True, allow_infinity=True),
        st.floats(-100, 100),
        st.sampled_from(["", "ack", "shelve", "unshelve", "suppress", "unsuppress", "reset"]),
    ),
    max_size=80,
)


# The first monitor that learns imports numpy.
@settings(deadline=None)
@given(STEPS)
def test_whatever_comes_records_are_json_and_survive_a_restart(
    steps: list[tuple[str, float, float, str]],
) -> None:
    bench = Bench(settle=3.0, quiet=5.0)
    for tag, value, shift, op in steps:
        bench.now += 1.0
        bench.sample(tag, value, time=bench.now + shift)
        if op:
            bench.changes += bench.monitor.control({"op": op, "asset": "pump1"})
        bench.changes += bench.monitor.tick(bench.now)
    for change in bench.changes:
        json.dumps(told_of(change), allow_nan=False)
    told = {change.condition: change.record for change in bench.monitor.records()}
    latest = {c.condition: c.record for c in bench.changes if isinstance(c, AlarmChanged)}
    assert all(told[key]["state"] == record["state"] for key, record in latest.items())
    other = bench.made()
    other.restore(json.loads(json.dumps(bench.monitor.snapshot())))
    assert [c.record["state"] for c in other.records()] == [r["state"] for r in told.values()]
