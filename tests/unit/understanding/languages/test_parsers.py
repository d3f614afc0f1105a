from __future__ import annotations

from collections.abc import Callable

import pytest

from lamplighter.understanding.languages.parsers import Parsers
from lamplighter.understanding.languages.sentence_parser import SentenceParser
from lamplighter.understanding.rule_parser import RuleParser
from lamplighter.understanding.templates import Templates, load


class Loading:
    """Loads one small language under any name, and remembers which was wanted."""

    def __init__(self) -> None:
        self.wanted: list[str] = []
        self.failing = ""

    def __call__(self, language: str) -> Templates:
        self.wanted.append(language)
        if language == self.failing:
            raise OSError(language)
        return Templates(language, None, None, {})


async def test_only_the_last_languages_are_kept_and_always_the_homes() -> None:
    loading = Loading()
    parsers = Parsers(loading, "de", capacity=3)
    for tag in ("de", "fr", "es", "fr", "it", "de-AT", "es"):
        await parsers.of(tag)
    assert loading.wanted == ["de", "fr", "es", "it", "es"]
    assert "de" in parsers
    assert len(parsers) == 3


async def test_english_has_the_larger_parser() -> None:
    parsers = Parsers(Loading(), "en")
    assert isinstance(await parsers.of("en-GB"), RuleParser)
    assert isinstance(await parsers.of("sv"), SentenceParser)
    assert await parsers.of("tlh") is None


async def test_what_failed_to_load_is_tried_again() -> None:
    loading = Loading()
    loading.failing = "fr"
    parsers = Parsers(loading, "en")
    with pytest.raises(OSError, match="fr"):
        await parsers.of("fr")
    loading.failing = ""
    assert await parsers.of("fr") is not None


async def test_stopping_forgets(templates: Callable[[str], Templates]) -> None:
    parsers = Parsers(templates, "en")
    await parsers.of("en")
    parsers.stop()
    assert len(parsers) == 0


def test_an_unknown_language_is_not_loaded_by_load() -> None:
    assert load("tlh").devices.intents == {}
