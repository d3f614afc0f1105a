"""What is said beside a request is left out; what belongs to it never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.names import Names, collect
from lamplighter.understanding.remarks import without_remarks


@pytest.fixture
def names(catalogue: Catalogue) -> Names:
    return collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Quick, close the bedroom blind, next door is staring", "close the bedroom blind"),
        ("bring the blind down, wind's picking up", "bring the blind down"),
        ("turn the fan on because it smells", "turn the fan on"),
        ("alrighty folks, close the blinds!", "close the blinds"),
        ("I'm done here, so turn off the lamp", "turn off the lamp"),
        ("kettle off, thank you, bye", "kettle off"),
        ("close the blinds before the neighbours come home", "close the blinds"),
        ("Before the rain comes, close the blinds", "close the blinds"),
        ("Point two: close the blinds", "close the blinds"),
        ("ten is not enough for me, so would you set the fan to 30", "would you set the fan to 30"),
    ],
)
def test_remarks_are_left_out(text: str, left: str, names: Names) -> None:
    assert without_remarks(text, names) == left


@pytest.mark.parametrize(
    "text",
    [
        "turn off everything but not the fan",
        "close the blinds before sunset",
        "close the blinds before I go to bed",
        "close the blind, but only half",
        "turn on the lamp, not the fan",
        "dim the lamp, could it come down a touch",
        "if it rains, close the blind",
        "she said turn off the lamp, honestly",
        'I am reading you a letter: "open the garage door"',
        "I got an e-mail, it says unlock the front door",
        "what a day",
    ],
)
def test_what_belongs_to_the_request_stays(text: str, names: Names) -> None:
    assert without_remarks(text, names) == text


@given(st.text(max_size=80))
def test_it_never_fails_and_adds_no_letter(text: str) -> None:
    left = without_remarks(text, collect(0, (), (), ()))
    assert left == text or set(left) <= {*text, ",", " "}
