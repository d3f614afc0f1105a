from __future__ import annotations

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.frames import FIRST_VERBS, VERBS, Frame, intents_of, mentions_in
from lamplighter.understanding.names import Names, collect


@pytest.fixture
def names(catalogue: Catalogue) -> Names:
    return collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)


def test_mentions_are_what_the_catalogue_knows(names: Names) -> None:
    mentions = mentions_in("the lounge lights could be blue or at 40", names)
    assert mentions.kinds == {"lights": "light"}
    assert mentions.areas == ("lounge",)
    assert set(mentions.values) == {"40", "blue"}
    assert mentions.domains == {"light"}


def test_the_longest_name_is_meant(names: Names) -> None:
    mentions = mentions_in("do something about the kitchen ceiling light", names)
    assert mentions.names == ("kitchen ceiling light",)


def test_nothing_is_mentioned_in_chatter(names: Names) -> None:
    assert not mentions_in("book a table for two", names).device()


@pytest.mark.parametrize(
    ("text", "frame", "intent", "slots"),
    [
        (
            "lounge lamp",
            Frame("on", "lamp", "", "lounge"),
            "HassTurnOn",
            {"kind": "light", "area": "Living Room"},
        ),
        ("hall light", Frame("off", "", "hall light"), "HassTurnOff", {"name": "hall light"}),
        (
            "lamp 40",
            Frame("set", "lamp", "", "", "40"),
            "HassLightSet",
            {"kind": "light", "brightness": 40},
        ),
        (
            "lamp blue",
            Frame("set", "lamp", "", "", "blue"),
            "HassLightSet",
            {"kind": "light", "color": "blue"},
        ),
        (
            "heating 21",
            Frame("set", "heating", "", "", "21"),
            "HassClimateSetTemperature",
            {"kind": "thermostat", "temperature": 21},
        ),
        (
            "pump delay 12",
            Frame("set", "", "pump delay", "", "12"),
            "HomeSetNumber",
            {"name": "pump delay", "number": 12},
        ),
    ],
)
def test_frames_become_intents(
    names: Names, text: str, frame: Frame, intent: str, slots: dict[str, object]
) -> None:
    found = intents_of(frame, mentions_in(text, names), names, text)
    assert found is not None
    assert (found.name, dict(found.slots)) == (intent, slots)


def test_none_and_settings_without_a_value_become_nothing(names: Names) -> None:
    mentions = mentions_in("lamp", names)
    assert intents_of(Frame("none"), mentions, names, "lamp") is None
    assert intents_of(Frame("set", "lamp"), mentions, names, "lamp") is None


def test_what_opens_or_may_open_is_risky() -> None:
    risky = {name for name, verb in VERBS.items() if verb.risky}
    assert risky == {"open", "unlock", "disarm", "toggle"}


@pytest.mark.parametrize(
    ("text", "frame", "intent", "slots"),
    [
        ("left blind", Frame("stop", name="left blind"), "HassStopMoving", {"name": "left blind"}),
        ("robot", Frame("stop", "robot"), "HomeStop", {"kind": "vacuum"}),
        ("clippy", Frame("dock", name="clippy"), "HassLawnMowerDock", {"name": "clippy"}),
        ("rover", Frame("dock", name="rover"), "HassVacuumReturnToBase", {"name": "rover"}),
        ("fan", Frame("slower", "fan"), "HomeChangeSpeed", {"kind": "fan", "speed_step": -20}),
        (
            "pump delay",
            Frame("more", name="pump delay"),
            "HomeChangeNumber",
            {"name": "pump delay", "number_step": 1},
        ),
        ("house alarm", Frame("arm", name="house alarm"), "HomeArmAlarm", {"name": "house alarm"}),
        (
            "router restart",
            Frame("on", name="router restart"),
            "HassTurnOn",
            {"name": "router restart"},
        ),
    ],
)
def test_wide_frames_become_intents(
    names: Names, text: str, frame: Frame, intent: str, slots: dict[str, object]
) -> None:
    found = intents_of(frame, mentions_in(text, names), names, text)
    assert found is not None
    assert (found.name, dict(found.slots)) == (intent, slots)


def test_a_verb_that_nothing_of_it_can_do_is_no_intent(names: Names) -> None:
    assert intents_of(Frame("stop", "lamp"), mentions_in("lamp", names), names, "lamp") is None


def test_the_first_verbs_are_among_all_of_them() -> None:
    assert set(FIRST_VERBS) < set(VERBS)
    assert all(FIRST_VERBS[name].domains <= VERBS[name].domains for name in FIRST_VERBS)


def test_a_number_or_half_a_place_is_no_name(names: Names) -> None:
    assert mentions_in("in like two seconds", names).names == ()
    assert mentions_in("it is dark in the living room", names).names == ()
