"""Greetings and polite forms at the ends of a sentence, taken away: all languages but English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lamplighter.understanding.languages import chinese
from lamplighter.understanding.languages.small_words import SmallWords, small_words
from lamplighter.understanding.languages.tags import base_of


def without_polite_forms(text: str, language: str) -> str:
    """The text without greetings, hesitation and politeness at its start and its end.

    A polite question for a deed ("kannst du das Licht anmachen?") loses its question mark too.
    Nothing is taken away where nothing would be left. Applying it twice changes nothing more.
    """
    if base_of(language) == "zh":
        return chinese.without_polite_forms(text)
    words = small_words(language)
    if not words.openings:
        return text
    while (shorter := _shorter(text, words)) != text:
        text = shorter
    return text


def without_fillers(text: str, language: str) -> str:
    """The text without the words that may be passed over anywhere, such as the German "mal"."""
    words = small_words(language).inside
    if not words:
        return text
    return " ".join(_anywhere(words).sub(" ", text).split()) or text


def _shorter(text: str, words: SmallWords) -> str:
    bare = _start(words.requests).sub("", text, count=1)
    if bare != text:
        bare = bare.rstrip("? ")
    bare = _start(words.openings).sub("", bare, count=1)
    bare = _end(words.closings).sub("", bare, count=1)
    return bare if bare.strip(" ?") else text


@lru_cache(maxsize=64)
def _start(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"^(?:{_either(phrases)})(?:\s*[,:;.!-]+\s*|\s+)(?=\S)", re.IGNORECASE)


@lru_cache(maxsize=64)
def _end(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:\s*[,;.!-]+\s*|\s+)(?:{_either(phrases)})(?=\s*\??$)", re.IGNORECASE)


@lru_cache(maxsize=64)
def _anywhere(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{_either(phrases)})(?!\S)", re.IGNORECASE)


def _either(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in phrases)
