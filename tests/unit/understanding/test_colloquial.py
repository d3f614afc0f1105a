"""Hurried English in the words of the dictionary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.colloquial import spelled_out


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("which lights r on rn", "which lights are on right now"),
        ("can u turn the lamp off pls", "can you turn the lamp off please"),
        ("heating off n blind down", "heating off and blind down"),
        ("close the blind at eleven p m", "close the blind at eleven pm"),
        ("the wind's pickin' up", "the wind's picking up"),
        ("lamp off, and while you're at it close the blind", "lamp off, and close the blind"),
        ("if you don't mind, open the blind", "open the blind"),
        ("washer off & tell me", "washer off and tell me"),
        ("the heating two degrees more", "the heating two degrees warmer"),
        ("is it two degrees more than outside", "is it two degrees more than outside"),
    ],
)
def test_what_has_one_meaning_is_spelled_out(said: str, meant: str) -> None:
    assert spelled_out(said) == meant


def test_words_of_names_stay() -> None:
    assert spelled_out("turn on the temp box", {"temp", "box"}) == "turn on the temp box"


@pytest.mark.parametrize(
    "said", ["if the lamp is on", "when you open the door", "while it rains", "don't", "+"]
)
def test_conditions_and_negations_stay(said: str) -> None:
    assert set(said.split()) - {"+"} <= set(spelled_out(said).split())


@given(st.text(max_size=80))
def test_twice_is_once(text: str) -> None:
    once = spelled_out(" ".join(text.split()))
    assert spelled_out(once) == once
