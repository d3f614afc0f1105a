"""The machines' watch on a recording's clock."""

from __future__ import annotations

from lamplighter.faults.monitor import AlarmChanged, Change, EpisodeDue, FaultMonitor
from lamplighter.faults.settings import Faults, Limits, Machine, Tag
from lamplighter.plugin import LogLine, Sample
from lamplighter.replay.entries import Entry
from lamplighter.replay.history import History, ReplayClock

NOON = 1_772_366_400.0
PUMP = Machine(
    "pump", tags={"t": Tag("t", unit="bar", limits=Limits(high=5.0, on_delay=10.0), stale_after=30)}
)


def history() -> History:
    clock = ReplayClock()
    monitor = FaultMonitor([PUMP], clock=clock, config=Faults(settle=5.0, quiet=20.0))
    return History(monitor, clock, lambda asset, tag: (asset, tag) == ("pump", "t"))


def values(*rows: tuple[float, float]) -> list[Entry]:
    return [Entry(NOON + at, (Sample("pump", "t", value, NOON + at),)) for at, value in rows]


def alarms(changes: list[tuple[float, Change]]) -> list[tuple[float, str, str]]:
    return [
        (time - NOON, change.condition, change.record["state"])
        for time, change in changes
        if isinstance(change, AlarmChanged) and change.condition in {"t_high", "t_stale"}
    ]


def test_delays_run_by_the_recordings_clock() -> None:
    made = list(history().play(values((0, 1.0), (1, 6.0), (5, 6.0), (15, 6.0), (20, 1.0))))
    assert alarms(made) == [
        (11, "t_high", "unacknowledged"),
        (20, "t_high", "returned_unacknowledged"),
    ]


def test_a_gap_makes_a_signal_stale_and_the_end_of_the_file_does_not() -> None:
    played = history()
    made = list(played.play(values((0, 1.0), (1000, 1.0))))
    assert [row[1:] for row in alarms(made)] == [
        ("t_stale", "unacknowledged"),
        ("t_stale", "returned_unacknowledged"),
    ]
    assert 30 <= alarms(made)[0][0] <= 32
    assert alarms(list(played.finish(100.0))) == []


def test_reports_that_are_due_after_the_last_value_are_drawn() -> None:
    played = history()
    made = list(played.play(values((0, 6.0), (11, 6.0), (12, 1.0))))
    made += played.finish(60.0)
    kinds = [change.evidence.kind for _, change in made if isinstance(change, EpisodeDue)]
    assert kinds == ["opened", "closed"]


def test_what_nobody_watches_is_counted() -> None:
    played = history()
    entries = [
        Entry(NOON, (Sample("fan", "x", 1.0, NOON), LogLine("pump", "hot", "error", NOON))),
        *values((1, 1.0)),
    ]
    list(played.play(entries))
    assert played.played.unknown == {("fan", "x"): 1}
    assert played.played.values == {("pump", "t"): 1}
    assert played.played.lines == 1


def test_the_clock_never_runs_backwards() -> None:
    played = history()
    list(played.play(values((100, 1.0), (0, 1.0))))
    assert played.clock.now == NOON + 100
