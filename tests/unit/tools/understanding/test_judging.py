"""The judge of conversations: what counts as right, and what as a wrong action."""

from __future__ import annotations

from typing import Any

import pytest
from tools.understanding.house import Turn
from tools.understanding.judging import judge

from lamplighter.catalogue.entity import State

BEFORE = {
    "light.a": State("off", {"brightness_pct": 40}),
    "light.b": State("on", {}),
    "cover.c": State("open", {"position": 100}),
    "scene.s": State(None),
}


def turn(after: dict[str, State], outcome: str = "done", speech: str = "") -> Turn:
    """A turn after which these are as given, and the rest as before."""
    reply = {"outcome": outcome, "speech": speech}
    return Turn(reply, (), (), BEFORE, {**BEFORE, **after})


def test_exactly_what_is_wanted_is_right() -> None:
    found = judge(
        turn({"light.a": State("on", {"brightness_pct": 40})}), {"states": {"light.a": "on"}}
    )
    assert found.problems == ()


@pytest.mark.parametrize(
    ("after", "case"),
    [
        ({}, {"states": {"light.a": "on"}}),
        ({"light.b": State("off")}, {"states": {}}),
        ({"light.a": State("on", {"brightness_pct": 90})}, {"states": {"light.a": "on"}}),
        (
            {"light.a": State("on", {"brightness_pct": 90})},
            {"states": {"light.a": {"brightness_pct": [30, 50]}}},
        ),
    ],
)
def test_anything_else_is_not(after: dict[str, State], case: dict[str, Any]) -> None:
    assert judge(turn(after), case).problems


def test_a_wrong_action_is_one_that_changed_something() -> None:
    assert judge(turn({"light.b": State("off")}), {"states": {}}).wrong == ("light.b",)
    assert judge(turn({}), {"states": {"light.a": "on"}}).wrong == ()


def test_what_follows_by_itself_is_no_mistake() -> None:
    closed = turn({"cover.c": State("closed", {"position": 0})})
    assert judge(closed, {"states": {"cover.c": "closed"}}).problems == ()


def test_outcome_and_words_count() -> None:
    answered = turn({}, "answered", "It is 20 degrees.")
    assert judge(answered, {"outcome": ["answered"], "says": [["20", "twenty"]]}).problems == ()
    assert judge(answered, {"outcome": ["answered"], "says": [["21"]]}).problems
    assert judge(answered, {"outcome": ["answered"], "says_not": ["degrees"]}).problems
    assert judge(answered, {"outcome": ["clarify"]}).problems


def test_another_reading_may_be_as_right() -> None:
    case = {"states": {"light.a": "on"}, "also_right": [{"states": {}, "outcome": ["clarify"]}]}
    assert judge(turn({}, "clarify"), case).problems == ()


def test_what_changed_by_itself_is_not_the_agents_doing() -> None:
    found = judge(turn({"light.b": State("off")}), {"set": {"light.b": "off"}, "states": {}})
    assert found.wrong == ()
