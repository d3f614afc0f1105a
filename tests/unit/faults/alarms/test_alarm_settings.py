from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.alarms.settings import matches


@pytest.mark.parametrize(
    ("key", "pattern", "fits"),
    [
        ("bar_high", "bar_high", True),
        ("bar_high", "*", True),
        ("bar_high", "bar_*", True),
        ("bar_high", "*_high", True),
        ("bar_high_high", "bar_*_high", True),
        ("bar_high", "bar_h*_high", False),
        ("bar_high", "Bar_high", False),
        ("bar_high", "bar_hig?", False),
        ("bar_high", "bar_hig[h]", False),
        ("bar[1]_high", "bar[1]_high", True),
        ("bar[1]_high", "bar[1]_*", True),
        ("bar_high", "", False),
    ],
)
def test_a_star_stands_for_any_text_and_nothing_else_does(
    key: str, pattern: str, *, fits: bool
) -> None:
    assert matches(key, (pattern,)) is fits


_TEXTS = st.text("ab*[", max_size=12)


@given(_TEXTS, _TEXTS)
def test_a_pattern_is_the_expression_that_it_stands_for(key: str, pattern: str) -> None:
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    assert matches(key, (pattern,)) is (re.fullmatch(expression, key, re.DOTALL) is not None)
