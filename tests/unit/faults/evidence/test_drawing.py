"""What is drawn of each signal, and what is left out because nobody knows it."""

from __future__ import annotations

import pytest

from lamplighter.faults.condition import Kind
from lamplighter.faults.evidence.record import Evidence, OtherSignal
from lamplighter.faults.machines.settings import Pattern, Zone
from lamplighter.faults.monitor import EpisodeDue, FaultMonitor
from lamplighter.faults.settings import Faults, Limits, Machine, Tag
from lamplighter.faults.signals.settings import Deviation
from lamplighter.plugin import LogLine, Sample

START = 1_772_373_900.0


class Fan:
    """A fan that is watched second by second."""

    def __init__(self, **tags: Tag) -> None:
        self.now = START
        machine = Machine("f1", "Exhaust fan", "fan", tags=tags, pattern=Pattern(enabled=False))
        config = Faults(settle=5.0, quiet=10.0)
        self.monitor = FaultMonitor([machine], clock=lambda: self.now, config=config)

    def run(self, seconds: int, **values: float) -> list[Evidence]:
        """So many seconds with these values; the evidence of reports that were due."""
        found = []
        for _ in range(seconds):
            self.now += 1.0
            changes = []
            for tag, value in values.items():
                changes += self.monitor.sample(Sample("f1", tag, value, self.now))
            changes += self.monitor.tick(self.now)
            found += [each.evidence for each in changes if isinstance(each, EpisodeDue)]
        return found


VIBRATION = Tag("t", unit="mm/s", limits=Limits(high=4.5), learned=False)
SPEED = Tag("t", unit="rpm", learned=False)


def test_a_deviation_is_told_against_the_edge_of_the_usual() -> None:
    usual = Deviation(above=10.0, warm_up=60.0)
    fan = Fan(flow=Tag("t", unit="m³/h", deviation=usual, learned=False))
    fan.run(300, flow=200.0)
    [evidence] = fan.run(20, flow=230.0)
    [signal] = evidence.signals
    assert (signal.kind, signal.move, signal.limit) == (Kind.ABOVE_USUAL, "up", 210.0)
    assert signal.baseline == pytest.approx(200.0)


def test_a_vibration_has_its_zone() -> None:
    fan = Fan(vibration=Tag("t", unit="mm/s", zone=Zone(group=1, mount="rigid"), learned=False))
    fan.run(300, vibration=2.0)
    [evidence] = fan.run(10, vibration=5.0)
    assert (evidence.lead.zone, evidence.lead.limit) == ("C", 4.5)


def test_other_signals_are_told_as_long_as_they_are_known() -> None:
    fan = Fan(vibration=VIBRATION, speed=SPEED, damper=Tag("t", learned=False))
    fan.run(300, vibration=2.0, speed=1480.0, damper=50.0)
    [evidence] = fan.run(10, vibration=6.0, speed=1200.0, damper=50.0)
    assert evidence.others == (
        OtherSignal("speed", "speed", "rpm", 1200.0, 1480.0, "down"),
        OtherSignal("damper", "damper", "", 50.0, 50.0, "steady"),
    )


def test_a_silent_or_odd_signal_is_not_called_steady() -> None:
    quiet = Tag("t", unit="rpm", stuck_after=60.0, learned=False)
    fan = Fan(vibration=VIBRATION, speed=SPEED, frequency=quiet)
    fan.run(300, vibration=2.0, speed=1480.0, frequency=49.9)
    fan.run(200, vibration=2.0)
    reports = fan.run(10, vibration=6.0, frequency=49.9)
    assert {other.tag for other in reports[-1].others} <= {"vibration"}
    assert reports[-1].ruled_out == ()


def test_what_moved_at_the_first_report_still_counts_at_the_last() -> None:
    fan = Fan(vibration=VIBRATION, temp=Tag("t", unit="°C", name="bearing temperature"))
    fan.run(300, vibration=2.0, temp=50.0)
    fan.monitor.log(LogLine("f1", "bearing grease low", "warning", fan.now))
    [opened] = fan.run(10, vibration=6.0, temp=60.0)
    [closed] = fan.run(20, vibration=2.0, temp=50.0)
    assert (opened.others[0].move, closed.others[0].move) == ("up", "steady")
    assert (opened.fault, closed.fault) == ("bearing wear", "bearing wear")
    assert opened.confidence == closed.confidence


def test_where_only_a_signal_is_at_fault_nothing_is_said_of_the_machine() -> None:
    fan = Fan(speed=Tag("t", unit="rpm", stale_after=30.0, limits=Limits(low=900.0)))
    fan.run(300, speed=1480.0)
    fan.monitor.log(LogLine("f1", "belt slip", "warning", fan.now))
    [evidence] = fan.run(40)
    assert evidence.signal_only
    assert (evidence.fault, evidence.confidence, evidence.ruled_out) == (None, 0.0, ())
    assert evidence.checks == ("Check the sensor's power, wiring and network connection.",)
    assert "no value" in evidence.lead.why


def test_a_sensor_that_fails_after_the_machine_did_makes_it_no_fault_of_the_sensor() -> None:
    limits = Limits(high=4.5, high_high=7.1)
    fan = Fan(vibration=Tag("t", unit="mm/s", limits=limits, learned=False))
    fan.run(300, vibration=2.0)
    fan.run(20, vibration=8.0)
    fan.run(2, vibration=2.0)
    [evidence] = fan.run(8, vibration=float("nan"))
    [signal] = evidence.signals
    assert (signal.kind, signal.active, signal.value) == (Kind.HIGH_HIGH, False, 2.0)
    assert signal.status == "failure"
    assert "vibration_disturbed" in signal.conditions
    assert not evidence.signal_only


def test_notes_and_log_lines_from_long_before_are_left() -> None:
    fan = Fan(vibration=VIBRATION)
    fan.monitor.note("f1", "Fan was painted.", by="ann", at=START - 7200.0)
    fan.monitor.note("f1", "It squeals.", by="kim", at=START - 60.0)
    fan.monitor.log(LogLine("f1", "old news", "info", START - 3600.0))
    fan.run(300, vibration=2.0)
    fan.monitor.log(LogLine("f1", "trip 7", "error", fan.now))
    [evidence] = fan.run(10, vibration=6.0)
    assert [note.text for note in evidence.notes] == ["It squeals."]
    assert [(log.template, log.first) for log in evidence.logs] == [("trip <n>", START + 300.0)]
