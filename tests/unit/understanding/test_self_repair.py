"""What is taken back while speaking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.self_repair import repaired


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            "switch off the lamp and the kitchen spots no wait leave the kitchen",
            "switch off the lamp and the kitchen spots except the kitchen",
        ),
        (
            "big light on — no hang on, put that on at half",
            "big light on, put that on at half",
        ),
        ("turn on the lamp, wait no, the fan", "turn on the lamp, wait no, the fan"),
        ("wait, turn on the lamp", "wait, turn on the lamp"),
        ("turn on the lamp", "turn on the lamp"),
    ],
)
def test_what_is_left_in_the_end(said: str, meant: str) -> None:
    assert repaired(said) == meant


@given(st.text(max_size=60))
def test_it_never_fails(text: str) -> None:
    assert isinstance(repaired(text), str)
