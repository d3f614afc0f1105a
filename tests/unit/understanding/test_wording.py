from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.wording import SYNONYMS, bare, key_of, spelt_out


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mia's lamp", "mias lamp"),
        ("Télé", "tv"),
        ("Telly plug", "television socket"),
        ("Hue 02", "hue two"),
        ("Washing machine", "washer"),
        ("bedside-table lamps", "night stand lamp"),
        ("Christmas tree", "xmas tree"),
    ],
)
def test_wordings_of_one_thing_have_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("hue 1", "hue 10"), ("left lamp", "right lamp"), ("pump 20", "pump 2"), ("bus", "bush")],
)
def test_different_things_have_different_keys(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


def test_umlauts_can_be_spelt_out() -> None:
    assert key_of(spelt_out("Küche")) == key_of("kueche")
    assert key_of("Küche") == key_of("kuche")


def test_synonyms_are_keys_themselves() -> None:
    for phrase, word in SYNONYMS.items():
        assert bare(word) == word
        assert all(bare(each) == each for each in phrase)


@given(st.text(max_size=40))
def test_every_text_has_a_key_that_is_its_own(text: str) -> None:
    key = key_of(text)
    assert all(key)
    assert key_of(text.upper()) == key_of(text.upper().casefold())
