from __future__ import annotations

from dataclasses import replace

import pytest

from lamplighter.faults.condition import Kind
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.marked_signals import begun_of_lead, signal_line, signal_marks


def test_every_kind_of_condition_has_a_line(evidence: Evidence) -> None:
    for kind in Kind:
        for active in (True, False):
            signal = replace(evidence.lead, kind=kind, active=active, limit_unit="mm/s/60 s")
            line = signal_line(1, signal, about="opened")
            assert line.startswith("s1 ")
            assert ("back from" in line) is not active


def test_a_value_within_the_deadband_is_not_told_as_beyond(evidence: Evidence) -> None:
    line = signal_line(1, replace(evidence.lead, value=7.0), about="opened")
    assert line == "s1 was high: v1, limit l1, usual u1, rising g1"


def test_of_a_change_what_is_usual_is_not_told(evidence: Evidence) -> None:
    line = signal_line(1, evidence.lead, about="changed")
    assert line == "s1 high: v1, limit l1, rising g1"


def test_a_rate_is_told_with_its_window(evidence: Evidence) -> None:
    fast = replace(evidence.lead, kind=Kind.RISING_FAST, limit=3.0, limit_unit="mm/s/60 s")
    assert signal_marks(2, fast)["l2"] == "3 mm/s within 60 s"
    assert "allowed l2" in signal_line(2, fast, about="opened")


def test_what_is_wrong_with_a_signal_is_told(evidence: Evidence) -> None:
    bad = replace(evidence.lead, kind=Kind.DISTURBED, why="its unit changed.")
    assert signal_line(1, bad, about="opened") == "s1 disturbed: v1, reason y1"
    assert signal_marks(1, bad)["y1"] == "its unit changed"


@pytest.mark.parametrize(("active", "zone"), [(True, True), (False, False)])
def test_the_zone_is_told_while_it_lasts(evidence: Evidence, active: bool, zone: bool) -> None:  # noqa: FBT001 - parameters of a case
    line = signal_line(1, replace(evidence.lead, zone="D", active=active), about="opened")
    assert ("z1" in line) is zone


def test_a_trend_that_shows_as_nothing_is_not_told(evidence: Evidence) -> None:
    assert "rising" not in signal_line(1, replace(evidence.lead, slope=0.0001), about="opened")


def test_a_value_that_says_nothing_of_its_bound_is_led_up_to(evidence: Evidence) -> None:
    lead = evidence.lead
    assert begun_of_lead(lead) == ""
    within = begun_of_lead(replace(lead, value=7.0))
    assert within == "s1 went above its limit of l1 and is now"
    fell = begun_of_lead(replace(lead, kind=Kind.FALLING_FAST, limit_unit="mm/s/60 s"))
    assert fell == "s1 fell by more than the allowed l1 and is"
