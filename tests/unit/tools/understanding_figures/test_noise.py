from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from tools.understanding_figures.noise import VARIATIONS, lost_word, wrong_letter

TEXT = st.from_regex(r"[a-z]{1,8}( [a-z]{1,8}){0,6}", fullmatch=True)


@given(TEXT, st.randoms(use_true_random=False))
def test_one_letter_is_another(text: str, draw: random.Random) -> None:
    changed = wrong_letter(draw, text)
    assert len(changed) == len(text)
    assert sum(one != other for one, other in zip(text, changed, strict=True)) == 1


@given(TEXT, st.randoms(use_true_random=False))
def test_one_word_is_lost_but_never_the_last(text: str, draw: random.Random) -> None:
    words = text.split()
    left = lost_word(draw, text).split()
    assert len(left) == max(1, len(words) - 1)
    assert set(left) <= set(words)


@given(st.randoms(use_true_random=False))
def test_a_sentence_stands_in_its_frame(draw: random.Random) -> None:
    assert VARIATIONS["... now please"](draw, "lamp on") == "lamp on now please"
    assert VARIATIONS["commands"](draw, "lamp on") == "lamp on"
