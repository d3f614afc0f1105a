from __future__ import annotations

import pytest

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Interpretation,
    NotUnderstood,
    Step,
)
from lamplighter.understanding.languages.replies import done, in_language, not_understood
from lamplighter.understanding.speech import done as done_in_english

LIGHT = Entity("light.a", "a", "test", "light", "Küchenlicht", {})
LAMP = Entity("light.b", "b", "test", "light", "Flurlicht", {})
SCENE = Entity("scene.a", "s", "test", "scene", "Abend", {})
ENTITIES = {each.id: each for each in (LIGHT, LAMP, SCENE)}
SORRY = "Sorry."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Küchenlicht, Flurlicht: eingeschaltet."),
        ("de-AT", "Küchenlicht, Flurlicht: eingeschaltet."),
        ("pl", "Włączono: Küchenlicht, Flurlicht."),
        ("zh-CN", "已打开\uff1aKüchenlicht、Flurlicht。"),
        ("no", "Küchenlicht, Flurlicht: på."),
        ("fi", ""),
        ("xx", ""),
    ],
)
def test_done(language: str, said: str) -> None:
    steps = [Step("light.a", "turn_on"), Step("light.b", "turn_on")]
    assert done(steps, [LIGHT, LAMP], language) == said


def test_values_many_devices_and_scenes() -> None:
    assert done([Step("light.a", "turn_on", {"brightness_pct": 40.0})], [LIGHT], "de") == (
        "Küchenlicht: 40 %."
    )
    assert done([Step("scene.a", "turn_on")], [SCENE], "de") == "Abend: aktiviert."
    many = [Step("light.a", "turn_off")] * 5
    assert done(many, [LIGHT] * 5, "de") == "5 Geräte: ausgeschaltet."


def test_what_needs_words_stays_english() -> None:
    assert done([Step("light.a", "turn_on", {"rgb_color": (1, 2, 3)})], [LIGHT], "de") == ""
    assert done([Step("light.a", "clean_spot")], [LIGHT], "de") == ""


def test_only_speech_that_says_no_more_is_replaced() -> None:
    steps = (Step("light.a", "turn_on"),)
    plain = Interpretation(Act(steps, done_in_english(steps, [LIGHT])), "rules")
    more = Interpretation(Act(steps, "Turned on, and it is 20 degrees."), "rules")
    told = in_language(plain, "de", ENTITIES, SORRY).result
    assert isinstance(told, Act)
    assert told.speech == "Küchenlicht: eingeschaltet."
    assert told.steps == steps
    assert in_language(more, "de", ENTITIES, SORRY) == more
    assert in_language(plain, "fi", ENTITIES, SORRY) == plain
    answer = Interpretation(Answer("Yes."), "rules")
    assert in_language(answer, "de", ENTITIES, SORRY) == answer


def test_not_understood_in_words_of_home_assistant() -> None:
    found = Interpretation(NotUnderstood("no rule", SORRY), "rules")
    told = in_language(found, "fr", ENTITIES, SORRY).result
    assert isinstance(told, NotUnderstood)
    assert told.speech == not_understood("fr") != ""
    assert told.reason == "no rule"
    other = Interpretation(NotUnderstood("a hint", "I know of no lamp."), "rules")
    assert in_language(other, "fr", ENTITIES, SORRY) == other
    assert not_understood("tlh") == ""
