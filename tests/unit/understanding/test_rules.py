from __future__ import annotations

from collections.abc import Callable

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.names import Names, collect
from lamplighter.understanding.rules import Rules
from lamplighter.understanding.templates import Templates


@pytest.fixture
def rules(templates: Callable[[str], Templates]) -> Rules:
    return Rules(templates("en"))


@pytest.fixture
def names(catalogue: Catalogue) -> Names:
    return collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)


def test_whole_names_fill_the_slots(rules: Rules, names: Names) -> None:
    intent = rules.recognise("turn on the hall light", names, None)
    assert intent is not None
    assert (intent.name, dict(intent.slots)) == ("HassTurnOn", {"name": "hall light"})
    assert "light" in intent.domains


def test_parts_of_names_and_kinds_are_read_loosely(rules: Rules, names: Names) -> None:
    assert rules.recognise("lock the back door", names, None) is None
    loose = rules.recognise_loosely("lock the back door", names, None)
    assert loose is not None
    assert loose.slots["name"] == "back door"
    blinds = rules.recognise_loosely("toggle both blinds", names, None)
    assert blinds is not None
    assert (blinds.slots["kind"], blinds.many) == ("blind", True)


def test_the_area_of_the_asker_fills_in(rules: Rules, names: Names) -> None:
    intent = rules.recognise("turn on the lights", names, "Kitchen")
    assert intent is not None
    assert intent.here
    assert intent.slots["area"] == "Kitchen"


def test_numbers_are_taken_as_they_are_said(rules: Rules, names: Names) -> None:
    intent = rules.recognise("set pump delay to twenty two", names, None)
    assert intent is not None
    assert intent.slots["number"] == 22


def test_all_lights_off_tells_and_a_question_asks(rules: Rules, names: Names) -> None:
    asked = rules.recognise("are all the lights off", names, None)
    assert asked is not None
    assert (asked.name, asked.question) == ("HassGetState", "all")
    told = rules.recognise_loosely("all lights off", names, None)
    assert told is not None
    assert told.name == "HassTurnOff"


@pytest.mark.parametrize(
    "text", ["the hall light is nice", "turn on", "what is the weather in london", "on off on off"]
)
def test_other_sentences_are_not_known(rules: Rules, names: Names, text: str) -> None:
    assert rules.recognise(text, names, None) is None
    assert rules.recognise_loosely(text, names, None) is None


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("make the lights a bit brighter", {"kind": "light", "brightness_step": 20, "amount": 0.5}),
        ("it is too bright in the kitchen", {"brightness_step": -20, "area": "Kitchen"}),
        ("dim the lights by 30 percent", {"brightness_step": -20, "by": 30}),
        ("two degrees warmer in the bedroom", {"temperature_step": 1, "by": 2}),
        ("i'm freezing", {"temperature_step": 1, "kind": "thermostat"}),
        ("turn off everything upstairs", {"floor": "Upstairs"}),
    ],
)
def test_relative_and_sweeping_wordings(
    rules: Rules, names: Names, text: str, slots: dict[str, object]
) -> None:
    intent = rules.recognise(text, names, None)
    assert intent is not None
    assert slots.items() <= intent.slots.items()
