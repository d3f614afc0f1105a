"""Numbers, dates, times and spans in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.reports.written_out import in_figures, worth


@pytest.mark.parametrize(
    ("written", "figures"),
    [
        ("on 1 March 2026 at 2:05 pm", "on 2026-03-01 at 14:05"),
        ("March 1st, 2026 at 2 p.m.", "2026-03-01 at 14:00"),
        ("on the 3rd of March", "on the -03-03"),
        ("for a quarter of an hour", "for ~15 min"),
        ("an hour and ten minutes", "70 minutes"),
        ("two and a half hours", "~150 min"),
        ("1 h 5 min", "65 min"),
        ("eighty-one degrees", "81 degrees"),
        ("four hundred and fifty pascals", "450 pascals"),
        ("seven point nine four", "7.94"),
        ("at ten past eleven pm", "at 23:10"),
        ("since nineteen minutes past eleven", "since 11:19~"),
        ("stuck at one value", "stuck at one value"),
        ("it may rise from 2 to 3 bar", "it may rise from 2 to 3 bar"),
        ('"at noon, one hundred"', '"at noon, one hundred"'),
    ],
)
def test_what_is_written_out_becomes_figures(written: str, figures: str) -> None:
    assert in_figures(written) == figures


def test_a_number_in_words_is_worth_its_figures() -> None:
    assert worth("one thousand two hundred and thirty-four") == "1234"
    assert worth("one hundred point five") == "100.5"


@given(st.text(max_size=120))
def test_any_text_can_be_put_into_figures(text: str) -> None:
    assert isinstance(in_figures(text), str)
