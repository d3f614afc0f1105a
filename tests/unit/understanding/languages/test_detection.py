from __future__ import annotations

import random
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.languages.detection import (
    Words,
    load_words,
    other_language,
)
from lamplighter.understanding.languages.samples import drawn
from lamplighter.understanding.languages.tags import base_of
from lamplighter.understanding.templates import load

WORDS = load_words()
NAME = "zaphod"


@pytest.mark.parametrize(
    ("text", "home", "language"),
    [
        ("mach bitte das Licht in der Küche an", "en", "de"),
        ("éteins la lumière du salon", "en", "fr"),
        ("enciende las luces de la cocina", "en", "es"),
        ("spegni la luce in cucina", "en", "it"),
        ("zet de lampen in de keuken aan", "en", "nl"),
        ("włącz światło w kuchni", "en", "pl"),
        ("zapni světlo v kuchyni", "en", "cs"),
        ("打开客厅的灯", "en", "zh-CN"),
        ("打開客廳的燈", "en", "zh-TW"),
        ("電気をつけてください", "en", "ja"),
        ("거실 불 켜줘", "en", "ko"),
        ("включи свет на кухне", "en", "ru"),
        ("увімкни світло на кухні", "en", "uk"),
        ("άναψε το φως στην κουζίνα", "en", "el"),
        ("הדלק את האור במטבח", "en", "he"),
        ("เปิดไฟในครัว", "en", "th"),
        ("turn on the light in the kitchen", "de", "en"),
        ("turn on the light in the kitchen", "zh-CN", "en"),
        # The home's own language, names and single short words tell of no other one.
        ("turn on the light in the kitchen", "en", None),
        ("mach das Licht an", "de", None),
        ("mach das Licht an", "de-AT", None),
        ("ok", "en", None),
        ("zaphod", "en", None),
        ("define zesty", "en", None),
        ("12:30", "en", None),
        ("", "en", None),
    ],
)
def test_other_language(text: str, home: str, language: str | None) -> None:
    assert other_language(text, home.removesuffix("-AT"), WORDS, {NAME}) == language


def test_names_tell_nothing() -> None:
    said = "Licht Küche Wohnzimmer bitte"
    assert other_language(said, "en", WORDS) == "de"
    assert other_language(said, "en", WORDS, {"licht", "küche", "wohnzimmer", "bitte"}) is None


def test_what_is_as_likely_at_home_stays_there() -> None:
    words = Words(
        {"lampa": {"aa": 50, "bb": 40}, "zapni": {"aa": 50, "bb": 30}},
        {"aa": "LATIN", "bb": "LATIN"},
    )
    assert other_language("zapni lampa", "bb", words) is None
    assert other_language("zapni lampa", "xx", words) is None  # and of two, neither is clear


def test_a_script_of_one_language_needs_no_words() -> None:
    words = Words({"lamp": {"aa": 50}}, {"aa": "LATIN", "gg": "GREEK"})
    assert other_language("φως", "aa", words) == "gg"


@given(st.text(max_size=60), st.sampled_from(["en", "de", "zh-CN", "xx"]))
def test_detection_never_raises(text: str, home: str) -> None:
    found = other_language(text, home, WORDS)
    assert found != home
    assert found is None or found in WORDS.scripts


def fill(name: str, values: Any) -> str:
    """A name that no language has, or the first word of a list."""
    texts = [getattr(each.text_in, "text", "") for each in getattr(values, "values", ())]
    return NAME if name in ("name", "area", "floor") else next(filter(None, texts), "20")


@pytest.mark.parametrize(
    "language", ["en", "zh-CN", "es", "fr", "pt", "ru", "de", "ja", "hi", "ar"]
)
def test_sentences_of_templates_are_told(language: str) -> None:
    draw = random.Random(11)  # noqa: S311 - seeded sentences
    home = "de" if language == "en" else "en"
    sentences = [each.text for each in islice(drawn(load(language).devices, draw, fill), 80)]
    told = [other_language(each, home, WORDS, {NAME}) for each in sentences]
    right = sum(each is not None and base_of(each) == base_of(language) for each in told)
    assert right >= 0.8 * len(sentences)
