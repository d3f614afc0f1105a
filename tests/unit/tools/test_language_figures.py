"""The index of words is of the templates at hand, and figures count what they say they count."""

from __future__ import annotations

from typing import Any

import pytest
from tools.language_words import TARGET, line_of
from tools.understanding_figures.chinese import is_command, is_right
from tools.understanding_figures.languages import languages

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Act, Interpretation, NotUnderstood, Step


@pytest.mark.parametrize("language", ["sw", "mn"])
def test_the_index_is_of_these_templates(language: str) -> None:
    assert line_of(language) in TARGET.read_text(encoding="utf-8").splitlines()


def test_a_row_for_a_language() -> None:
    figures = languages(("sw",))
    row = figures["rows"][0]
    assert figures["languages"] == 1
    assert row["language"] == "sw"
    assert row["known_percent"] == 100
    assert row["told_percent"] >= 90


def case(**facts: Any) -> dict[str, Any]:
    return {"intent": "HassTurnOn", "slots": {"name": "灯"}, "targets": ["light.a"]} | facts


def acting(entity_id: str, **slots: Any) -> Interpretation:
    result = Act((Step(entity_id, "turn_on"),), "")
    return Interpretation(result, "rules", intents=(Intent("HassTurnOn", slots),))


def test_right_is_the_same_intent_values_and_targets() -> None:
    assert is_right(acting("light.a", name="灯"), case())
    assert is_right(acting("light.a", area="厨房", domain="light"), case())
    assert not is_right(acting("light.b", name="灯"), case())
    assert not is_right(acting("light.a", name="灯", brightness=5), case())
    assert not is_right(acting("light.a", name="灯"), case(intent="HassTurnOff"))
    nothing = Interpretation(NotUnderstood("", ""), "rules")
    assert not is_right(nothing, case())


def test_floors_are_the_same_with_and_without_their_word() -> None:
    wanted = case(slots={"floor": "一楼", "domain": "light"}, targets=[])
    assert is_right(acting("light.a", floor="一", domain="light"), wanted)
    assert not is_right(acting("light.a", floor="二", domain="light"), wanted)


@pytest.mark.parametrize(
    ("intent", "command"),
    [("HassTurnOn", True), ("HassGetState", False), ("HassStartTimer", False)],
)
def test_commands(intent: str, *, command: bool) -> None:
    assert is_command(case(intent=intent)) is command
