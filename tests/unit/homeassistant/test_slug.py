from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter_homeassistant.slug import slugify


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kitchen ceiling", "kitchen_ceiling"),
        ("Straße & Küche", "strasse_kuche"),
        ("  --x--  ", "x"),
        ("Bob's lamp", "bobs_lamp"),
        ("æøł", "aeol"),
        ("灯", ""),
        ("", ""),
    ],
)
def test_names_become_identifiers(text: str, expected: str) -> None:
    assert slugify(text) == expected


def test_another_separator() -> None:
    assert slugify("a b", "-") == "a-b"


@given(st.text())
def test_a_slug_holds_only_what_an_identifier_may(text: str) -> None:
    slug = slugify(text)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:_[a-z0-9]+)*)?", slug)
    assert slugify(slug) == slug
