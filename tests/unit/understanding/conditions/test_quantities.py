"""Numbers, units and lengths as conditions say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.conditions.quantities import (
    Quantity,
    converted,
    length_of,
    measures_in,
    number_of,
    unit_of,
)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("-12", -12.0),
        ("minus twelve", -12.0),
        ("minus twelve and a half", -12.5),
        ("twenty-one", 21.0),
        ("a hundred and twenty", 120.0),
        ("two thousand five hundred", 2500.0),
        ("20.5", 20.5),
        ("20,5", 20.5),
        ("twenty point five", 20.5),
        ("zero", 0.0),
    ],
)
def test_numbers(said: str, number: float) -> None:
    assert number_of(said) == number


@pytest.mark.parametrize("said", ["", "blue", "twelve blue", "and"])
def test_what_is_no_number(said: str) -> None:
    assert number_of(said) is None


@given(st.integers(-99999, 99999))
def test_digits_are_the_number_they_say(number: int) -> None:
    assert number_of(str(number)) == number


@given(st.text(max_size=30))
def test_no_text_breaks_them(text: str) -> None:
    number_of(text)
    length_of(text)
    unit_of(text)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("ten minutes", 600.0),
        ("half an hour", 1800.0),
        ("an hour", 3600.0),
        ("an hour and a half", 5400.0),
        ("two and a half hours", 9000.0),
        ("a quarter of an hour", 900.0),
        ("one hour and thirty minutes", 5400.0),
        ("90 seconds", 90.0),
        ("5 min", 300.0),
        ("a couple of days", 172800.0),
    ],
)
def test_lengths(said: str, seconds: float) -> None:
    assert length_of(said) == seconds


@pytest.mark.parametrize(
    ("quantity", "unit", "number"),
    [
        (Quantity(5, "°"), "°F", 5.0),
        (Quantity(41, "°F"), "°C", 5.0),
        (Quantity(5, "°C"), "°F", 41.0),
        (Quantity(1.5, "kW"), "W", 1500.0),
        (Quantity(2000, "hPa"), "bar", 2.0),
        (Quantity(20, "%"), "%", 20.0),
        (Quantity(20), "anything", 20.0),
        (Quantity(20, "W"), "°C", None),
        (Quantity(20, "%"), "W", None),
    ],
)
def test_a_number_in_the_unit_of_a_device(
    quantity: Quantity, unit: str, number: float | None
) -> None:
    assert converted(quantity, unit) == number


def test_what_is_measured_in_a_unit() -> None:
    assert measures_in(unit_of("degrees celsius")) == ("temperature",)
    assert "humidity" in measures_in(unit_of("percent"))
    assert measures_in("") == ()
