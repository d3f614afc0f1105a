"""Commands that lack a part."""

from __future__ import annotations

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.followups.incomplete import missing_part, unfinished
from lamplighter.understanding.names import collect
from lamplighter.understanding.rule_parser import Situation


@pytest.fixture
def situation(catalogue: Catalogue) -> Situation:
    names = collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)
    return Situation(names, None, "en", grounds=lambda _intent: True)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("dim the lights to", "To what brightness or colour?"),
        ("set the heating to", "To what temperature?"),
        ("set a timer for", "For how long?"),
        ("please turn off the", "Turn off what?"),
        ("turn on the hall light at", "At what time?"),
    ],
)
def test_a_command_that_breaks_off(situation: Situation, text: str, question: str) -> None:
    found = unfinished(text, situation)
    assert found is not None
    assert found.question == question
    assert found.pending is not None
    assert found.pending.continuation == text.removeprefix("please ")


def test_a_timer_is_nothing_without_its_length(situation: Situation) -> None:
    found = unfinished("set me a timer", situation)
    assert found is not None
    assert found.pending is not None
    assert (found.question, found.pending.continuation) == (
        "For how long?",
        "set me a timer for",
    )


@pytest.mark.parametrize(
    ("text", "question", "continuation"),
    [
        ("set it to 21", "What do you mean by “it”?", "set … to 21"),
        ("turn them off please", "What do you mean by “them”?", "turn … off"),
        ("turn that thing off", "What do you mean by “that thing”?", "turn … off"),
        ("to sixty", "What shall I set to sixty?", "set … to sixty"),
    ],
)
def test_what_is_meant_is_asked_for(
    situation: Situation, text: str, question: str, continuation: str
) -> None:
    found = missing_part(text, situation)
    assert found is not None
    assert found.pending is not None
    assert (found.question, found.pending.continuation) == (question, continuation)


@pytest.mark.parametrize(
    "text",
    [
        "turn on the light",
        "what are you up to",
        "put my feet in",
        "where is it at",
        "to",
        "",
        "set",
        "turn it off",
        "make the best of the",
        "come in",
    ],
)
def test_what_does_not_break_off(situation: Situation, text: str) -> None:
    assert unfinished(text, situation) is None


@pytest.mark.parametrize(
    ("text", "question", "continuation"),
    [
        ("turn on", "What shall I turn on?", "turn on"),
        ("switch off please", "What shall I switch off?", "switch off"),
        ("open", "What shall I open?", "open"),
        ("set the heating", "To what temperature?", "set the heating to"),
        ("turn the lamp", "On or off?", "turn the lamp"),
        ("change the colour of the reading lamp", "To which colour?", None),
        ("set the washer programme", "To cotton or quick wash?", "set the washer programme to"),
    ],
)
def test_what_is_missing_is_asked_for(
    situation: Situation, text: str, question: str, continuation: str | None
) -> None:
    found = missing_part(text, situation)
    assert found is not None
    assert found.question == question
    assert found.pending is not None
    assert found.pending.continuation == (continuation or f"{text} to")


@pytest.mark.parametrize(
    "text",
    [
        "set the table",
        "turn on?",
        "make me a sandwich",
        "open your heart",
        "put the kettle away",
        "change my mind",
        "turn on the chandelier",
        "",
        "set",
    ],
)
def test_what_is_no_command_of_this_home_lacks_nothing(situation: Situation, text: str) -> None:
    assert missing_part(text, situation) is None
