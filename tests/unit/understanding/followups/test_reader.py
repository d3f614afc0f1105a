"""Follow-ups: the same of something else, something else of the same, and what is no follow-up."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.understanding.followups.conftest import Follow

from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.interpretation import Clarify, Undo

LIGHTS = frozenset({"light"})
CEILING = (Intent("HassTurnOn", {"name": "kitchen ceiling light"}, LIGHTS),)
KITCHEN = (Intent("HassTurnOff", {"area": "Kitchen", "kind": "light"}, LIGHTS, many=True),)
BEDSIDE = (Intent("HassTurnOn", {"name": "bedside lamp"}, LIGHTS),)
READING = (Intent("HassTurnOn", {"name": "reading lamp"}, LIGHTS),)
LEFT = (Intent("HassTurnOff", {"name": "left blind"}, frozenset({"cover"})),)
HEATING = (Intent("HassClimateSetTemperature", {"area": "Bedroom", "temperature": 21}),)
WINDOW = (
    Intent(
        "HassGetState",
        {"name": "kitchen window", "state": "on"},
        frozenset({"binary_sensor"}),
        question="one_yesno",
    ),
)
FRONT = (Intent("HassTurnOn", {"name": "front door"}, frozenset({"lock"})),)
TWO = (
    Intent("HassTurnOn", {"name": "hall light"}, LIGHTS),
    Intent("HassTurnOn", {"name": "ceiling fan"}, frozenset({"fan"})),
)


def only(found: object) -> Intent:
    assert isinstance(found, Parse), found
    assert found.contextual
    [intent] = found.intents
    return intent


@pytest.mark.parametrize(
    "text",
    [
        "and the bedroom?",
        "the bedroom too",
        "same in the bedroom",
        "do the same in the bedroom",
        "and in the bedroom as well",
        "now the bedroom",
        "and the bedroom one",
        "no, I meant the bedroom",
        "I said the bedroom",
        "the bedroom instead",
        "not the kitchen, the bedroom",
    ],
)
def test_the_same_at_another_place(follow: Follow, text: str) -> None:
    named = only(follow(text, CEILING, ["light.ceiling"]))
    assert (named.name, named.slots["ids"]) == ("HassTurnOn", ("light.bedside",))
    room = only(follow(text, KITCHEN, ["light.ceiling", "light.counter"]))
    assert room.name == "HassTurnOff"
    assert room.slots == {"area": "Bedroom", "kind": "light"}


@pytest.mark.parametrize(
    "text", ["and the bedroom one?", "what about the bedroom?", "the bedroom?"]
)
def test_a_question_goes_on_as_a_question(follow: Follow, text: str) -> None:
    found = follow(text, WINDOW, ["binary_sensor.kitchen"], acted=False)
    intent = only(found)
    assert isinstance(found, Parse)
    assert found.sure
    assert intent.name == "HassGetState"
    assert intent.slots["ids"] == ("binary_sensor.window",)
    assert intent.slots["state"] == "on"


@pytest.mark.parametrize(
    "text", ["what about the bedroom?", "how about the bedroom", "the bedroom"]
)
def test_what_may_only_be_a_question_is_asked_about_before_it_acts(
    follow: Follow, text: str
) -> None:
    found = follow(text, CEILING, ["light.ceiling"])
    assert isinstance(found, Parse)
    assert not found.sure


@pytest.mark.parametrize(
    ("text", "intents", "before", "ids"),
    [
        ("and the fan", BEDSIDE, ["light.bedside"], None),
        ("and the other one", LEFT, ["cover.left"], ("cover.right",)),
        ("the right one too", LEFT, ["cover.left"], ("cover.right",)),
        ("no, the other one", LEFT, ["cover.left"], ("cover.right",)),
        ("no, the other light", CEILING, ["light.ceiling"], ("light.counter",)),
        ("and the reading lamp as well", BEDSIDE, ["light.bedside"], ("light.reading",)),
    ],
)
def test_the_same_of_something_else(
    follow: Follow,
    text: str,
    intents: tuple[Intent, ...],
    before: list[str],
    ids: tuple[str, ...] | None,
) -> None:
    intent = only(follow(text, intents, before))
    assert intent.name == intents[0].name
    assert intent.slots.get("ids") == ids
    assert ids is not None or intent.slots == {"kind": "fan"}


def test_on_said_of_a_lamp_never_becomes_something_of_a_lock(follow: Follow) -> None:
    off = (Intent("HassTurnOff", {"name": "hall light"}, LIGHTS),)
    assert follow("and the front door", off, ["light.hall"]) is None
    assert follow("and the garage door too", off, ["light.hall"]) is None


def test_of_several_others_it_is_asked_which(follow: Follow) -> None:
    found = follow("no, the other lamp", BEDSIDE, ["light.bedside"])
    assert isinstance(found, Clarify)
    assert found.pending is not None
    assert found.pending.continuation == "no I meant"
    assert "Hall light" in found.options


@pytest.mark.parametrize(
    ("before", "entity", "text", "read"),
    [
        (BEDSIDE, "light.bedside", "turn it off again", "HassTurnOff"),
        (BEDSIDE, "light.bedside", "and off", "HassTurnOff"),
        (BEDSIDE, "light.bedside", "off", "HassTurnOff"),
        (BEDSIDE, "light.bedside", "turn that off", "HassTurnOff"),
        (BEDSIDE, "light.bedside", "it's too bright now", "HomeChangeBrightness -20"),
        (BEDSIDE, "light.bedside", "still too dark", "HomeChangeBrightness 20"),
        (BEDSIDE, "light.bedside", "that's not bright enough", "HomeChangeBrightness 20"),
        (BEDSIDE, "light.bedside", "brighter", "HomeChangeBrightness 20"),
        (BEDSIDE, "light.bedside", "dim it", "HomeChangeBrightness -20"),
        (BEDSIDE, "light.bedside", "back to 20", "HassLightSet 20"),
        (BEDSIDE, "light.bedside", "make it 20 percent", "HassLightSet 20"),
        (READING, "light.reading", "now blue", "HassLightSet blue"),
        (READING, "light.reading", "make it blue", "HassLightSet blue"),
        (HEATING, "climate.bedroom", "no, 20", "HassClimateSetTemperature 20"),
        (HEATING, "climate.bedroom", "20", "HassClimateSetTemperature 20"),
        (HEATING, "climate.bedroom", "two degrees warmer", "HomeChangeTemperature 1 2"),
        (LEFT, "cover.left", "open it again", "HassTurnOn"),
        (LEFT, "cover.left", "halfway", "HassSetPosition 50"),
        (FRONT, "lock.front", "now unlock it", "HassTurnOff"),
    ],
)
def test_something_else_of_the_same(
    follow: Follow, before: tuple[Intent, ...], entity: str, text: str, read: str
) -> None:
    intent = only(follow(text, before, [entity]))
    assert intent.slots["ids"] == (entity,)
    values = [str(value) for key, value in intent.slots.items() if key != "ids"]
    assert " ".join([intent.name, *values]) == read


def test_more_goes_on_in_the_direction_of_before(follow: Follow) -> None:
    dimmer = (Intent("HomeChangeBrightness", {"name": "bedside lamp", "brightness_step": -20}),)
    more = only(follow("a bit more", dimmer, ["light.bedside"]))
    assert (more.slots["brightness_step"], more.slots["amount"]) == (-20, 0.5)
    less = only(follow("less", dimmer, ["light.bedside"]))
    assert (less.slots["brightness_step"], less.slots["amount"]) == (20, 0.5)


def test_again_is_the_same_once_more(follow: Follow) -> None:
    for text in ("again", "do it again", "once more", "one more time"):
        found = follow(text, BEDSIDE, ["light.bedside"])
        assert isinstance(found, Parse)
        assert found.intents == BEDSIDE


def test_them_is_all_and_it_is_asked_about_where_there_are_several(follow: Follow) -> None:
    both = follow("turn them off", TWO, ["light.hall", "fan.ceiling"])
    assert isinstance(both, Parse)
    assert both.sure
    assert {each for intent in both.intents for each in intent.slots["ids"]} == {
        "light.hall",
        "fan.ceiling",
    }
    one = follow("turn it off", TWO, ["light.hall", "fan.ceiling"])
    assert isinstance(one, Parse)
    assert not one.sure


def test_something_else_in_another_state(follow: Follow) -> None:
    intent = only(follow("and the fan to 50 percent", BEDSIDE, ["light.bedside"]))
    assert intent.name == "HassFanSetSpeed"
    assert intent.slots == {"percentage": 50, "ids": ("fan.ceiling",)}


@pytest.mark.parametrize("text", ["not that one", "wrong one", "no, not that one"])
def test_not_that_one_takes_back_what_was_done(follow: Follow, text: str) -> None:
    assert follow(text, BEDSIDE, ["light.bedside"]) == Undo()


def test_of_two_not_that_one_offers_the_other(follow: Follow) -> None:
    found = follow("not that one", LEFT, ["cover.left"])
    assert isinstance(found, Parse)
    assert not found.sure
    assert only(found).slots["ids"] == ("cover.right",)


def test_an_end_alone_is_what_was_done_once_more(follow: Follow) -> None:
    intent = only(follow("", BEDSIDE, ["light.bedside"]))
    assert (intent.name, intent.slots) == ("HassTurnOn", {"ids": ("light.bedside",)})
    brighter = (Intent("HomeChangeBrightness", {"brightness_step": 20}),)
    assert follow("", brighter, ["light.bedside"]) is None
    assert follow("", BEDSIDE, ["light.bedside"], acted=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "turn on the hall light",
        "what time is it",
        "is it on?",
        "it's on",
        "off?",
        "brighter?",
        "why is it so bright",
        "if it gets dark turn it on",
        "don't turn it off",
        "thanks",
        "no",
        "yes",
        "and the garden gnome",
        "and then we had dinner in the bedroom with the whole family on a long evening",
        "the weather in the bedroom",
        "21",
        "",
    ],
)
def test_what_is_no_follow_up(follow: Follow, text: str) -> None:
    assert follow(text, BEDSIDE, ["light.bedside"], acted=False) is None


def test_what_was_said_long_ago_is_not_followed_up(follow: Follow) -> None:
    assert follow("and the bedroom?", CEILING, ["light.ceiling"], age_s=301.0) is None
    assert follow("turn it off", CEILING, ["light.ceiling"], age_s=301.0) is None
    assert follow("turn it off") is None


def test_only_english_is_read(follow: Follow) -> None:
    assert follow("off", BEDSIDE, ["light.bedside"], language="de") is None


SAID = """
and the bedroom kitchen other one too no not that it off on brighter 20 % more again fan undo back
to a bit i meant all both except lamp front door ? , lights
"""
WORDS = st.sampled_from(SAID.split())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.one_of(st.lists(WORDS, max_size=10).map(" ".join), st.text(max_size=40)))
def test_whatever_is_said_is_read_or_left_alone(follow: Follow, text: str) -> None:
    found = follow(text, LEFT, ["cover.left"])
    assert found is None or isinstance(found, Parse | Undo | Clarify)
    if isinstance(found, Parse):
        assert found.contextual
        # Of a cover, nothing is ever read that only others can do.
        assert all("lock.front" not in intent.slots.get("ids", ()) for intent in found.intents)
