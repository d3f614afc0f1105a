from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter_homeassistant.json_text import MAX_DEPTH, parse_json, strict_json, well_formed


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def test_depth_is_bounded() -> None:
    assert strict_json(nested(MAX_DEPTH)) is not None
    for levels in (MAX_DEPTH + 1, 1_000, 200_000):
        with pytest.raises(ValueError, match="nested more than"):
            strict_json(nested(levels))


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "-Infinity", '"\\ud800"', '{"\\udfff": 1}', ""]
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        strict_json(text)
    assert parse_json(text, "default") == "default"


def test_a_whole_pair_is_one_character() -> None:
    assert strict_json('"\\ud83d\\ude00"') == "😀"


def test_well_formed_texts() -> None:
    assert well_formed("plain")
    assert well_formed("grün 😀")
    assert not well_formed("half \ud83d")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner)
        ),
    )
)
def test_what_json_writes_is_read_again(value: Any) -> None:
    assert strict_json(json.dumps(value)) == value
