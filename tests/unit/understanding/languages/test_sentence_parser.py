"""Sentences in other languages, named and detected, from their text to what is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.interpretation import (
    Act,
    Ask,
    Clarify,
    Interpretation,
    NotUnderstood,
)
from lamplighter.understanding.languages.sentence_parser import SentenceParser
from lamplighter.understanding.names import collect
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.rules import Rules
from lamplighter.understanding.templates import Templates
from lamplighter.understanding.understanding import Understanding

Of = Callable[[Catalogue, str], Understanding]


async def understood(understanding: Understanding, ask: Ask) -> Interpretation:
    await understanding.start()
    found = await understanding.interpret(ask)
    understanding.stop()
    return found


def steps_of(found: Interpretation) -> list[str]:
    steps = found.result.steps if isinstance(found.result, Act) else ()
    return [f"{step.entity_id} {step.service}" for step in steps]


@pytest.mark.parametrize(
    ("text", "language", "steps"),
    [
        ("Schalte das Küchenlicht ein", "de", ["light.a turn_on"]),
        ("kannst du bitte das Küchenlicht einschalten?", "de", ["light.a turn_on"]),
        ("mach mal das Küchenlicht aus", "de", ["light.a turn_off"]),
        (
            "schalte das Küchenlicht ein und den Ventilator aus",
            "de",
            ["light.a turn_on", "fan.a turn_off"],
        ),
        (
            "Schalte das Küchenlicht und den Ventilator ein",
            "de",
            ["light.a turn_on", "fan.a turn_on"],
        ),
        ("allume la lampe de chevet s'il te plaît", "fr", ["light.b turn_on"]),
        ("peux-tu éteindre la lampe de chevet ?", "fr", ["light.b turn_off"]),
        ("enciende la lámpara verde por favor", "es", ["light.c turn_on"]),
        ("turn on the kitchen light", "", ["light.d turn_on"]),
        ("打开厨房灯", "zh-CN", ["light.e turn_on"]),
    ],
)
async def test_detected_without_a_named_language(
    text: str, language: str, steps: list[str], mixed_home: Catalogue, understanding_of: Of
) -> None:
    found = await understood(understanding_of(mixed_home, "en"), Ask(text, detect=True))
    assert steps_of(found) == steps
    assert found.language == language


async def test_a_named_language_is_honoured(mixed_home: Catalogue, understanding_of: Of) -> None:
    ask = Ask("schalte das Küchenlicht ein", language="fr")
    found = await understood(understanding_of(mixed_home, "en"), ask)
    assert isinstance(found.result, NotUnderstood)
    assert found.language == ""


async def test_what_the_home_understands_is_the_homes(
    mixed_home: Catalogue, understanding_of: Of
) -> None:
    ask = Ask("schalte das Küchenlicht ein", language="de", detect=True)
    found = await understood(understanding_of(mixed_home, "de"), ask)
    assert steps_of(found) == ["light.a turn_on"]
    assert found.language == ""


@pytest.mark.parametrize(
    "text",
    [
        "mach das Küchenlicht nicht an",
        "das Küchenlicht ist schön",
        "Küchenlicht",
        "hast du das Küchenlicht eingeschaltet?",
        "was ist die Hauptstadt von Frankreich?",
        "schalte das Küchenlicht ein und erzähl einen Witz",
        "das Küchenlicht an?",
    ],
)
async def test_nothing_is_done(text: str, mixed_home: Catalogue, understanding_of: Of) -> None:
    found = await understood(understanding_of(mixed_home, "de"), Ask(text, language="de"))
    assert steps_of(found) == []


async def test_a_typo_is_asked_about(mixed_home: Catalogue, understanding_of: Of) -> None:
    ask = Ask("schalte das Küchenlicth ein", language="de")
    found = await understood(understanding_of(mixed_home, "de"), ask)
    assert steps_of(found) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mach das Licht an", "de"),
        ("allume la lumière", "fr"),
        ("开灯", "zh-CN"),
        ("la lámpara verde", "es"),
    ],
)
async def test_half_said_is_asked_about(
    text: str, language: str, mixed_home: Catalogue, understanding_of: Of
) -> None:
    ask = Ask(text, language=language)
    found = await understood(understanding_of(mixed_home, language), ask)
    assert isinstance(found.result, Clarify), found.result


async def test_here_is_where_the_asker_is(mixed_home: Catalogue, understanding_of: Of) -> None:
    ask = Ask("mach das Licht an", language="de", area="Küche")
    found = await understood(understanding_of(mixed_home, "de"), ask)
    assert steps_of(found) == ["light.a turn_on"]


async def test_the_only_one_there_is_needs_no_place(
    mixed_home: Catalogue, understanding_of: Of
) -> None:
    ask = Ask("stelle die Temperatur auf 21 Grad", language="de")
    found = await understood(understanding_of(mixed_home, "de"), ask)
    assert steps_of(found) == ["climate.a set_temperature"]


WORDS = (
    "厨房",
    "灯",
    "打开",
    "把",
    "和",
    "都",
    "除了",
    "以外",
    "调到",
    "50",
    "%",
    "吗",
    "?",
    "了",
    "的",
    "里",
    ",",
)


@given(said=st.lists(st.sampled_from(WORDS), max_size=8).map("".join) | st.text(max_size=25))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_parsing_never_raises(
    said: str, templates: Callable[[str], Templates], chinese_home: Catalogue
) -> None:
    names = collect(1, chinese_home.entities(), chinese_home.areas, chinese_home.floors)
    for language in ("zh-CN", "da"):
        situation = Situation(names, None, language, lambda _intent: True)
        parse = SentenceParser(Rules(templates(language))).parse(said, situation)
        assert parse is None or parse.intents
