from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.spelling import (
    MAX_VARIANTS,
    corrections,
    meant,
    mishearings,
    neighbours,
)

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


def test_two_slips_are_put_right_in_long_words() -> None:
    known = KNOWN | {"thermostat"}
    assert "turn off the thermostat" in corrections("turn off the termostad", known)
    assert list(corrections("turn off the fxxn", known)) == []


def test_spaces_are_put_right() -> None:
    assert "turn on the light" in corrections("turnon the light", KNOWN)
    assert "turn on the kitchen light" in corrections("turn on the kit chen light", KNOWN)


def test_names_are_found_by_their_sound() -> None:
    known = KNOWN | {"cathy's", "lamp"}
    names = frozenset({"cathy's"})
    assert "turn on kathies lamp" not in known
    assert "turn on cathy's lamp" in corrections("turn on kathie's lamp", known, names)


def test_likely_slips_come_first() -> None:
    # "k" lies beside "l", and far from "f".
    assert meant("kight", frozenset({"light", "fight"}))[0] == "light"
    assert meant("lihgt", frozenset({"light", "liht"}))[0] == "light"


def test_english_words_are_only_taken_for_others_where_they_sound_alike() -> None:
    assert "turn on the lights" in mishearings("turn on the lice", KNOWN | {"lights"})
    assert list(mishearings("turn on the light", KNOWN)) == []


@given(st.text(alphabet="abcdehiglnort ", max_size=30))
def test_mishearings_are_bounded(text: str) -> None:
    found = list(mishearings(text, KNOWN))
    assert len(found) <= MAX_VARIANTS
    assert all(len(each.split()) == len(text.split()) for each in found)


def test_what_is_asked_of_the_world_sounds_like_no_name() -> None:
    names = frozenset({"water", "solar"})
    assert list(corrections("the weather", KNOWN | names, names)) == []
    assert list(corrections("the salary", KNOWN | names, names)) == []
