"""Answers to a question back, in the language of the one who was asked."""

from __future__ import annotations

from lamplighter.understanding.languages.politeness import without_polite_forms
from lamplighter.understanding.languages.small_words import small_words
from lamplighter.understanding.languages.tags import base_of
from lamplighter.understanding.normalise import fold, tidy


def says_yes(text: str, language: str) -> bool:
    """True where the whole answer is a yes in the language; English is always understood."""
    return _says(text, language, yes=True)


def says_no(text: str, language: str) -> bool:
    """True where the whole answer is a no, or calls it off; English is always understood."""
    return _says(text, language, yes=False)


def in_english(text: str, language: str) -> str:
    """A plain yes or no of another language as "yes" or "no"; anything else as it is."""
    if base_of(language) == "en":
        return text
    if says_yes(text, language):
        return "yes"
    return "no" if says_no(text, language) else text


def _says(text: str, language: str, *, yes: bool) -> bool:
    said = {fold(tidy(text)), fold(without_polite_forms(tidy(text), language))}
    for each in (language, "en"):
        words = small_words(each)
        agrees = not said.isdisjoint(map(fold, words.yes))
        if agrees or not said.isdisjoint(map(fold, words.no)):
            return agrees == yes
    return False
