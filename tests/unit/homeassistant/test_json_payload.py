from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.errors import PayloadError
from lamplighter_homeassistant.components.json_payload import json_object, json_text


def test_json_has_no_spaces_and_no_escapes() -> None:
    assert json_text({"state": "ON", "tone": "größer", "level": 1.0}) == (
        '{"state":"ON","tone":"größer","level":1.0}'
    )


@pytest.mark.parametrize("text", ["", "ON", "[]", "1", "null", '{"a": NaN}', "{"])
def test_what_is_no_object(text: str) -> None:
    with pytest.raises(PayloadError) as caught:
        json_object(text, "t")
    assert caught.value.topic == "t"


@given(said=st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()))
def test_what_is_written_is_read(said: dict[str, object]) -> None:
    assert json_object(json_text(said), "t") == said
