"""A machine's alarms under its modes, windows, chatter and floods, through the monitor."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from lamplighter.errors import PayloadError
from lamplighter.faults.alarms.flood import FloodTold
from lamplighter.faults.alarms.flood_report import flood_report
from lamplighter.faults.alarms.settings import (
    Chatter,
    Flood,
    Grade,
    Suppression,
    When,
    Window,
)
from lamplighter.faults.alarms.windows import MOST_BY_HAND
from lamplighter.faults.evidence import fault_tables
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.monitor import AlarmChanged, Change, EpisodeDue, FaultMonitor
from lamplighter.faults.settings import Faults, Limits, Machine, Tag
from lamplighter.plugin import Sample

TABLES = fault_tables.load(None)
START = 1_772_373_600.0  # Sunday 2026-03-01T14:00:00Z
TAGS = {
    "bar": Tag("t", unit="bar", limits=Limits(low=2.0, high=8.0, high_high=9.0)),
    "amps": Tag("t", unit="A", stale_after=60.0),
}
STANDING = Suppression(When("amps", below=1.0), ("bar_low",), delay=10.0, name="standing")
PUMP = Machine("pump1", "Feed pump", "pump", tags=TAGS, suppress=(STANDING,))


class Bench:
    """A monitor whose clock goes when told to."""

    def __init__(self, *machines: Machine, **config: Any) -> None:
        self.now = START
        self.machines = machines or (PUMP,)
        self.config = Faults(**{"settle": 5.0, "quiet": 10.0, **config})
        self.told: list[Change] = []
        self.monitor = self.made()

    def made(self) -> FaultMonitor:
        return FaultMonitor(
            self.machines, clock=lambda: self.now, config=self.config, tables=TABLES
        )

    def restart(self) -> None:
        """The process ended, and the next one goes on from what was kept."""
        kept = json.loads(json.dumps([self.monitor.snapshot(), self.monitor.figures()]))
        self.monitor = self.made()
        self.monitor.restore(kept[0])
        self.monitor.restore_figures(kept[1])

    def run(self, seconds: int, asset: str = "pump1", **values: float) -> list[Change]:
        """So many seconds, with these values each."""
        before = len(self.told)
        for _ in range(seconds):
            self.now += 1.0
            for tag, value in values.items():
                self.told += self.monitor.sample(Sample(asset, tag, value, self.now))
            self.told += self.monitor.tick(self.now)
        return self.told[before:]

    def tell(self, op: str, **more: Any) -> list[Change]:
        done = self.monitor.operate({"op": op, "asset": "pump1", "user": "ann", **more})
        self.told += done.changes
        return done.changes

    def state(self, condition: str, asset: str = "pump1") -> str:
        records = {(each.asset, each.condition): each.record for each in self.monitor.records()}
        return str(records[asset, condition]["state"])


def states(changes: Iterable[Change]) -> list[tuple[str, str]]:
    told = (each for each in changes if isinstance(each, AlarmChanged))
    return [(each.condition, each.record["state"]) for each in told]


def due(changes: Iterable[Change]) -> list[Evidence]:
    return [each.evidence for each in changes if isinstance(each, EpisodeDue)]


def test_while_the_machine_stands_its_pressure_means_nothing() -> None:
    bench = Bench()
    bench.run(5, amps=6.0, bar=5.0)
    assert states(bench.run(5, amps=0.0, bar=0.1)) == [("bar_low", "suppressed_by_design")]
    last = bench.monitor.records()[2].record
    assert (last["active"], last["suppressed"]["by"]) == (True, "standing")
    bench.run(60, amps=0.0, bar=0.1)
    assert due(bench.told) == []
    # It starts: the pressure needs a moment, which the delay allows it.
    bench.run(5, amps=6.0, bar=1.0)
    assert states(bench.run(20, amps=6.0, bar=5.0)) == [
        ("bar_low", "suppressed_by_design"),
        ("bar_low", "normal"),
    ]
    assert due(bench.run(30, amps=6.0, bar=5.0)) == []


def test_pressure_that_is_low_after_the_start_is_an_alarm() -> None:
    bench = Bench()
    bench.run(5, amps=0.0, bar=0.1)
    bench.run(30, amps=6.0, bar=0.1)
    assert bench.state("bar_low") == "unacknowledged"
    [opened] = due(bench.told)
    assert opened.lead.conditions == ("bar_low",)


def test_an_alarm_a_moment_before_the_machine_is_seen_to_stand_is_not_reported() -> None:
    bench = Bench()
    bench.run(5, amps=6.0, bar=5.0)
    bench.run(2, amps=6.0, bar=0.1)
    assert bench.state("bar_low") == "unacknowledged"
    bench.run(60, amps=0.0, bar=0.1)
    assert due(bench.told) == []


def test_a_mode_that_falls_silent_suppresses_nothing() -> None:
    bench = Bench()
    bench.run(5, amps=0.0, bar=0.1)
    bench.run(61, bar=0.1)
    assert bench.state("bar_low") == "unacknowledged"


def test_suppression_goes_on_over_a_restart_until_the_mode_is_known() -> None:
    bench = Bench()
    bench.run(5, amps=0.0, bar=0.1)
    bench.restart()
    bench.run(5, bar=0.1)
    assert bench.state("bar_low") == "suppressed_by_design"
    bench.machines = (Machine("pump1", tags=TAGS),)
    bench.restart()
    assert bench.state("bar_low") == "unacknowledged"


def test_a_reported_alarm_that_is_shelved_is_over_only_when_it_is() -> None:
    bench = Bench()
    bench.run(20, amps=6.0, bar=8.5)
    assert [each.kind for each in due(bench.told)] == ["opened"]
    bench.tell("shelve", condition="bar_high", minutes=10)
    assert due(bench.run(60, amps=6.0, bar=8.5)) == []
    ended = bench.now + 1.0
    [closed] = due(bench.run(20, amps=6.0, bar=5.0))
    assert (closed.kind, closed.ended) == ("closed", ended)


def test_a_window_suppresses_all_and_what_is_left_of_it_is_told_with_its_name() -> None:
    window = Window("cleaning", "14:01", "14:03", days=("sun",))
    bench = Bench(windows=(window,))
    bench.run(59, amps=6.0, bar=5.0)
    came = bench.run(1, amps=6.0, bar=5.0)
    assert {state for _, state in states(came)} == {"suppressed_by_design"}
    bench.run(60, amps=6.0, bar=8.5)
    assert due(bench.told) == []
    bench.restart()
    assert bench.state("bar_high") == "suppressed_by_design"
    bench.run(70, amps=6.0, bar=8.5)
    assert bench.state("bar_high") == "unacknowledged"
    [opened] = due(bench.told)
    assert (opened.window, opened.started) == ("cleaning", START + 61.0)
    bench.run(1000, amps=6.0, bar=5.0)
    [later] = due(bench.run(20, amps=6.0, bar=8.5))
    assert later.window is None


def test_a_window_by_hand_lasts_and_outlives_a_restart() -> None:
    bench = Bench()
    bench.run(5, amps=6.0, bar=8.5)
    bench.tell("window", name="repair", minutes=2)
    assert bench.state("bar_high") == "suppressed_by_design"
    bench.restart()
    bench.run(100, amps=6.0, bar=8.5)
    assert bench.state("bar_high") == "suppressed_by_design"
    bench.run(30, amps=6.0, bar=8.5)
    assert bench.state("bar_high") == "unacknowledged"
    bench.tell("window", name="repair", minutes=60)
    bench.tell("end_window")
    assert bench.state("bar_high") == "unacknowledged"
    with pytest.raises(PayloadError, match="no window is open"):
        bench.tell("end_window")


def test_a_chattering_alarm_is_one_that_says_so() -> None:
    bench = Bench()
    bench.run(3, amps=6.0, bar=5.0)
    for _ in range(30):
        bench.run(2, amps=6.0, bar=8.5)
        bench.run(2, amps=6.0, bar=5.0)
    told = [each for each in bench.told if isinstance(each, AlarmChanged)]
    assert [(each.record["state"], each.record["chattering"]) for each in told] == [
        ("unacknowledged", False),
        ("returned_unacknowledged", False),
        ("unacknowledged", False),
        ("returned_unacknowledged", False),
        ("unacknowledged", True),
    ]
    bench.tell("ack", condition="bar_high")
    bench.run(2, amps=6.0, bar=8.5)
    assert bench.state("bar_high") == "acknowledged"
    back = bench.now + 1.0
    [over] = (each for each in bench.run(70, amps=6.0, bar=5.0) if isinstance(each, AlarmChanged))
    assert (over.record["state"], over.record["chattering"], over.since) == ("normal", False, back)
    kinds = [(each.kind, each.ended) for each in due(bench.told)]
    assert kinds == [("opened", None), ("closed", back)]
    found = bench.monitor.kpis(bench.now)
    assert found["alarms"] == 3
    assert [(each["condition"], each["count"]) for each in found["chattered"]] == [("bar_high", 1)]


def test_how_much_is_chattering_is_configured() -> None:
    bench = Bench(chatter=Chatter(count=2, within=20.0, hold=5.0))
    for _ in range(3):
        bench.run(1, amps=6.0, bar=8.5)
        bench.run(2, amps=6.0, bar=5.0)
    assert len(states(bench.told)) == 3
    bench.run(5, amps=6.0, bar=5.0)
    assert bench.state("bar_high") == "returned_unacknowledged"


MANY = tuple(Machine(f"m{number:02}", tags={"bar": TAGS["bar"]}) for number in range(14))


def storm(bench: Bench) -> None:
    """Fourteen machines in alarm within fourteen seconds, one of them gravely."""
    for number in range(14):
        bench.run(1, asset=f"m{number:02}", bar=9.5 if number == 7 else 8.5)


def test_in_a_flood_the_gravest_is_reported_and_the_others_when_it_is_over() -> None:
    bench = Bench(*MANY, settle=30.0)
    storm(bench)
    [begun] = (each for each in bench.told if isinstance(each, FloodTold))
    text = flood_report(begun)["text"]
    assert "Alarm flood since 14:00:01 UTC" in text
    assert "15 alarms of 14 machines, 1 critical" in text
    told = bench.run(60)
    assert [each.asset for each in due(told)] == ["m07"]
    assert len(states(bench.told)) == 15
    # Some return meanwhile, which ends their episodes: one report for each is enough.
    for number in range(5):
        bench.run(1, asset=f"m{number:02}", bar=5.0)
    bench.restart()
    after = bench.run(700)
    [over] = (each for each in after if isinstance(each, FloodTold))
    assert (over.kind, over.tally.alarms) == ("flood_over", 15)
    reports = {each.asset: each.kind for each in due(after)}
    assert len(due(after)) == 13
    assert {asset for asset, kind in reports.items() if kind == "closed"} == {
        "m00", "m01", "m02", "m03", "m04",
    }  # fmt: skip
    found = bench.monitor.kpis(bench.now)
    assert (found["peak_per_10_min"], found["flood"]) == (15, False)
    assert [each["alarms"] for each in found["floods"]] == [15]


def test_of_the_gravest_only_so_many_are_reported_at_once() -> None:
    bench = Bench(*MANY, flood=Flood(above=5, reports=2, below=3))
    for machine in MANY:
        bench.run(1, asset=machine.asset, bar=9.5)
    bench.run(30)
    assert len(due(bench.told)) == 2
    bench.run(600)
    assert len(due(bench.told)) == 14


def test_after_a_flood_reports_follow_a_few_at_a_time() -> None:
    plant = [Machine(f"m{number:02}", tags={"bar": TAGS["bar"]}) for number in range(50)]
    bench = Bench(*plant, flood=Flood(reports=0))
    for machine in plant:
        bench.told += bench.monitor.sample(Sample(machine.asset, "bar", 8.5, bench.now))
    bench.run(590)
    assert due(bench.told) == []
    counts = [len(due(bench.run(1))) for _ in range(20)]
    assert (sum(counts), max(counts)) == (50, 20)


def test_a_flood_that_never_ends_keeps_no_report_for_ever() -> None:
    bench = Bench(*MANY, flood=Flood(above=1, below=1, reports=0))
    bench.run(1, asset="m00", bar=8.5)
    for _ in range(40):
        bench.run(1, asset="m01", bar=8.5)
        bench.run(99, asset="m01", bar=5.0)
    assert "m00" in {each.asset for each in due(bench.told)}


def test_figures_count_the_last_day_and_outlive_a_restart() -> None:
    bench = Bench()
    bench.run(2, amps=6.0, bar=8.5)
    bench.run(30, amps=6.0, bar=8.5)
    bench.tell("ack", condition="bar_high")
    bench.run(30, amps=6.0, bar=9.5)
    bench.tell("shelve", condition="bar_high_high")
    bench.restart()
    found = bench.monitor.kpis(bench.now)
    assert found["priorities"] == {"advisory": 0, "warning": 1, "critical": 1}
    assert (found["acknowledged"], found["mean_time_to_acknowledge_s"]) == (1, 31.0)
    assert (found["standing"], found["unacknowledged"], found["shelved"]) == (1, 0, 1)
    assert (found["per_10_min"], found["peak_per_10_min"]) == (2, 2)
    assert [each["condition"] for each in found["top"]] == ["bar_high", "bar_high_high"]
    assert found["stale"] == []
    bench.run(1)
    bench.now += 86400.0
    later = bench.monitor.kpis(bench.now)
    assert (later["alarms"], later["acknowledged"], later["per_10_min"]) == (0, 0, 0)
    stale = [(each["condition"], each["since"]) for each in later["stale"]]
    assert stale == [("bar_high", "2026-03-01T14:00:01Z")]


@pytest.mark.parametrize(
    "kept",
    [
        7,
        {},
        {"figures": {}, "flood": {}},
        {"figures": {"minutes": {"a": -1}, "hours": {}}, "flood": {}},
        {"figures": {"minutes": {}, "hours": {"1": {"alarms": 7}}}, "flood": {}},
        {"figures": {"minutes": {}, "hours": {}}, "flood": {"recent": [7]}},
    ],
)
def test_of_damaged_figures_nothing_is_taken_over(kept: object) -> None:
    bench = Bench()
    bench.run(2, amps=6.0, bar=8.5)
    with pytest.raises(PayloadError):
        bench.monitor.restore_figures(kept)
    assert bench.monitor.kpis(bench.now)["alarms"] == 1


def test_severity_and_latching_are_set_by_condition() -> None:
    alarms = {"bar_high": Grade("critical"), "bar_*": Grade("advisory", latching=True)}
    bench = Bench(Machine("pump1", tags=TAGS, alarms=alarms))
    records = {each.condition: each.record["severity"] for each in bench.monitor.records()}
    assert (records["bar_high"], records["bar_low"]) == ("critical", "advisory")
    bench.run(2, amps=6.0, bar=8.5)
    bench.run(2, amps=6.0, bar=1.0)
    bench.run(2, amps=6.0, bar=5.0)
    assert bench.state("bar_high") == "returned_unacknowledged"
    assert bench.state("bar_low") == "latched_unacknowledged"


def test_what_an_operation_did_not_do_is_told_with_the_reason() -> None:
    bench = Bench()
    bench.run(2, amps=6.0, bar=8.5)
    op = {"asset": "pump1", "condition": "bar_high", "user": "ann"}
    cases = [
        ("reset", "it is not latched"),
        ("unshelve", "it is not shelved"),
        ("unsuppress", "it is not suppressed"),
        ("return_to_service", "it is not out of service"),
    ]
    for name, reason in cases:
        done = bench.monitor.operate({"op": name, **op})
        assert (done.changed, done.left) == ([], {("pump1", "bar_high"): reason})
    assert bench.monitor.operate({"op": "ack", **op}).changed == [("pump1", "bar_high")]
    again = bench.monitor.operate({"op": "ack", **op})
    assert again.left == {("pump1", "bar_high"): "it is acknowledged already"}
    bench.monitor.operate({"op": "shelve", **op})
    assert bench.monitor.operate({"op": "ack", **op}).left == {
        ("pump1", "bar_high"): "it is shelved"
    }


def test_operations_take_patterns_and_all_machines() -> None:
    bench = Bench(*MANY)
    storm(bench)
    done = bench.monitor.operate({"op": "ack", "asset": "*", "condition": "bar_high"})
    assert len(done.changed) == 14
    done = bench.monitor.operate({"op": "shelve", "asset": "m00", "condition": "bar_hi*"})
    assert done.changed == [("m00", "bar_high_high"), ("m00", "bar_high")]
    with pytest.raises(PayloadError, match="no condition 'taste'"):
        bench.monitor.operate({"op": "ack", "asset": "*", "condition": "taste"})


def test_what_was_done_outlives_a_restart_and_is_told_in_the_report() -> None:
    bench = Bench()
    bench.run(2, amps=6.0, bar=8.5)
    bench.tell("ack", condition="bar_high")
    bench.restart()
    [opened] = due(bench.run(20, amps=6.0, bar=8.5))
    assert [(each.text, each.by) for each in opened.actions] == [
        ("Feed pump bar high: acknowledged", "ann")
    ]


def test_a_machine_is_told_in_one_message() -> None:
    bench = Bench()
    assert bench.monitor.overview("pump1")["state"] == "normal"
    bench.run(2, amps=6.0, bar=9.5)
    bench.tell("ack", condition="bar_high_high")
    found = bench.monitor.overview("pump1")
    assert (found["state"], found["severity"]) == ("unacknowledged", "critical")
    assert (found["problem"], found["active"], found["unacknowledged"]) == (True, 2, 1)
    assert found["alarms"] == ["Feed pump bar very high", "Feed pump bar high"]
    bench.tell("shelve")
    hidden = bench.monitor.overview("pump1")
    assert (hidden["state"], hidden["problem"], hidden["alarms"]) == ("shelved", False, [])


def test_no_more_windows_are_begun_by_hand_than_anybody_can_follow() -> None:
    bench = Bench()
    for number in range(MOST_BY_HAND):
        bench.tell("window", name=f"repair {number}")
    with pytest.raises(PayloadError, match="open already"):
        bench.tell("window", name="one more")
    # One that is open is given another end all the same.
    bench.tell("window", name="repair 3", minutes=5)
    bench.run(301)
    bench.tell("window", name="one more")


def test_of_many_alarms_that_were_shelved_a_report_names_a_few() -> None:
    tags = {f"t{number}": TAGS["bar"] for number in range(40)}
    bench = Bench(Machine("pump1", "Pump", tags=tags))
    bench.tell("shelve", minutes=5)
    bench.run(301, t0=5.0)
    [evidence] = due(bench.run(30, t0=9.0))
    [action] = evidence.actions
    assert action.text == "Pump t0 very high, Pump t0 high, Pump t0 low and others: shelved"


def test_the_mean_time_to_acknowledge_is_that_of_all_alarms() -> None:
    bench = Bench()
    bench.run(1, bar=8.5)
    bench.run(10, bar=8.5)
    bench.tell("ack", condition="bar_high")
    bench.run(1, bar=9.5)
    bench.run(30, bar=9.5)
    bench.tell("ack", condition="bar_high_high")
    told = bench.monitor.kpis(bench.now)
    assert (told["acknowledged"], told["mean_time_to_acknowledge_s"]) == (2, 20.0)
