"""A sentence with a condition is done, answered, or proposed as a standing order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Reading
from lamplighter.config import Location
from lamplighter.orders.daylight import Daylight
from lamplighter.orders.order import Fact
from lamplighter.understanding.conditions.building import Around, build
from lamplighter.understanding.conditions.facts import facts
from lamplighter.understanding.conditions.hours import DARK
from lamplighter.understanding.conditions.splitting import split
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Ask,
    Clarify,
    NotUnderstood,
    Pending,
    Result,
    Stand,
    Step,
)
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.timing.when import Delay

NOON = 1_700_049_600.0
ON = Intent("HassTurnOn", {"name": "the light"})


def act(*entities: str) -> Act:
    return Act(tuple(Step(each, "turn_on") for each in entities), "Turned it on.")


def built(
    text: str, situation: Situation, result: Result | None = None, *, until: Delay | None = None
) -> Result:
    """What a sentence comes to at noon in Greenwich; its command comes to ``result``."""
    conditional = split(text)
    assert conditional is not None
    around = Around(
        situation,
        Ask(text, area="Hallway", user="ann"),
        ground=lambda _parse: result or act("light.hall"),
        now=NOON,
        daylight=Daylight(UTC, Location(51.5, 0.0)),
    )
    body = Parse((ON,)) if conditional.body else None
    found, explain = build(
        conditional, facts(conditional.condition, situation), body, around, until=until
    )
    assert explain
    return found


def test_what_is_so_is_done_now_and_the_reason_is_told(situation: Situation) -> None:
    result = built("if the attic is below ten degrees switch the frost heater on", situation)
    assert isinstance(result, Act)
    assert result.steps == act("light.hall").steps
    assert result.speech == "The Attic temperature is 7 °C. Turned it on."


def test_what_is_not_so_is_told_and_nothing_is_done(situation: Situation) -> None:
    heater = act("switch.frost")
    result = built(
        "if the attic is below five degrees switch the frost heater on", situation, heater
    )
    said = "The Attic temperature is 7 °C, so I left the Frost heater as it is."
    assert result == Answer(said)


def test_what_nobody_knows_is_said_and_nothing_is_done(
    catalogue: Catalogue, situation: Situation
) -> None:
    catalogue.read("sensor.attic", Reading("unknown"), 2000.0)
    result = built("if the attic is below five switch the frost heater on", situation)
    assert isinstance(result, Answer)
    assert result.speech.startswith("I don't know: the Attic temperature has not said anything")


@pytest.mark.parametrize(
    ("condition", "done"),
    [
        ("the back door is open", False),
        ("the bedroom window is open", True),
        ("the bedroom window is open and the back door is open", False),
        ("the bedroom window is open and the back door is closed", True),
        ("the bedroom window is open or the back door is open", True),
        ("all windows are closed", False),
        ("any window is open", True),
        ("no window is open", False),
        ("it is dark", False),
        ("it is light and the front door is locked", True),
        ("the bedroom window has been open for five minutes", True),
        ("the lounge is colder than 20", True),
    ],
)
def test_conditions_now(condition: str, situation: Situation, *, done: bool) -> None:
    result = built(f"if {condition}, turn on the hall light", situation)
    assert isinstance(result, Act if done else Answer), result


def test_unless(situation: Situation) -> None:
    assert isinstance(built("turn on the light unless the back door is open", situation), Act)
    assert isinstance(built("turn on the light unless a window is open", situation), Answer)


def test_a_question_whether_is_answered(situation: Situation) -> None:
    assert built("tell me if the back door is open", situation) == Answer(
        "No: the Back Door is closed."
    )
    assert built("tell me if the bedroom window is open", situation) == Answer(
        "Yes: the Bedroom window is open."
    )


def test_an_order_is_echoed_in_its_own_words(situation: Situation) -> None:
    text = "when the hallway motion sensor sees someone after dark, turn on the hall light"
    result = built(text, situation, until=Delay(300))
    assert isinstance(result, Stand)
    assert result.speech == (
        "When the Hallway motion detects motion after dark, I turn on the Hall light for "
        "5 minutes. Shall I keep that?"
    )
    order = result.order
    assert order.trigger == (Fact(("binary_sensor.hall_motion",), "is", "on"),)
    assert (order.hours, order.until) == ((DARK,), Delay(300))
    assert (order.text, order.area, order.user) == (text, "Hallway", "ann")
    assert order.intents == (replace(ON, slots={**ON.slots, "ids": ("light.hall",)}),)
    assert result.act is not None
    assert result.act.until == Delay(300)


def test_an_order_to_tell_says_what_has_come_about(situation: Situation) -> None:
    result = built("if the freezer goes above -12 for ten minutes tell me", situation)
    assert isinstance(result, Stand)
    assert result.speech == (
        "When Freezer is above -12 °C for 10 minutes, I tell you. Shall I keep that?"
    )
    assert result.order.tell == "Freezer has been above -12 °C for 10 minutes."
    assert (result.order.intents, result.act) == ((), None)


def test_an_unclear_command_is_no_order_and_its_answer_acts_on_nothing(
    situation: Situation,
) -> None:
    unclear = Clarify("Which one?", ("a", "b"), Pending("x", ()))
    result = built("when the back door opens turn on the light", situation, unclear)
    assert isinstance(result, Clarify)
    assert result.pending is None
    answer = built("when the back door opens turn on the light", situation, Answer("No."))
    assert isinstance(answer, NotUnderstood)


def test_an_unclear_command_is_not_asked_about_where_nothing_is_to_be_done(
    situation: Situation,
) -> None:
    unclear = Clarify("Which one?", ("a", "b"), Pending("x", ()))
    assert isinstance(
        built("if the back door is open turn on the light", situation, unclear), Answer
    )
    assert built("if a window is open turn on the light", situation, unclear) == unclear


def test_a_condition_that_is_unclear_or_unknown_does_nothing(situation: Situation) -> None:
    unclear = built("if the temperature is above 5 turn on the light", situation)
    assert isinstance(unclear, Clarify)
    assert unclear.options
    assert isinstance(
        built("if the basement is below five turn on the light", situation), NotUnderstood
    )


def test_the_answer_which_sensor_is_meant_completes_the_sentence(situation: Situation) -> None:
    asked = built("when the thermostat goes below 18 turn on the hall light", situation)
    assert isinstance(asked, Clarify)
    assert asked.question == "Which one do you mean: Lounge thermostat or Bedroom thermostat?"
    assert asked.pending is not None
    meant = {each.names[0]: each.result for each in asked.pending.candidates}
    chosen = meant["Bedroom thermostat"]
    assert isinstance(chosen, Stand)
    assert [fact.entities for fact in chosen.order.trigger] == [("climate.bedroom",)]
    now = built("if the thermostat is below 20 turn on the hall light", situation)
    assert isinstance(now, Clarify)
    assert now.pending is not None
    assert {type(each.result) for each in now.pending.candidates} == {Act, Answer}


def test_where_the_home_is_matters_to_the_sun_and_is_said(situation: Situation) -> None:
    text = "when the back door opens after dark tell me"
    conditional = split(text)
    assert conditional is not None
    around = Around(situation, Ask(text), lambda _parse: Answer(""), NOON, Daylight(UTC))
    result, _ = build(conditional, facts(conditional.condition, situation), None, around)
    assert isinstance(result, Stand)
    assert "after dark (from 19:00 to 7:00: I don't know where the home is)" in result.speech
