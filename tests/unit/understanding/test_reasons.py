from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.reasons import Request, is_reason, request_of

PLACES = ("lounge", "kitchen", "living room", "upstairs")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "I'm a little chilly in the lounge, could you make it warmer",
            Request("could you make it warmer", "lounge"),
        ),
        ("It's too bright in here, close the blinds", Request("close the blinds")),
        ("turn on the fan, it's too hot in here", Request("turn on the fan")),
        ("The kitchen is too dark, turn on the lamp", Request("turn on the lamp", "kitchen")),
        ("I'm cold, is the window open?", Request("is the window open?")),
        ("It's dark upstairs so turn on a light", Request("turn on a light", "upstairs")),
        ("I'm tired and it's late, lights off", Request("lights off")),
    ],
)
def test_a_complaint_next_to_a_request_is_its_reason(text: str, wanted: Request) -> None:
    assert request_of(text, PLACES) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "I'm cold",
        "It's dark and I'm cold",
        "turn on the light, then open the blinds",
        "It's too dark in this book, turn on the lamp",
        "I was cold, turn on the heating",
        "",
    ],
)
def test_other_sentences_have_no_reason(text: str) -> None:
    assert request_of(text, PLACES) is None


def test_a_complaint_is_known_alone() -> None:
    assert is_reason("it's way too hot", PLACES)
    assert is_reason("I'm cold in the kitchen", PLACES)
    assert not is_reason("turn on the light", PLACES)
    assert not is_reason("I'm cold in the sauna", PLACES)


@given(st.lists(st.sampled_from(["i'm cold", "turn on the fan", ",", "so", ".", "?"])))
def test_what_is_left_stood_in_the_sentence(parts: list[str]) -> None:
    text = " ".join(parts)
    found = request_of(text, PLACES)
    assert found is None or (found.text in text and found.text != text)
