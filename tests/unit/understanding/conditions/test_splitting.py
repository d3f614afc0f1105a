"""Sentences with conditions come apart into command and condition; all others are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.conditions.splitting import Conditional, split
from lamplighter.understanding.conditions.vocabulary import WORDS


@pytest.mark.parametrize(
    ("text", "body", "condition", "kind"),
    [
        (
            "when the hallway motion sensor sees someone after dark, turn on the hall light",
            "turn on the hall light",
            "the hallway motion sensor sees someone after dark",
            "whenever",
        ),
        (
            "if the attic is below five degrees switch the frost heater on",
            "switch the frost heater on",
            "the attic is below five degrees",
            "once",
        ),
        (
            "whenever anyone opens the back door at night switch on the porch light",
            "switch on the porch light",
            "anyone opens the back door at night",
            "whenever",
        ),
        (
            "Please close the blinds whenever it gets hotter than 25 outside",
            "close the blinds",
            "it gets hotter than 25 outside",
            "whenever",
        ),
        (
            "if the light switch is on turn off the fan",
            "turn off the fan",
            "the light switch is on",
            "once",
        ),
        ("if the back door is open close it", "close it", "the back door is open", "once"),
        (
            "from now on if nobody is in the lounge, lights off",
            "lights off",
            "nobody is in the lounge",
            "whenever",
        ),
        (
            "if the window opens, then turn the heating off please",
            "turn the heating off",
            "the window opens",
            "whenever",
        ),
        (
            "turn on the heater unless the window is open",
            "turn on the heater",
            "unless the window is open",
            "once",
        ),
        (
            "if the lounge is colder than 18 heating on",
            "heating on",
            "the lounge is colder than 18",
            "once",
        ),
    ],
)
def test_a_command_and_its_condition(text: str, body: str, condition: str, kind: str) -> None:
    assert split(text) == Conditional(body, condition, kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("at night, whenever the back door opens, switch on the porch light", "at night"),
        ("when the back door opens turn on the porch light, but only after dark", "after dark"),
        ("when the back door opens turn on the porch light at night", "at night"),
        ("turn on the porch light at weekends when the back door opens", "at weekends"),
    ],
)
def test_hours_beside_the_command_of_an_order_belong_to_its_condition(
    text: str, hours: str
) -> None:
    found = split(text)
    assert found is not None
    assert found.condition == f"the back door opens and only {hours}"
    assert found.body.endswith("the porch light")


@pytest.mark.parametrize(
    ("text", "body", "tell", "kind"),
    [
        ("if the freezer goes above -12 for ten minutes tell me", "", "", "whenever"),
        ("tell me if the back door is open", "", "", "once"),
        ("let me know when the washing machine is done", "", "", "whenever"),
        (
            "if smoke is detected turn the siren on and warn me",
            "turn the siren on",
            "",
            "whenever",
        ),
        ('if the front door opens say "welcome home"', "", "welcome home", "whenever"),
        (
            "if the attic is below five tell me that the pipes may freeze",
            "",
            "the pipes may freeze",
            "once",
        ),
        (
            "when the garage door is left open for ten minutes, notify me and close it",
            "close it",
            "",
            "whenever",
        ),
    ],
)
def test_what_is_to_be_told(text: str, body: str, tell: str, kind: str) -> None:
    found = split(text)
    assert found is not None
    assert (found.body, found.tell, found.kind) == (body, tell, kind)


@pytest.mark.parametrize(
    "text",
    [
        "turn off the fan",
        "when was the front door last opened?",
        "what happens if the door opens?",
        "is the light on if the door is open",
        "turn on the light in ten minutes",
        "when the freezer is above -12",
        "do you know if it is raining",
        "tell me when the front door was last opened",
        "tell me when my flight will land",
        "if i go to canada next month do i need a visa",
        "",
    ],
)
def test_what_has_no_condition_is_left_alone(text: str) -> None:
    assert split(text) is None


@pytest.mark.parametrize(
    ("text", "body", "condition"),
    [
        (
            (
                "when nobody's moved in the hall for ten minutes the hall light goes off, "
                "can you set that up"
            ),
            "turn the hall light off",
            "nobody's moved in the hall for ten minutes",
        ),
        (
            "when the front door opens after dark can the porch light come on so I'm not scared",
            "turn the porch light on",
            "the front door opens after dark",
        ),
        (
            "I'd like the porch light to come on when the back door opens",
            "turn the porch light on",
            "the back door opens",
        ),
        (
            "outside temp < 0 for 5 min: study radiator to heat",
            "set study radiator to heat",
            "outside temp below 0 for 5 min",
        ),
        (
            "set up a rule: when the back door opens, porch light on",
            "porch light on",
            "the back door opens",
        ),
        (
            "whenever the telly goes off put the lamp on. Not between midnight and six though",
            "put the lamp on",
            "the telly goes off and not between midnight and six",
        ),
        (
            "switch the coffee machine off whenever it's been on for an hour",
            "switch the coffee machine off",
            "the coffee machine's been on for an hour",
        ),
        (
            "in case of smoke turn on all lights",
            "turn on all lights",
            "there is smoke",
        ),
    ],
)
def test_orders_as_they_are_wished_for_reasoned_and_noted_down(
    text: str, body: str, condition: str
) -> None:
    assert split(text) == Conditional(body, condition, "whenever")


def test_what_is_noted_down_can_be_told_as_well() -> None:
    assert split("leak in utility -> washing machine off + tell me.") == Conditional(
        "washing machine off", "leak in utility", "whenever", ""
    )
    assert split("keep an eye on the freezer and tell me if it goes above -12") == Conditional(
        "", "the freezer goes above -12", "whenever", ""
    )


def test_what_else_is_let_be_is_no_part_of_the_command() -> None:
    found = split("if the pressure is under six bar, start the pump. Otherwise let it be.")
    assert found == Conditional("start the pump", "the pressure is under six bar", "once")


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ("the freezer is above -12", "once"),
        ("the freezer goes above -12", "whenever"),
        ("the freezer is above -12 for an hour", "whenever"),
        ("the back door has been open for an hour", "once"),
        ("the back door gets opened", "whenever"),
        ("there is motion in the hall", "once"),
        ("it gets dark", "whenever"),
        ("it is dark", "once"),
    ],
)
def test_what_happens_is_watched_for_and_what_is_so_is_looked_at(condition: str, kind: str) -> None:
    found = split(f"if {condition}, turn on the hall light")
    assert found is not None
    assert found.kind == kind


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    split(text)
    split(f"if {text}, turn it on")


@given(st.lists(st.sampled_from(sorted(WORDS)), max_size=10))
def test_no_heap_of_its_words_breaks_it(words: list[str]) -> None:
    found = split(f"when {' '.join(words)} turn on the light")
    assert found is None or found.body or found.tell is not None
