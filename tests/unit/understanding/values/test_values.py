"""Numbers, shares, colours and units as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.values.numbers import number_at
from lamplighter.understanding.values.reading import values_at
from lamplighter.understanding.values.units import converted, difference
from lamplighter.understanding.values.value import Value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("21.5", 21.5),
        ("21,5", 21.5),
        ("twenty one", 21),
        ("twenty one and a half", 21.5),
        ("twenty point five", 20.5),
        ("a hundred", 100),
        ("one hundred and ten", 110),
        ("a couple of", 2),
        ("minus eighteen", -18),
        ("zero", 0),
    ],
)
def test_numbers_in_digits_and_words(text: str, number: float) -> None:
    words = text.split()
    assert number_at(words, 0) == (number, len(words))


def test_what_is_no_number_is_none() -> None:
    assert number_at(["lamp"], 0) is None
    assert number_at(["minus"], 0) is None


def best(text: str) -> Value:
    """The longest value at the start of a text."""
    words = text.split()
    value, _ = max(values_at(words, 0), key=lambda found: found[1])
    return value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50 %", Value("share", 50, "%")),
        ("fifty per cent", Value("share", 50, "%")),
        ("20 % closed", Value("share", 80, "%", "closed")),
        ("half open", Value("share", 50, text="open")),
        ("a third of the way down", Value("share", 67, text="closed")),
        ("full brightness", Value("share", 100, text="end")),
        ("21 degrees celsius", Value("number", 21, "°C")),
        ("3000 kelvin", Value("number", 3000, "K")),
        ("an hour and a half", Value("number", 1.5, "hours")),
        ("plus ten percent", Value("share", 10, "%", "plus", "by")),
        ("a little bit", Value("step", 0.5)),
        ("twice as", Value("factor", 2)),
        ("dimmer", Value("change", -1, text="brightness")),
        ("forest green", Value("colour", text="forest green")),
        ("a soft pink glow", Value("colour", text="pink")),
        ("warm white", Value("white", 2700, text="warm white")),
    ],
)
def test_values_by_what_they_say(text: str, value: Value) -> None:
    assert best(text) == value


def test_one_is_a_number_only_where_a_number_is_expected() -> None:
    assert list(values_at(["left", "one"], 1)) == []
    assert list(values_at(["to", "one"], 1)) == [(Value("number", 1), 2)]


def test_units_are_converted_to_those_that_are_wanted() -> None:
    assert converted(68, "°F", "°C") == pytest.approx(20)
    assert converted(20, "°C", "°F") == pytest.approx(68)
    assert converted(1.5, "hours", "min") == 90
    assert converted(20, "", "°C") == 20
    assert converted(20, "°", "°F") == 20
    assert converted(20, "minutes", "%") is None
    assert difference(2, "°C", "°F") == pytest.approx(3.6)


@given(st.lists(st.text(alphabet="abcdefgh0123456789%°-. ", max_size=8), max_size=6))
def test_any_words_are_read_or_not(words: list[str]) -> None:
    for start in range(len(words)):
        for _, end in values_at(words, start):
            assert start < end <= len(words)
