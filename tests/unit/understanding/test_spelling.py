from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.spelling import MAX_VARIANTS, corrections, neighbours

KNOWN = frozenset({"turn", "on", "off", "the", "light", "fan", "kitchen"})


def test_one_slip_is_put_right() -> None:
    assert "turn on the light" in corrections("turn on the ligjt", KNOWN)
    assert "turn on the kitchen light" in corrections("turn on the kitchne light", KNOWN)


def test_known_words_are_left_and_strange_ones_give_nothing() -> None:
    assert list(corrections("turn on the light", KNOWN)) == []
    assert list(corrections("turn on the aubergine", KNOWN)) == []


@given(st.text(alphabet="abcdef ", max_size=30))
def test_corrections_are_bounded_and_known(text: str) -> None:
    found = list(corrections(text, KNOWN))
    assert len(found) <= MAX_VARIANTS
    assert all(set(each.split()) <= KNOWN for each in found)


@given(st.text(alphabet="abc", min_size=1, max_size=6))
def test_neighbours_are_mutual(word: str) -> None:
    assert word not in neighbours(word)
    assert all(word in neighbours(each) for each in list(neighbours(word))[:5])


def test_common_words_and_other_forms_are_no_slips() -> None:
    known = KNOWN | {"way", "raise", "form", "blinds"}
    assert list(corrections("it was the light", known | {"it"})) == []
    assert list(corrections("turn on the light from the kitchen", known)) == []
    assert list(corrections("raised the blinds", known)) == []
