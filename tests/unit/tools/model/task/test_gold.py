"""Frames of sentences, and why some sentences have none."""

from __future__ import annotations

import pytest
from tools.model.task.gold import Dropped, Meaning, read
from tools.model.task.homes import Home, entity, home_of

from lamplighter.config import Area, Floor


@pytest.fixture
def home() -> Home:
    entities = (
        entity("light.desk", "Desk lamp", "Study"),
        entity("light.floor", "Floor lamp", "Study"),
        entity("cover.blind", "Blind", "Loft", "blind"),
        entity("climate.loft", "Heating", "Loft"),
        entity("vacuum.rover", "Rover", None),
    )
    areas = (Area("Study", "Upstairs"), Area("Loft", "Upstairs"))
    return home_of(entities, areas, (Floor("Upstairs"),))


def line(said: str, meaning: Meaning, home: Home) -> str:
    return read(said, meaning, home)[1].line()


def test_a_name_is_copied_as_it_was_said(home: Home) -> None:
    meaning = Meaning("on", frozenset({"light.desk"}))
    assert read("Please turn on the Desk Lamp!", meaning, home)[0] == "turn on the Desk Lamp"
    assert line("the Desk Lamp would help", meaning, home) == "on||desk lamp||"


def test_a_kind_stands_with_its_place(home: Home) -> None:
    lamps = frozenset({"light.desk", "light.floor"})
    meaning = Meaning("off", lamps, "lamps", "study")
    assert line("lamps in the study off", meaning, home) == "off|lamps||study|"


def test_a_place_alone_implies_what_is_meant(home: Home) -> None:
    meaning = Meaning("warmer", kind="heating", area="loft")
    assert line("it is freezing in the loft", meaning, home) == "warmer|heating||loft|"


def test_a_value_is_copied(home: Home) -> None:
    meaning = Meaning("set", frozenset({"climate.loft"}), "heating", "loft", "21.5")
    assert line("21.5 for the loft heating", meaning, home) == "set||heating|loft|21.5"


@pytest.mark.parametrize(
    ("said", "meaning", "reason"),
    [
        ("what a day", Meaning("none"), "nothing of the home is mentioned"),
        (
            "turn on the desk lamp at nine",
            Meaning("on", frozenset({"light.desk"})),
            "a time, condition or negation stands in it",
        ),
        (
            "turn on the desk lamp",
            Meaning("on", frozenset({"light.floor"})),
            "another device's name stands in it",
        ),
        (
            "desk lamp to half",
            Meaning("set", frozenset({"light.desk"}), value="50"),
            "its value is not what the daemon reads",
        ),
        (
            "turn off the lamps in the study",
            Meaning("off", kind="lamps", area="loft"),
            "another place stands in it",
        ),
        (
            "turn off the lamps",
            Meaning("off", kind="lamps", area="loft"),
            "its place is not mentioned",
        ),
        (
            "unlock the desk lamp",
            Meaning("unlock", frozenset({"light.desk"})),
            "the name is of another kind of device",
        ),
    ],
)
def test_what_the_daemon_would_read_otherwise_is_dropped(
    home: Home, said: str, meaning: Meaning, reason: str
) -> None:
    with pytest.raises(Dropped) as dropped:
        read(said, meaning, home)
    assert dropped.value.reason == reason
