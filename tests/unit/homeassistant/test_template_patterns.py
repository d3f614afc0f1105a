from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter_homeassistant.template_patterns import MAX_TEXT, bounded_text, compiled


@pytest.mark.parametrize(
    "expression",
    [
        *(r"(a+)+$", r"(a|aa)+$", r"(a?){30}a", r"((a+)b)*", r"(.*,)*x", r"(?:\w+\s?)+$"),
        *(r"(?P<n>a*)*", r"(a{1,5}){3,}", r"(a+){9}", r"(x(y|z))*"),
    ],
)
def test_repeated_repetition_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="repeats what repeats"):
        compiled(expression)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (r"^(\d{1,3}\.){3}\d{1,3}$", "192.168.0.1"),
        (r"-?\d+(\.\d+)?", "-5.25"),
        (r"(?:ab)+", "abab"),
        (r"(on|off)", "off"),
        (r"([*+])x", "*x"),
        (r"[)(a+]+", "(a+)"),
        (r"\(a+\)+", "(aa))"),
        (r"(?P<x>\d+)-(?P=x)", "12-12"),
        (r"(a{2})+", "aaaa"),
        (r"(?i:ON)*", "on"),
        (r"", ""),
    ],
)
def test_usual_expressions_are_compiled(expression: str, text: str) -> None:
    assert compiled(expression).fullmatch(text)


@pytest.mark.parametrize("expression", ["(", "[", "*", "(?P<a>x)(?P<a>y)", "a{99999999999}"])
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="expression"):
        compiled(expression)


def test_texts_are_bounded() -> None:
    assert bounded_text(5) == "5"
    with pytest.raises(ValueError, match="more than"):
        bounded_text("x" * (MAX_TEXT + 1))


@given(st.text("ab()[]*+?{}|\\,1^$.", max_size=20))
def test_any_expression_is_compiled_or_refused(expression: str) -> None:
    try:
        pattern = compiled(expression)
    except ValueError as error:
        assert str(error)
    else:
        assert pattern.pattern == expression
