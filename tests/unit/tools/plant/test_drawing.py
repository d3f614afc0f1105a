"""Drawn cases: seeded, of every kind of report, and as the daemon's own evidence is."""

from __future__ import annotations

from collections import Counter

from tools.plant.drawing import Makings, case

from lamplighter.faults.condition import Condition, Kind, Severity, rank
from lamplighter.faults.evidence.record import Evidence, SignalEvidence


def test_a_case_depends_on_its_seed_and_number_only(
    trained_on: Makings, train: list[Evidence]
) -> None:
    assert case(trained_on, 17, 5, "train").evidence == train[17]
    assert case(trained_on, 17, 6, "train").evidence != train[17]


def test_reports_are_on_opened_changed_and_closed_episodes(train: list[Evidence]) -> None:
    assert Counter(each.kind for each in train) == {"opened": 20, "changed": 8, "closed": 12}


def test_times_are_in_order(train: list[Evidence], held_out: list[Evidence]) -> None:
    for each in [*train, *held_out]:
        onsets = [signal.onset for signal in each.signals]
        assert onsets == sorted(onsets)
        assert each.started == onsets[0]
        assert each.drawn >= onsets[-1]
        assert (each.ended is not None) == (each.kind == "closed")
        for signal in each.signals:
            assert signal.active == (signal.returned is None)
            if each.ended is not None:
                assert signal.returned is not None
                assert signal.onset <= signal.returned <= each.ended


def test_tags_that_are_spoken_of_are_the_machines(train: list[Evidence]) -> None:
    for each in train:
        in_alarm = {signal.tag for signal in each.signals}
        others = {other.tag for other in each.others}
        assert not in_alarm & others
        assert {*each.joined, *each.left} <= in_alarm
        assert {row.tag for row in each.ruled_out} <= in_alarm | others
        assert {row.tag for row in each.contributions} <= in_alarm | others


def test_a_signal_that_opened_an_episode_went_beyond_its_limit(train: list[Evidence]) -> None:
    seen = 0
    for each in train:
        for signal in each.signals:
            if signal.kind in {"high", "high_high"}:
                assert signal.greatest is not None
                assert signal.greatest >= signal.limit
                seen += 1
            elif signal.kind in {"low", "low_low"}:
                assert signal.least is not None
                assert signal.least <= signal.limit
                seen += 1
    assert seen > 20


def _severity(each: Evidence, signal: SignalEvidence, key: str) -> Severity:
    """Of the condition with this key: its longest ending that is a kind tells."""
    kind = max((kind for kind in Kind if key.endswith(kind)), key=len)
    place = (each.asset, signal.tag, kind, each.name, signal.name, signal.unit, signal.limit)
    return Condition(*place).severity


def test_the_gravity_is_that_of_the_gravest_condition(
    train: list[Evidence], held_out: list[Evidence]
) -> None:
    for each in [*train, *held_out]:
        found = [
            _severity(each, signal, key) for signal in each.signals for key in signal.conditions
        ]
        assert each.severity is max(found, key=rank)
        if each.worsened is not None:
            assert each.started < each.worsened <= each.drawn


def test_cases_differ_in_what_is_known(train: list[Evidence], held_out: list[Evidence]) -> None:
    rows = [*train, *held_out]
    for known in ("area", "logs", "notes", "actions", "fault", "similar", "ruled_out", "others"):
        having = sum(bool(getattr(each, known)) for each in rows)
        assert 0 < having < len(rows), known
    kinds = {signal.kind for each in rows for signal in each.signals}
    assert len(kinds) >= 12
    assert len({signal.unit for each in rows for signal in each.signals}) >= 20
    assert len({each.machine_class for each in rows}) >= 15
