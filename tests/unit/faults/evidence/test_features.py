from __future__ import annotations

from dataclasses import replace

from lamplighter.faults.evidence.features import SORTS, WEIGHTS, Feature, features, signature
from lamplighter.faults.evidence.record import Evidence


def by_tag(tag: str, name: str, unit: str) -> frozenset[str]:
    del name, unit
    return frozenset({"temperature", "bearing temperature"}) if tag == "temp" else frozenset()


def test_an_episode_is_told_in_features(evidence: Evidence) -> None:
    pressure = replace(evidence.others[0], move="down")
    said = features(replace(evidence, others=(pressure,)), by_tag)
    assert said == (
        Feature("signal", "vibration up"),
        Feature("signal", "bearing temperature up"),
        Feature("lead", "vibration up"),
        Feature("order", "vibration up then bearing temperature up"),
        Feature("kind", "vibration high_high"),
        Feature("kind", "bearing temperature high"),
        Feature("fault", "bearing wear"),
        Feature("log", "bearing <n> above <n> C"),
        Feature("other", "discharge pressure down"),
    )
    closed = replace(evidence, kind="closed", ended=evidence.started + 700.0)
    assert features(closed, by_tag)[-1] == Feature("length", "hours")


def test_a_signature_tells_features_apart_and_their_weight() -> None:
    said = (Feature("signal", "a up"), Feature("lead", "a up"), Feature("signal", "a down"))
    signed = signature(said)
    assert len(signed) == 12
    assert len({each.number for each in said}) == 3
    assert [signed[at] for at in (0, 4, 8)] == [SORTS["signal"], SORTS["lead"], SORTS["signal"]]
    assert set(SORTS) == set(WEIGHTS)
