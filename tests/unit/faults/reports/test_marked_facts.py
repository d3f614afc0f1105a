from __future__ import annotations

from dataclasses import replace

import pytest

from lamplighter.faults.condition import Kind
from lamplighter.faults.evidence.log_templates import LogCount
from lamplighter.faults.evidence.record import (
    ActionTaken,
    Contribution,
    Evidence,
    Note,
    RuledOut,
    SimilarEpisode,
)
from lamplighter.faults.reports.marked_facts import named_fault, told
from lamplighter.faults.reports.marks import marks_in


def test_the_lines_tell_the_episode_in_marks(evidence: Evidence) -> None:
    found = told(evidence)
    assert found.lines[:3] == (
        "opened critical: m0, since t0",
        "s1 high: v1, limit l1, usual u1, rising g1",
        "t2 s2 high: v2, limit l2",
    )
    assert found.lines[-2:] == ("likely: f0", "check: c0")
    assert found.marks["m0"] == "Feed pump 3 (Boiler house)"
    assert found.marks["t0"] == "14:05:09 UTC on 2026-03-01"
    assert found.marks["v1"] == "7.94 mm/s"
    assert found.marks["g1"] == "1.57 mm/s per minute"
    assert found.marks["c0"] == "check the bearing for noise, heat and grease"


def test_every_mark_of_the_lines_stands_for_something(evidence: Evidence) -> None:
    found = told(evidence)
    assert marks_in(found.text) == found.marks.keys()


def test_a_closed_episode_tells_its_end_and_extreme(evidence: Evidence) -> None:
    lead = replace(evidence.lead, active=False, value=2.2, returned=evidence.started + 600)
    ended = replace(
        evidence,
        kind="closed",
        signals=(lead,),
        ended=evidence.started + 600,
        ended_by=ActionTaken("Bearing greased.", "kim", evidence.started + 500),
    )
    found = told(ended)
    assert found.lines[0] == "closed critical: m0, t0 to e0, d0"
    assert found.lines[1] == "s1 back from high: v1, limit l1, usual u1, peak p1"
    assert "ended: after z1 at z2" in found.lines
    assert (found.marks["d0"], found.marks["p1"]) == ("10 min", "8.2 mm/s")
    assert found.marks["z1"] == "bearing greased by kim"


def test_where_it_got_worse_the_beginning_is_given(evidence: Evidence) -> None:
    worse = replace(evidence, worsened=evidence.started + 30)
    found = told(worse)
    assert found.lines[0] == "opened alarm: m0, since t0, critical from w0"
    assert found.begun == "m0 has had an alarm since t0, which became critical at w0:"
    assert told(evidence).begun == ""
    changed = told(replace(evidence, kind="changed"))
    assert changed.begun == "The critical alarm that began on m0 at t0 has changed after d0:"


def test_a_change_tells_what_joined_and_what_left(evidence: Evidence) -> None:
    first, second = evidence.signals
    third = replace(second, tag="oil", name="oil level", active=False)
    changed = replace(
        evidence,
        kind="changed",
        signals=(first, second, third),
        joined=("temp",),
        left=("oil",),
    )
    found = told(changed)
    assert "new t2 s2 high: v2, limit l2" in found.lines
    assert "gone s3 back from high: v3, limit l3" in found.lines


def test_what_people_and_records_say_is_told(evidence: Evidence) -> None:
    start = evidence.started
    more = replace(
        evidence,
        signals=evidence.signals[:1],
        checks=(),
        fault=None,
        logs=(),
        notes=(Note('ran "dry" twice.', "kim", start),),
        ruled_out=(RuledOut("cavitation", "pressure", "discharge pressure", "steady"),),
        similar=(SimilarEpisode("a", "p2", "Feed pump 2", start, 60.0, None, "Greased.", 0.9),),
        contributions=(Contribution("vibration", "vibration", 0.7),),
        window="cleaning",
    )
    found = told(more)
    assert "note: b1 n1" in found.lines
    assert found.marks["n1"] == "\"ran 'dry' twice\""
    assert "window: i1" in found.lines
    assert "ruled out: r1, as o1 steady" in found.lines
    assert "led by: s1" in found.lines


def test_the_least_important_is_left_out_first(evidence: Evidence) -> None:
    evidence = replace(evidence, signals=evidence.signals[:1], logs=())
    wordy = replace(evidence, checks=(f"Check {'all of it ' * 9}at once.",))
    assert any(line.startswith("steady") for line in told(evidence).lines)
    lines = told(wordy).lines
    assert not any(line.startswith("steady") for line in lines)
    assert lines[-1] == "check: c0"


def test_little_to_tell_is_filled_up(evidence: Evidence) -> None:
    bare = replace(
        evidence,
        signals=(replace(evidence.lead, baseline=None, trend=None, slope=None),),
        others=(),
        logs=(),
        fault=None,
        checks=(),
    )
    assert told(bare).lines[-2:] == ("alone", "as of: g0")


def test_a_check_with_a_first_is_not_told_as_the_first(evidence: Evidence) -> None:
    found = told(replace(evidence, checks=("Check the door first.",)))
    assert found.lines[-1] == "advice: c0"


def test_a_log_line_is_told_without_its_stamp(evidence: Evidence) -> None:
    line = "2026-03-01T14:05:01Z WARN: bearing 2 above 81 C"
    logs = (LogCount("t", 3, "warning", line),)
    found = told(replace(evidence, signals=evidence.signals[:1], logs=logs))
    assert found.marks["q1"] == '"bearing 2 above 81 C"'


def test_a_silent_signal_is_no_fault_of_the_machine(evidence: Evidence) -> None:
    silent = replace(evidence.lead, kind=Kind.STALE, limit=30.0, limit_unit="s", zone="D")
    found = told(replace(evidence, signals=(silent,), fault=None))
    assert found.lines[0] == "opened critical: m0, since t0, signal only"
    assert found.lines[1] == "s1 silent: last v1, for d1"
    assert found.marks["d1"] == "30 s"


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("clogged filter", "a clogged filter"),
        ("iced evaporator", "an iced evaporator"),
        ("bearing wear", "bearing wear"),
        ("cavitation", "cavitation"),
        ("air in the suction line", "air in the suction line"),
        ("leak in the air net", "a leak in the air net"),
        ("a blocked filter", "a blocked filter"),
    ],
)
def test_faults_take_an_article_where_they_are_counted(fault: str, named: str) -> None:
    assert named_fault(fault) == named
