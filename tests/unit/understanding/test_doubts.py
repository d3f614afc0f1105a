from __future__ import annotations

import pytest

from lamplighter.understanding.doubts import asked_shortly, in_the_past, kept, weighed
from lamplighter.understanding.intents import Intent, Parse


def _grounds(_intent: Intent) -> bool:
    return True


def _turned_on() -> Parse:
    return Parse((Intent("HassTurnOn", {"name": "lamp"}, text="turn on the lamp"),))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("leave the coffee machine on", "the coffee machine"),
        ("keep the blinds closed", "the blinds"),
        ("leave the lights on in the hall", "the lights in the hall"),
        ("keep the fan as it is", "the fan"),
        ("keep the bedroom at 20 degrees", None),
        ("leave the house", None),
        ("turn the fan on", None),
    ],
)
def test_what_is_to_stay_as_it_is(text: str, what: str | None) -> None:
    assert kept(text) == what


@pytest.mark.parametrize(
    "text", ["maybe turn on the lamp", "turn on the lamp maybe", "turn on the lamp, perhaps?"]
)
def test_a_hedged_command_is_not_sure(text: str) -> None:
    parse = weighed(_turned_on(), text, _grounds)
    assert parse is not None
    assert not parse.sure


def test_a_plain_command_is_sure() -> None:
    assert weighed(_turned_on(), "could you maybe turn on the lamp", _grounds) == _turned_on()


def test_what_was_is_no_command_but_may_be_asked() -> None:
    assert in_the_past("It was too bright in the kitchen")
    assert weighed(_turned_on(), "the lamp was turned on", _grounds) is None
    question = Parse((Intent("HassGetState", {"name": "lamp"}, question="one"),))
    assert weighed(question, "was the lamp on", _grounds) == question


def test_nothing_hedged_is_scheduled() -> None:
    parse = Parse((Intent("HassStartTimer", {"minutes": 10}),))
    assert weighed(parse, "lamp on in ten minutes? maybe", _grounds) is None


@pytest.mark.parametrize(
    ("text", "heated", "name"),
    [
        ("set the bedroom to 18", True, "HassClimateSetTemperature"),
        ("set the bedroom to 18 %", True, "HassLightSet"),
        ("dim the bedroom to 18", True, "HassLightSet"),
        ("set the kitchen to 18", False, "HassLightSet"),
    ],
)
def test_a_bare_number_of_a_room_is_its_temperature(text: str, *, heated: bool, name: str) -> None:
    intent = Intent("HassLightSet", {"area": "Bedroom", "brightness": 18}, text=text)
    parse = weighed(Parse((intent,)), text, lambda _: heated)
    assert parse is not None
    assert parse.intents[0].name == name
    assert parse.sure is (heated or "dim" in text)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("front door locked?", "is front door locked?"),
        ("the lamp still on?", "is the lamp on?"),
        ("did nobody switch off the boiler?", "is the boiler off?"),
        ("has no one locked the shed", "is the shed locked?"),
        ("turn the lamp off?", None),
        ("lamp off", None),
        ("why is the lamp on?", None),
    ],
)
def test_short_questions(text: str, whole: str | None) -> None:
    assert asked_shortly(text) == whole
