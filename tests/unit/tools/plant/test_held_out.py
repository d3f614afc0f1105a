"""Nothing of what reports are measured on gets into training."""

from __future__ import annotations

import json

import pytest
from tools.plant import codec
from tools.plant.held_out import (
    AREAS,
    FAULTS,
    NOUNS,
    PEOPLE,
    UNITS,
    VENDORS,
    allowed,
    of_held_out_fault,
)
from tools.plant.library import load

from lamplighter.faults.evidence.record import Evidence


def _units(evidence: Evidence) -> set[str]:
    units = {signal.unit for signal in evidence.signals}
    return units | {other.unit for other in evidence.others}


def _named(text: str, nouns: frozenset[str]) -> bool:
    return any(noun.casefold() in text.casefold() for noun in nouns)


def test_what_is_held_out_is_there_and_a_quarter_of_the_names() -> None:
    library = load()
    nouns = [noun for kind in library.classes for noun in kind.nouns]
    units = {unit for kind in library.classes for signal in kind.signals for unit in signal.units}
    faults = {fault.name for kind in library.classes for fault in kind.faults}
    assert set(nouns) >= NOUNS
    assert 0.2 < sum(noun in NOUNS for noun in nouns) / len(nouns) < 0.35
    assert units >= UNITS
    assert faults >= set(FAULTS)
    assert set(library.sayings.vendors) >= VENDORS
    assert set(library.sayings.areas) >= AREAS
    assert set(library.sayings.people) >= PEOPLE


def test_every_class_and_signal_has_something_left_for_training() -> None:
    for kind in load().classes:
        assert allowed(list(kind.nouns), NOUNS, "train", chance=0.0)
        assert [fault for fault in kind.faults if not of_held_out_fault(fault.name)]
        for signal in kind.signals:
            assert allowed(list(signal.units), UNITS, "train", chance=0.0)


def test_training_sees_nothing_held_out(train: list[Evidence]) -> None:
    for each in train:
        text = json.dumps(codec.to_dict(each), ensure_ascii=False)
        assert not _units(each) & UNITS
        assert not _named(each.name, NOUNS)
        assert not any(_named(past.name, NOUNS) for past in each.similar)
        assert each.area not in AREAS
        assert not any(f'"{name}"' in text for name in PEOPLE)
        told = [each.fault or "", *(row.fault for row in each.ruled_out)]
        told += [past.fault or "" for past in each.similar]
        assert not any(of_held_out_fault(text) for text in told)


def test_reports_are_measured_on_what_is_held_out(held_out: list[Evidence]) -> None:
    unseen = sum(of_held_out_fault(each.fault or "") for each in held_out)
    assert unseen >= len(held_out) / 8
    assert sum(bool(_units(each) & UNITS) for each in held_out) > len(held_out) / 3
    assert sum(_named(each.name, NOUNS) for each in held_out) > len(held_out) / 2


def test_nothing_may_be_held_out_wholly() -> None:
    with pytest.raises(ValueError, match="held out"):
        allowed(["psi"], UNITS, "train", chance=0.5)
    assert allowed(["psi", "bar"], UNITS, "held_out", chance=0.5) == ["psi"]
    assert allowed(["psi", "bar"], UNITS, "held_out", chance=0.9) == ["bar"]
