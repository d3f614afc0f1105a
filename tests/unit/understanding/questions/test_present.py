"""How things are now: read in free English, and answered from states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lamplighter.catalogue.entity import Reading
from lamplighter.understanding.context import Context
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Answer

if TYPE_CHECKING:
    from tests.unit.understanding.questions.conftest import Asker


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("is the bedroom light on", "No, the Bedside lamp is off."),
        ("did i leave the iron on", "No, Iron is off."),
        ("i can't remember if i locked the front door", "Yes, the Front door is locked."),
        ("did i forget to lock up the front", "No, the Front door is locked."),
        ("are all windows shut", "No, the Bedroom window is not closed."),
        ("kitchen window open?", "No, the Kitchen window is closed."),
        ("hey, do you know whether the back door is locked", "No, the Back door lock is unlocked."),
        ("let me know which windows are open", "The Bedroom window is open."),
        ("wich windows are open", "The Bedroom window is open."),
        ("is the front door open", "No, the Front door contact is closed."),
        ("is the washer done", "No, the Washer state is spinning."),
        ("how many doors are unlocked", "1 of 2 doors is unlocked: the Back door lock."),
        ("what's open", "The Left blind and the Bedroom window are open."),
        ("where is the vacuum", "Rover is docked and belongs to the Living Room."),
        ("is the lamp in the lounge red", "The Reading lamp is red."),
        ("is anyone in the garage", "Nobody that I know of: the Garage motion detects nobody."),
        ("who is in the hall", "I don't know who; the Hall motion is detecting motion."),
        ("is there a leak in the cellar", "No, the Cellar leak sensor is dry."),
        ("is the alarm set", "No, the House alarm is disarmed."),
        (
            "is the porch lantern on",
            "I don't know: the Porch lantern has not said anything yet.",
        ),
        (
            "are the hall light and the fan on",
            "Yes, the Hall light is on. Yes, the Ceiling fan is on at 30 %.",
        ),
        (
            "is the house secure",
            (
                "No, the Back door lock is unlocked; the Bedroom window is open; the House alarm is"
                " disarmed."
            ),
        ),
    ],
)
def test_states(house: Asker, text: str, said: str) -> None:
    assert house(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("how warm is it in the attic", "It's 12.5 °C in the Attic."),
        ("how wram is it in the attic", "It's 12.5 °C in the Attic."),
        ("what's the humidity in the bath", "The humidity in the Bathroom is 61 %."),
        ("battery of the hall sensor", "The Hall sensor battery is 88 %."),
        ("how much power does the washer use", "The Washer power is 412 W."),
        ("at what position is the blind", "The Left blind is 40 % open."),
        ("how bright is the reading lamp", "The brightness of the Reading lamp is 70 %."),
        ("what's the living room heating set to", "The Living room heating is set to 21 °C."),
        ("what's it like outside", "The Outside temperature is 4.5 °C."),
        ("is the freezer below -18", "Yes, the Freezer temperature is -19.5 °C."),
        ("is the freezer below minus twenty", "No, the Freezer temperature is -19.5 °C."),
        ("does the fridge use more than 0.1 kw", "No, the Fridge power is 80 W."),
        ("how full is rovers battery", "The battery of Rover is at 100 %."),
        (
            "is it cold in the cellar",
            (
                "I don't know: nothing measures the temperature in the Cellar; the Freezer"
                " temperature is -19.5 °C and Boiler is 48 °C."
            ),
        ),
        (
            "how humid is it in the garage",
            "I don't know: nothing measures the humidity in the Garage.",
        ),
        ("which batteries are low", "The Attic sensor battery is at 12 %."),
        ("is the battery of the attic sensor low", "The Attic sensor battery is at 12 %."),
        (
            "which room is the warmest",
            "The Living Room: 21.5 °C, then the Bedroom with 19.5 °C.",
        ),
        (
            "what uses the most power",
            "The Washer power: 412 W, then the Fridge power with 80 W.",
        ),
        (
            "is it colder outside than in the attic",
            "Yes, it's 4.5 °C outside and 12.5 °C in the Attic.",
        ),
        (
            "which rooms are below 20 degrees",
            "The Bedroom (19.5 °C) and the Attic (12.5 °C) are below 20 °C.",
        ),
        (
            "what's the difference between the attic and outside",
            "8 °C: it's 12.5 °C in the Attic and 4.5 °C outside.",
        ),
        ("what's the total power", "The Washer power and the Fridge power together: 492 W."),
    ],
)
def test_values(house: Asker, text: str, said: str) -> None:
    assert house(text) == said


@pytest.mark.parametrize(
    ("text", "area", "said"),
    [
        ("how warm is it", "Living Room", "It's 21.5 °C in the Living Room."),
        ("is the light on", "Hall", "Yes, the Hall light is on."),
        (
            "is it warmer in here than outside?",
            "Living Room",
            "Yes, it's 21.5 °C in the Living Room and 4.5 °C outside.",
        ),
    ],
)
def test_the_askers_area(house: Asker, text: str, area: str, said: str) -> None:
    assert house(text, area) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "what can the reading lamp do",
            ("The Reading lamp can be turned on, and takes brightness from 0 to 100 %."),
        ),
        ("what's in the garage", "In the Garage: Garage door (closed), Garage motion (clear)."),
        ("how many windows do we have", "2: the Bedroom window and the Kitchen window."),
        ("what do you know about the attic", "In the Attic: Attic temperature (12.5 °C)."),
    ],
)
def test_what_there_is(house: Asker, text: str, said: str) -> None:
    assert house(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("how warm is it in the main room", "It's 64 °F in the Main Room."),
        ("is the main room warmer than 15 degrees celsius", "Yes, it's 64 °F in the Main Room."),
        ("how warm is the lake", "The Lake temperature is 52 °F."),
        ("is the well pump running", "Yes, the Well pump is on."),
        ("what is the water tank level", "The Water tank level is 73 %."),
        ("is the cabin door shut", "No, the Cabin door is open."),
        ("who is home", "Ann's phone is at home."),
        ("is the shed locked", "I don't know: the Shed lock has not said anything yet."),
        ("when was the cabin door last opened", "I don't know: I keep nothing of the past."),
        ("was it warm yesterday", "I don't know: I keep nothing of the past."),
        ("any alarms?", None),
    ],
)
def test_another_home(cabin: Asker, text: str, said: str | None) -> None:
    assert cabin(text) == said


def test_offline_is_said_as_such(house: Asker) -> None:
    house.catalogue.read("light.hall", Reading(available=False), 1.0)
    assert (
        house("is the hall light on") == "The Hall light is offline; when last heard of it was on."
    )
    assert house("what is offline") == "The Hall light is offline."


def test_it_is_what_was_spoken_of(house: Asker) -> None:
    context = Context("turn on the fan", entities=("fan.ceiling",))
    parse = house.read("is it on", context=context)
    assert parse is not None
    assert parse.contextual
    assert house("is it on", context=context) == "Yes, the Ceiling fan is on at 30 %."
    assert house("is it on") is None


@pytest.mark.parametrize(
    "text",
    [
        "turn on the light",
        "turn the hall light on?",
        "could you open the garage?",
        "would you mind turning on the hall light",
        "tell me when the washer is done",
        "let me know if the door opens",
        "whenever the door opens turn on the light",
        "have the lights on when I get home",
        "what about the kitchen",
        "why did the hall light go on",
        "what's on tv",
        "is the bank open",
        "did liverpool win last night",
        "what is the temperature in london",
        "when is the heating coming on",
        "what will the weather be tomorrow",
        "how are you",
        "what's up",
        "",
        "?",
    ],
)
def test_what_is_no_question_for_this_home(house: Asker, text: str) -> None:
    assert house(text) is None


def test_other_languages_are_not_read(house: Asker) -> None:
    assert house("is the hall light on", language="de") is None


@pytest.mark.parametrize(
    ("text", "slots", "said"),
    [
        ("is the house empty", {"name": "house", "state": "off"}, "No, the Hall motion is"),
        ("is the house locked", {"name": "house", "state": "locked"}, "No, the Back door lock"),
        ("is rover charging", {"name": "rover", "state": "docked"}, "Rover is docked."),
        ("where is rover", {"name": "rover"}, "Rover is docked and belongs to"),
        ("what's the indoor temperature", {"name": "indoor temperature"}, "It's 19.5 °C in the"),
        ("do we have a fan", {"kind": "fan"}, "Yes, the Ceiling fan."),
    ],
)
def test_what_templates_take_for_names(
    house: Asker, text: str, slots: dict[str, str], said: str
) -> None:
    question = "one_yesno" if "state" in slots else "one"
    intent = Intent("HassGetState", slots, question=question, text=text)
    reply, _ = house.questions.answer(intent, house.resolver, None)
    assert isinstance(reply, Answer)
    assert reply.speech.startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "how much gas is left",
        "are you an ai",
        "what is left to do today",
        "tell me what is on my calendar for april 1",
        "i don't know anything about that",
        "see ya",
        "is everything going okay",
    ],
)
def test_what_is_asked_of_the_world_is_left_alone(house: Asker, text: str) -> None:
    assert house(text) is None
