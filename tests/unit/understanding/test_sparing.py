from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.sparing import spared


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            "switch all the lamps off but leave the porch light on",
            "switch all the lamps off except the porch light",
        ),
        (
            "close every blind, only please leave the nursery one alone",
            "close every blind except the nursery one",
        ),
        ("all lights off bar the one in the attic", "all lights off except the one in the attic"),
        ("kill everything, spare the router", "kill everything except the router"),
        (
            "lights out in the barn, Ruedi's can stay on",
            "lights out in the barn except Ruedi's",
        ),
        (
            "leave the aquarium on but switch all the other plugs off",
            "switch all the plugs off except the aquarium",
        ),
        (
            "keep the desk lamp on and turn the rest off",
            "turn all the lights off except the desk lamp",
        ),
        (
            "turn off all the lights except the stove and leave the hall on",
            "turn off all the lights except the stove and the hall",
        ),
        (
            "turn off all the lights except my lamp, I'm still reading",
            "turn off all the lights except my lamp",
        ),
    ],
)
def test_what_is_to_be_left_as_it_is_becomes_an_exception(said: str, meant: str) -> None:
    assert spared(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "turn the fan off and leave the lamp on",
        "leave the hall light on",
        "turn all the lights off and leave them until ten",
        "set every radiator to 2 bar",
        "turn off the bar lights",
        "did all the lights go off but leave the fan on",
        "turn off all the lights except the lamp, then open the blind",
    ],
)
def test_what_spares_nothing_stays_as_it_was_said(said: str) -> None:
    assert spared(said) == said


@given(st.text(alphabet="abe ,.'", max_size=60))
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(spared(text), str)


@given(
    st.sampled_from(["all the lights off", "close every blind", "turn everything off"]),
    st.sampled_from([" but leave the hall on", ", spare the study", ", the den can stay as it is"]),
)
def test_it_is_done_once(said: str, left: str) -> None:
    once = spared(said + left)
    assert " except the " in once
    assert spared(once) == once
