from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.names import Names, collect
from lamplighter.understanding.rules import Rules
from lamplighter.understanding.templates import Templates

WORDS = """
turn switch set put on off the all every light lights lamp hall kitchen door back open close shut
lock brightness to at fifty twenty-two 40% 21.5 degrees percent red warm white what's is are how
many in unlock volume please fan speed blinds half up down timer for ten minutes réglage it's of
""".split()  # noqa: SIM905 - a list of words reads best as text


@pytest.fixture(scope="module")
def both(templates: Callable[[str], Templates]) -> tuple[Rules, Rules]:
    found = templates("en")
    return Rules(found), Rules(replace(found, sieve=None, kinds_sieve=None))


@pytest.fixture
def names(catalogue: Catalogue) -> Names:
    return collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)


SENTENCES = (
    "turn on the hall light",
    "Turn the hall-light on, please!",
    "set the brightness of the hall light to twenty-two percent",
    "set the kitchen to 21.5 degrees",
    "set pump delay to twenty two",
    "unlock the back door",
    "are all the lights off",
    "what's the temperature in the kitchen?",
    "all lights off",
    "set a timer for ten minutes",
    "start a pizza timer for one hour and a half",
    "in ten minutes turn off the hall light",
    "what time is it",
    "nonsense about something else entirely",
    "turn on the " + "x" * 50,
    "",
)


@pytest.mark.parametrize("text", SENTENCES)
def test_nothing_that_matches_is_left_out(
    text: str, both: tuple[Rules, Rules], names: Names
) -> None:
    sieved, plain = both
    for area in (None, "Kitchen"):
        assert sieved.recognise(text, names, area) == plain.recognise(text, names, area)
        loose = sieved.recognise_loosely(text, names, area)
        assert loose == plain.recognise_loosely(text, names, area)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # names never change
)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join))
def test_no_reading_changes(both: tuple[Rules, Rules], names: Names, text: str) -> None:
    sieved, plain = both
    assert list(sieved.readings(text, names, None)) == list(plain.readings(text, names, None))
    loose = sieved.recognise_loosely(text, names, None)
    assert loose == plain.recognise_loosely(text, names, None)


def test_what_no_template_says_is_left_out(both: tuple[Rules, Rules]) -> None:
    sieve = both[0].templates.sieve
    assert sieve is not None
    every = sum(len(intent.data) for intent in sieve.narrowed("x" * 50, {}).intents.values())
    few = sieve.narrowed("turn on the gadget", {}).intents.values()
    assert 0 < sum(len(intent.data) for intent in few) < every / 5
