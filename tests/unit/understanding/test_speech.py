from __future__ import annotations

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.speech import done, listed, sentence, wish


def lamp(name: str) -> Entity:
    return Entity(f"light.{name}", name, "test", "light", name)


def test_lists_read_as_people_say_them() -> None:
    assert listed(["A"]) == "A"
    assert listed(["A", "B", "C"], "or") == "A, B or C"
    assert listed([]) == ""


def test_what_was_done_is_grouped_and_bounded() -> None:
    lamps = [lamp(f"Lamp {number}") for number in range(6)]
    steps = [Step(each.id, "turn_on") for each in lamps]
    assert done(steps, lamps) == "Turned on 6 lights."


def test_values_are_said_in_their_units() -> None:
    red = Step("light.a", "turn_on", {"rgb_color": [255, 0, 0]})
    assert done([red], [lamp("Bulb")]) == "Set Bulb to red."
    half = Step("light.a", "turn_on", {"brightness_pct": 50.0})
    assert wish(half, lamp("Bulb")) == "set Bulb to 50 %"


def test_sentences_begin_and_end() -> None:
    assert sentence("it is done") == "It is done."
    assert sentence("which one?") == "Which one?"
