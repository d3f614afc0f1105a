from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.model.decoding.figures import Figures, FigureTokens

TEXTS = [*"0123456789", ".", ":", "-", ",", " ", "v", " v", "mm", " is", "(", "12", " 7"]
TOKENS = FigureTokens([text.encode() for text in TEXTS])


def allowed(words: tuple[str, ...], begun: str) -> set[str]:
    """The texts of the tokens that may follow."""
    scores = np.zeros(len(TEXTS), np.float32)
    Figures(TOKENS, words, begun).restrict(scores)
    return {TEXTS[place] for place in np.flatnonzero(np.isfinite(scores))}


def digits(words: tuple[str, ...], begun: str) -> set[str]:
    return {text for text in allowed(words, begun) if any(map(str.isdigit, text))}


def test_only_figures_that_are_known_may_begin() -> None:
    assert digits(("78.5", "12"), "it is ") == {"7", "1", "12", " 7"}
    assert digits(("v1",), "it is ") == set()
    assert digits(("v1",), "it is v") == {"1"}


def test_a_half_written_figure_has_to_go_on() -> None:
    assert allowed(("14:05",), "at 14") == {":"}
    assert allowed(("14:05",), "at 14:0") == {"5"}
    assert allowed(("78.5",), "it is (78.") == {"5"}


def test_a_whole_figure_may_end_or_go_on_to_a_longer_one() -> None:
    found = allowed(("7", "7.25"), "it is 7")
    assert {".", ",", " ", " is"} <= found
    assert "mm" not in found
    assert digits(("7", "7.25"), "it is 7.") == {"2", " 7"}


def test_a_figure_that_no_token_ends_stops_nothing() -> None:
    assert allowed(("7\u0660",), "it is 7")


def test_words_without_digits_are_free() -> None:
    assert {" ", "v", " v", "mm", " is", "("} <= allowed((), "it ")


@pytest.mark.parametrize("begun", ["(", '"', "it is (", ""])
def test_brackets_and_quotes_are_no_part_of_a_figure(begun: str) -> None:
    assert {"7"} <= digits(("78.5",), begun)


@given(
    words=st.lists(
        st.from_regex(r"v?[0-9]{1,2}([.:][0-9])?", fullmatch=True), min_size=1, max_size=4
    ),
    picks=st.lists(st.integers(0, 10_000), max_size=40),
)
def test_no_other_word_with_digits_can_be_written(words: list[str], picks: list[int]) -> None:
    figures, text = Figures(TOKENS, words), ""
    for pick in picks:
        scores = np.zeros(len(TEXTS), np.float32)
        figures.restrict(scores)
        places = np.flatnonzero(np.isfinite(scores))
        token = int(places[pick % len(places)])
        figures.add(token)
        text += TEXTS[token]
    whole = text.rpartition(" ")[0]
    assert set(re.findall(r"v?\d+(?:[.:]\d+)*", whole)) <= set(words), text
