"""Sentences that a hurried listener would act on wrongly, and what the demo home makes of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from tests.unit.understanding.demo_home import demo_catalogue

from lamplighter.catalogue.entity import Reading
from lamplighter.understanding.interpretation import Act, Answer, Ask, Clarify, Later, NotUnderstood
from lamplighter.understanding.templates import Templates
from lamplighter.understanding.understanding import Understanding

CASES = [
    (
        "Bedroom",
        "I'm a little chilly in the lounge, could you make it two degrees warmer, please?",
        "climate.living_room_thermostat set_temperature temperature=22",
    ),
    ("Living Room", "It's too hot in here, turn on the fan.", "fan.living_room_fan turn_on"),
    (
        "Living Room",
        "It's too bright in here, could you close the blinds?",
        "cover.living_room_blinds close",
    ),
    (
        "Living Room",
        "The kitchen is too dark, turn on the hallway light",
        "light.hallway_light turn_on",
    ),
    ("Living Room", "it's dark in the bedroom, turn on the lamp", "light.bedroom_lamp turn_on"),
    (
        "Living Room",
        "turn on the fan, it's too hot in here, and close the blinds",
        "fan.living_room_fan turn_on",
        "cover.living_room_blinds close",
    ),
    (
        "Living Room",
        "It's way too hot, set the bedroom to 18",
        "climate.bedroom_thermostat set_temperature temperature=18",
    ),
    (None, "set the bedroom to 18 %", "light.bedroom_lamp turn_on brightness_pct=18"),
]


@pytest.fixture
async def understanding(
    templates: Callable[[str], Templates],
) -> AsyncIterator[Understanding]:
    """Understanding of the demo home by rules, with one lamp at full brightness."""
    home = demo_catalogue()
    home.read("light.living_room_lamp", Reading("on", {"brightness_pct": 100}), 1001.0)
    found = Understanding(home, None, clock=lambda: 1_700_000_000.0, templates=templates)
    await found.start()
    yield found
    found.stop()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[1])
async def test_only_what_is_asked_is_done(
    understanding: Understanding, case: tuple[str | None, ...]
) -> None:
    area, text, *expected = case
    result = (await understanding.interpret(Ask(str(text), area=area))).result
    assert isinstance(result, Act), result
    done = [
        f"{step.entity_id} {step.service}"
        + "".join(f" {key}={value}" for key, value in step.params.items())
        for step in result.steps
    ]
    assert done == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I'm cold, is the bedroom window open?", "Yes, the Bedroom Window is open."),
        ("leave the coffee machine on", "The Coffee Machine is off."),
        ("keep the tv on", "The TV Plug is on."),
        ("keep the garage door open", "The Garage Door is closed."),
        ("please keep the lamp off", "The Living Room Lamp is on at 100 %."),
    ],
)
async def test_nothing_is_done(understanding: Understanding, text: str, said: str) -> None:
    result = (await understanding.interpret(Ask(text, area="Living Room"))).result
    assert isinstance(result, Answer), result
    assert result.speech == said


@pytest.mark.parametrize(
    "text",
    [
        "maybe turn on the lamp",
        "turn off the fan, perhaps",
        "set the bedroom to 50",
        "I'm cold today",
        "dimmer?",
        "turn off the in here",
    ],
)
async def test_it_is_asked_first(understanding: Understanding, text: str) -> None:
    result = (await understanding.interpret(Ask(text, area="Living Room"))).result
    assert isinstance(result, Clarify), result
    assert result.question.startswith("Do you mean: ")


@pytest.mark.parametrize(
    "text",
    [
        "It was too bright in the kitchen",
        "I'm chilly in the garage, make it warmer",
        "I'm too hot in here, don't turn on the heating",
        "lamp on in ten minutes? maybe",
        "should I turn on the hallway light?",
        "should we close the blinds, please",
        "should I turn off the bedroom lamp, she's sleeping?",
        "avoid: turn on the hallway light",
        "please refrain from closing the blinds",
        "the bedroom one",
    ],
)
async def test_it_is_not_understood(understanding: Understanding, text: str) -> None:
    result = (await understanding.interpret(Ask(text, area="Living Room"))).result
    assert isinstance(result, NotUnderstood), result


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("don't turn on the light", "All right, I did nothing."),
        ("no wait, cancel", "All right, I did nothing."),
        ("why isn't the lamp on", "Sorry, I didn't understand that."),
        (
            "turn off all the lights except the attic",
            (
                "Sorry, I didn't understand that. "
                "I don't understand what should be left out, so I did nothing."
            ),
        ),
        ("set the blinds to 150", "The Living Room Blinds takes 0 to 100 %, not 150."),
        ("brighter", "The Living Room Lamp is already at 100 %."),
    ],
)
async def test_what_is_said_is_true(understanding: Understanding, text: str, said: str) -> None:
    result = (await understanding.interpret(Ask(text, area="Living Room"))).result
    assert isinstance(result, NotUnderstood), result
    assert result.speech == said


async def test_only_lamps_are_offered_for_the_lamp(understanding: Understanding) -> None:
    result = (await understanding.interpret(Ask("turn on the lamp"))).result
    assert isinstance(result, Clarify)
    assert sorted(result.options) == ["Bedroom Lamp", "Living Room Lamp"]


async def test_what_is_scheduled_is_said_without_polite_forms(understanding: Understanding) -> None:
    text = "Could you turn the lamp off in ten minutes, please?"
    result = (await understanding.interpret(Ask(text, area="Living Room"))).result
    assert isinstance(result, Later)
    assert result.speech == "In 10 minutes: turn the lamp off."
