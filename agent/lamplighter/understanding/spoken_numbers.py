"""Numbers in a sentence, in digits or in English words."""

from __future__ import annotations

import re

UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
"""Zero to nineteen in words."""

TENS = {
    word: value
    for value, word in zip(
        range(20, 100, 10),
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        strict=True,
    )
}
"""Twenty to ninety in words."""
_DIGITS = re.compile(r"(?<![\w.])-?\d+(?:[.,]\d+)?")
_WORDS = re.compile(
    rf"\b(?:(?:{'|'.join(TENS)})(?:[ -](?:{'|'.join(list(UNITS)[1:10])}))?|{'|'.join(UNITS)}|"
    r"(?:a |one )?hundred)\b",
    re.IGNORECASE,
)


_AND_A_HALF = re.compile(
    rf"(?P<whole>{_DIGITS.pattern}|{_WORDS.pattern}) and a half\b", re.IGNORECASE
)


def numbers_in(text: str) -> dict[str, float]:
    """The numbers that stand in a text, by the text that says them: ``{"twenty two": 22}``."""
    found = {match[0]: float(match[0].replace(",", ".")) for match in _DIGITS.finditer(text)}
    for match in _WORDS.finditer(text):
        found[match[0]] = _value(match[0].casefold())
    for match in _AND_A_HALF.finditer(text):
        whole = match["whole"]
        found[match[0]] = found.pop(whole, 0.0) + 0.5
    return found


def _value(words: str) -> float:
    if words.endswith("hundred"):
        return 100.0
    parts = re.split(r"[ -]", words)
    return float(sum(TENS.get(part, UNITS.get(part, 0)) for part in parts))


def tidy_number(value: float) -> int | float:
    """The number without a needless fraction: 21.0 becomes 21."""
    return int(value) if float(value).is_integer() else round(float(value), 3)
