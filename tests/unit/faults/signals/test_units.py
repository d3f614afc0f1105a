from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.signals.units import between, mistakable, same


@pytest.mark.parametrize(
    ("value", "other", "unit", "expected"),
    [
        (212.0, "°F", "°C", 100.0),
        (0.0, "degC", "°F", 32.0),
        (300.0, "K", "°C", 26.85),
        (100.0, "psi", "bar", 6.894757),
        (250.0, "kPa", "bar", 2.5),
        (1.0, "in/s", "mm/s", 25.4),
        (3600.0, "l/h", "l/min", 60.0),
        (50.0, "Hz", "rpm", 3000.0),
        (1500.0, "mW", "W", 1.5),
        (1.5, "MW", "W", 1.5e6),
    ],
)
def test_values_are_converted(value: float, other: str, unit: str, expected: float) -> None:
    scale = between(other, unit)
    assert scale is not None
    assert scale.read(value) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("other", "unit"), [("A", "bar"), ("°C", "mm/s"), ("widgets", "bar")])
def test_what_is_no_unit_of_the_quantity_is_not(other: str, unit: str) -> None:
    assert between(other, unit) is None


@pytest.mark.parametrize(
    ("written", "unit"),
    [(" celsius ", "°C"), ("PSI", "psi"), ("BAR", "bar"), ("MW", "MW"), ("mW", "mW"), ("x", "x")],
)
def test_a_unit_has_one_spelling(written: str, unit: str) -> None:
    assert same(written) == unit
    assert between(written, unit) is not None


def test_an_unknown_unit_is_itself() -> None:
    scale = between("widgets", " widgets")
    assert scale is not None
    assert scale.read(3.0) == 3.0


UNITS = st.sampled_from(["°C", "°F", "K", "bar", "kPa", "psi", "mm/s", "A", "", "widgets"])


@given(UNITS, st.floats(-1e6, 1e6))
def test_what_is_written_in_another_scale_is_read_back(unit: str, value: float) -> None:
    for scale in mistakable(unit):
        assert scale.read(scale.written(value)) == pytest.approx(value, rel=1e-6, abs=1e-6)


@given(UNITS)
def test_what_a_fault_or_a_stop_may_lead_to_needs_proof(unit: str) -> None:
    for scale in mistakable(unit):
        if scale.offset == 0 and scale.factor > 1 / 20:
            assert scale.proven
        assert scale.proven or not scale.is_round
