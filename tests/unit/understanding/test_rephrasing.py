from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.rephrasing import rephrased


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("kill the lights", "turn off the lights"),
        ("shut down the coffee machine", "turn off the coffee machine"),
        ("get the bedroom lights off", "turn off the bedroom lights"),
        ("put the heating on in the bedroom", "turn on the heating in the bedroom"),
        ("Could I have the lamp on?", "turn on the lamp"),
        ("the fan should be off", "turn off the fan"),
        ("bedroom lamp full blast", "set bedroom lamp to 100%"),
        ("bedroom lamp to full brightness", "set bedroom lamp to 100%"),
        ("bedroom light like 30%", "set bedroom light to 30%"),
        ("turn on the lamp at 20 percent", "set the lamp to 20 percent"),
        ("make sure all doors are locked", "lock all doors"),
        ("ensure that the lamp is off", "turn off the lamp"),
        ("confirm the doors are locked", "are the doors locked"),
        ("i want the lights in the garage to be turned on", "turn on the lights in the garage"),
        ("lock all the doors in the house", "lock all the doors"),
        ("would you mind turning off the lamp?", "turn off the lamp"),
        ("mind closing the blinds", "close the blinds"),
        ("draw the curtains", "close the curtains"),
        ("close the blinds halfway in the lounge", "set the blinds in the lounge to 50%"),
        ("garage door half open", "set garage door to 50%"),
        ("robbie go home", "send robbie home"),
        ("is the back door shut properly?", "is the back door shut"),
        ("it's too dark", "it is too dark"),
        ("turn the lights off upstairs", "turn off the lights upstairs"),
    ],
)
def test_everyday_words_become_the_templates_words(said: str, meant: str) -> None:
    assert rephrased(said) == meant


@pytest.mark.parametrize(
    "said", ["turn off the lights", "is the lamp on?", "set the lamp to 30%", "close the blinds"]
)
def test_what_is_said_plainly_stays(said: str) -> None:
    assert rephrased(said) is None


@given(st.text(st.sampled_from("abc onfthe 05%'?"), max_size=40))
def test_any_text_comes_to_an_end_and_stays_one_line(text: str) -> None:
    found = rephrased(f"kill {text}")
    assert found is None or found == " ".join(found.split())
