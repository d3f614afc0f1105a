"""Units in symbols and in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.reports.units import Units, factor

UNITS = Units(["mm/s", "°C", "m³/h", "pcs/min"])


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (" mm/s", "mm/s"),
        (" millimetres per second", "mm/s"),
        (" mm/s per minute", "mm/s/min"),
        (" millimetres per second per minute", "mm/s/min"),
        (" mm/s per 60 s", "mm/s/60 s"),
        (" degrees Celsius,", "°C"),
        (" C above", "°C"),
        (" degrees above", "°"),
        (" cubic metres per hour", "m³/h"),
        (" pcs/min", "pcs/min"),
        (" horsepower", "hp"),
        (" minutes", "minutes"),
        ("%", "%"),
        (" above", ""),
        ("", ""),
    ],
)
def test_a_unit_is_read_in_any_spelling(text: str, unit: str) -> None:
    assert UNITS.after(text, 0)[0] == unit


def test_units_of_one_family_are_converted() -> None:
    assert factor("m", "mm") == pytest.approx(1000.0)
    assert factor("bar", "kPa") == pytest.approx(100.0)
    assert factor("bar", "mm") == 0.0
    assert factor("mm", "mm") == 0.0


@given(st.text(max_size=60), st.integers(0, 60))
def test_any_text_can_be_asked_for_a_unit(text: str, at: int) -> None:
    assert UNITS.after(text, min(at, len(text)))[1] >= min(at, len(text))
