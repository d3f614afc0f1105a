"""What the episodes of a stretch of time add up to, and how it is told."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.faults.summaries.conftest import HOUR, NOON, reported

from lamplighter.faults.condition import Kind, Severity
from lamplighter.faults.summaries.happened import episodes_of
from lamplighter.faults.summaries.summary import Summary, summarised
from lamplighter.faults.summaries.telling import told


def summary(*payloads: dict[str, Any], hours: float = 8.0) -> Summary:
    return summarised(episodes_of(payloads), NOON - HOUR, NOON - HOUR + hours * HOUR)


def test_nothing_is_told_as_nothing() -> None:
    assert told(summary()) == "2026-03-01, 11:00 to 19:00 UTC: no machine had an alarm."


def test_one_episode() -> None:
    text = told(summary(reported(fault="bearing wear")))
    assert text == (
        "2026-03-01, 11:00 to 19:00 UTC: 1 episode on 1 machine (1 warning), all over."
        " Feed pump 3 was in alarm for 10 min. It began at 12:00: vibration high, as far as"
        " 7.25 mm/s, likely bearing wear."
    )


def test_several_machines_the_longest_in_alarm_first() -> None:
    found = summary(
        reported(at=NOON, lasted=600.0),
        reported(at=NOON + HOUR, lasted=900.0, severity="critical"),
        reported("fan", name="Fan 2", at=NOON + 2 * HOUR, lasted=3000.0),
    )
    assert [each.asset for each in found.machines] == ["fan", "pump-3"]
    assert found.severities == (("critical", 1), ("warning", 2))
    text = told(found)
    assert "3 episodes on 2 machines (1 critical, 2 warning), all over." in text
    assert (
        "Longest in alarm: Fan 2 1 episode and 50 min, Feed pump 3 2 episodes and 25 min." in text
    )
    assert "The longest, 50 min from 14:00, was on Fan 2: vibration high" in text


def test_what_is_open_is_told_with_what_to_check() -> None:
    found = summary(reported(lasted=None, check="Check the bearing."))
    assert [each.asset for each in found.open] == ["pump-3"]
    assert found.machines[0].seconds == 7 * HOUR
    assert told(found).endswith(
        "Still open: Feed pump 3, vibration high, as far as 7.25 mm/s, since 12:00."
        " Check the bearing."
    )


def test_signal_faults_are_none_of_a_machine() -> None:
    found = summary(reported(kind="stale"))
    assert found.episodes == ()
    text = told(found)
    assert "no machine had an alarm of its own" in text
    assert "Signals, not machines: vibration of Feed pump 3 without new values from 12:00" in text


def test_only_the_last_report_of_an_episode_counts() -> None:
    opened = reported(lasted=None, drawn=20.0)
    closed = reported(drawn=700.0)
    assert [e.ended for e in episodes_of([closed, opened])] == [NOON + 600.0]


def test_an_episode_outside_of_the_stretch_does_not_count() -> None:
    before = reported(at=NOON - 3 * HOUR)
    after = reported(at=NOON + 20 * HOUR)
    reaching_in = reported(at=NOON - 2 * HOUR, lasted=2 * HOUR)
    found = summary(before, after, reaching_in)
    assert [each.started for each in found.episodes] == [NOON - 2 * HOUR]
    assert found.machines[0].seconds == HOUR


def test_times_are_those_of_the_plant_and_have_their_day_where_it_differs() -> None:
    found = summarised(episodes_of([reported(at=NOON - 14 * HOUR)]), NOON - 24 * HOUR, NOON)
    text = told(found, ZoneInfo("Europe/Zurich"))
    assert text.startswith("2026-02-28 13:00 to 2026-03-01 13:00 CET: ")
    assert "It began at 23:00 on 2026-02-28" in text


def test_what_is_no_report_is_left_out() -> None:
    damaged: list[dict[str, Any]] = [{}, {"evidence": 1}, {**reported(), "started": "soon"}]
    assert episodes_of(damaged) == []


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c", "d", "e"]),
            st.floats(-50 * HOUR, 50 * HOUR),
            st.none() | st.floats(0, 50 * HOUR),
            st.sampled_from(list(Severity)),
            st.sampled_from(list(Kind)),
        )
    )
)
def test_no_set_of_episodes_is_too_much(
    rows: list[tuple[str, float, float | None, Severity, Kind]],
) -> None:
    found = summary(
        *(
            reported(asset, at=NOON + at, lasted=lasted, severity=severity, kind=kind)
            for asset, at, lasted, severity, kind in rows
        )
    )
    text = told(found)
    assert len(text.split()) <= 200
    assert sum(each.episodes for each in found.machines) == len(found.episodes)
    assert all(0.0 <= each.seconds <= 8 * HOUR * each.episodes for each in found.machines)
