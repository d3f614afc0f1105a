"""The tokens by which languages are told apart: words, and single characters of Han and Thai."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from lamplighter.understanding.normalise import fold

_SPACELESS = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_SPACELESS}]|[^\W\d_{_SPACELESS}]+(?:[\u0300-\u036f][^\W\d_]*)*")
_SCRIPTS = (
    "LATIN",
    "CYRILLIC",
    "GREEK",
    "HEBREW",
    "ARABIC",
    "ARMENIAN",
    "GEORGIAN",
    "HANGUL",
    "THAI",
    "DEVANAGARI",
    "BENGALI",
    "GUJARATI",
    "GURMUKHI",
    "KANNADA",
    "MALAYALAM",
    "TAMIL",
    "TELUGU",
)
_HAN = frozenset({"CJK", "HIRAGANA", "KATAKANA"})


def tokens_of(text: str) -> list[str]:
    """The folded words of a text, each character by itself where words are not spaced.

    Vowel signs of Indic scripts are no letters to a regular expression, so a word of theirs comes
    in pieces; it does so everywhere alike.
    """
    return _TOKEN.findall(fold(text).replace("'", " "))


def script_of(text: str) -> str:
    """The script most letters of the text are in, such as ``LATIN`` or ``HAN``; "" for none."""
    counts: dict[str, int] = {}
    for letter in text:
        if letter.isalpha() and (script := _script(letter)):
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: counts[script]) if counts else ""


def has_kana(text: str) -> bool:
    """True where a syllable sign of Japanese stands in the text: it tells Japanese from Chinese."""
    return any("\u3041" <= letter <= "\u30fa" for letter in text)


@lru_cache(maxsize=2048)
def _script(letter: str) -> str:
    first = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
    if first in _HAN:
        return "HAN"
    return first if first in _SCRIPTS else ""
