"""Every language that home-assistant-intents has: it loads, and knows its own sentences."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from home_assistant_intents import get_languages

from lamplighter.catalogue.entity import Entity
from lamplighter.config import Area
from lamplighter.understanding.languages.samples import Sample, drawn
from lamplighter.understanding.names import collect
from lamplighter.understanding.rules import Rules
from lamplighter.understanding.templates import load

NAMES = {
    "ar": ("المصباح", "المطبخ"),
    "bg": ("лампата", "Кухня"),
    "ca": ("làmpada", "Cuina"),
    "cs": ("lampička", "Kuchyně"),
    "da": ("lampe", "Køkken"),
    "de": ("Stehlampe", "Küche"),
    "el": ("λάμπα", "Κουζίνα"),
    "es": ("lámpara", "Cocina"),
    "fi": ("valaisin", "Keittiö"),
    "fr": ("lampadaire", "Cuisine"),
    "he": ("מנורה", "מטבח"),
    "hr": ("lampa", "Kuhinja"),
    "hu": ("lámpa", "Konyha"),
    "it": ("lampada", "Cucina"),
    "ja": ("ランプ", "台所"),
    "ko": ("램프", "주방"),
    "nb": ("lampe", "Kjøkken"),
    "nl": ("staande lamp", "Keuken"),
    "pl": ("lampka", "Kuchnia"),
    "pt": ("candeeiro", "Cozinha"),
    "pt-BR": ("abajur", "Cozinha"),
    "ro": ("lampa", "Bucătărie"),
    "ru": ("лампа", "Кухня"),
    "sk": ("lampa", "Kuchyňa"),
    "sv": ("golvlampa", "Kök"),
    "tr": ("abajur", "Mutfak"),
    "uk": ("лампа", "Кухня"),
    "vi": ("đèn bàn", "Nhà bếp"),
    "zh-CN": ("落地灯", "厨房"),
    "zh-TW": ("落地燈", "廚房"),
}
SWITCHING = ("HassTurnOn", "HassTurnOff")


def about_the_lamp(language: str, count: int) -> Iterator[Sample]:
    """Sentences of the language's templates that switch the lamp, or lights."""
    name, area = NAMES.get(language, ("Zaphod", "Milliways"))
    said = {"name": name, "area": area}

    def fill(list_name: str, _values: Any) -> str | None:
        return said.get(list_name)

    draw = random.Random(7)  # noqa: S311 - seeded sentences
    sentences = drawn(load(language).devices, draw, fill, SWITCHING)
    fitting = (each for each in sentences if name in each.text)
    yield from islice((each for each in fitting if "light" in (each.domains or "light")), count)


@pytest.mark.parametrize("language", sorted(get_languages()))
def test_sentences_of_every_language_are_recognised(language: str) -> None:
    name, area = NAMES.get(language, ("Zaphod", "Milliways"))
    lamp = Entity("light.a", "a", "test", "light", name, {}, area=area)
    names = collect(1, [lamp], [Area(area)], [])
    rules = Rules(load(language))
    samples = list(about_the_lamp(language, 6))
    known = [rules.recognise(each.text, names, area) for each in samples]
    right = [
        found is not None and found.name == each.intent
        for found, each in zip(known, samples, strict=True)
    ]
    assert sum(right) >= 5, [
        each.text for each, is_right in zip(samples, right, strict=True) if not is_right
    ]
