from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter_homeassistant.components.scaling import (
    byte_from_percent,
    percent_from_byte,
    percentage_to_ranged,
    ranged_to_percentage,
    scale,
    states_in,
)


@pytest.mark.parametrize(
    ("values", "value", "percentage"),
    [((1, 255), 255, 100), ((1, 255), 127, 49), ((1, 4), 2, 50), ((101, 0), 30, 70)],
)
def test_percentages(values: tuple[float, float], value: float, percentage: int) -> None:
    assert ranged_to_percentage(values, value) == percentage


def test_values() -> None:
    assert percentage_to_ranged((1, 255), 50) == 127.5
    assert percentage_to_ranged((101, 0), 70) == 30
    assert scale((1, 255), (1, 254), 128) == pytest.approx(127.498, abs=0.001)
    assert states_in((1, 255)) == 255


@given(low=st.integers(-100, 100), span=st.integers(99, 1000), percentage=st.integers(0, 100))
def test_what_is_asked_is_read_back(low: int, span: int, percentage: int) -> None:
    for values in ((low + 1, low + 1 + span), (low + span + 2, low)):
        value = round(percentage_to_ranged(values, percentage))
        assert abs(ranged_to_percentage(values, value) - percentage) <= 1


@given(percent=st.integers(0, 100))
def test_bytes_keep_the_percentage(percent: int) -> None:
    assert percent_from_byte(byte_from_percent(percent)) == percent


def test_a_glimmer_is_not_off() -> None:
    assert percent_from_byte(1) == 1
    assert percent_from_byte(0) == 0
