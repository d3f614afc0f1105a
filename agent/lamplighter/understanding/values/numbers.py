"""Numbers in a row of words, in digits or spelt out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lamplighter.understanding.spoken_numbers import TENS, UNITS

_DIGITS = re.compile(r"-?\d+(?:[.,]\d+)?\Z")
_HALVES = {("and", "a", "half"): 0.5, ("and", "a", "quarter"): 0.25, ("and", "half"): 0.5}

_LENGTHS: dict[tuple[str, ...], float] = {
    ("an", "hour", "and", "a", "half"): 1.5,
    ("hour", "and", "a", "half"): 1.5,
    ("half", "an", "hour"): 0.5,
    ("a", "half", "hour"): 0.5,
    ("half", "hour"): 0.5,
    ("an", "hour", "and", "a", "quarter"): 1.25,
    ("hour", "and", "a", "quarter"): 1.25,
    ("an", "hour", "and", "three", "quarters"): 1.75,
    ("a", "quarter", "of", "an", "hour"): 0.25,
    ("quarter", "of", "an", "hour"): 0.25,
    ("quarter", "hour"): 0.25,
    ("three", "quarters", "of", "an", "hour"): 0.75,
    ("an", "hour"): 1.0,
}
"""Lengths of time that hold their unit."""

_COUNTS = {
    ("a", "couple", "of"): 2.0,
    ("couple", "of"): 2.0,
    ("a", "couple"): 2.0,
    ("a", "few"): 3.0,
    ("a", "dozen"): 12.0,
}

NUMBER_WORDS = frozenset({*UNITS, *TENS, "hundred", "point", "half", "couple", "few"})
"""Words that say a number."""


def number_at(words: Sequence[str], start: int) -> tuple[float, int] | None:
    """The number that starts there and the index behind it; None where none does.

    The longest one: "twenty one and a half" is 21.5, not 20.
    """
    words = list(words)
    sign = -1.0 if words[start] in ("minus", "negative") else 1.0
    if list(words[start : start + 2]) in (["a", "tenth"], ["one", "tenth"]):
        return 0.1, _tenths_at(words, start + 1)
    whole = _whole_at(words, start + (sign < 0)) if start + (sign < 0) < len(words) else None
    if whole is None:
        return None
    value, end = whole
    if tenth := _tenths_at(words, end):
        return sign * value / 10, tenth
    for said, fraction in _HALVES.items():
        if tuple(words[end : end + len(said)]) == said:
            return sign * (value + fraction), end + len(said)
    if words[end : end + 1] == ["point"] and (digits := _decimals(words[end + 1 :])):
        return sign * float(f"{int(value)}.{digits}"), end + 1 + len(digits)
    return sign * value, end


def hours_at(words: Sequence[str], start: int) -> tuple[float, int] | None:
    """The hours that are said there with the number inside: "an hour and a half"."""
    for said, hours in _LENGTHS.items():
        if tuple(words[start : start + len(said)]) == said:
            return hours, start + len(said)
    return None


def _tenths_at(words: Sequence[str], end: int) -> int:
    """The index behind "tenths of a" there; 0 where that is not said."""
    if words[end : end + 1] not in (["tenth"], ["tenths"]):
        return 0
    of = list(words[end + 1 : end + 3])
    return end + 3 if of in (["of", "a"], ["of", "an"]) else end + 1


def _whole_at(words: Sequence[str], start: int) -> tuple[float, int] | None:
    word = words[start]
    for said, number in _COUNTS.items():
        if words[start : start + len(said)] == list(said):
            return number, start + len(said)
    if _DIGITS.match(word):
        return float(word.replace(",", ".")), start + 1
    if word == "hundred" or (word in ("a", "one") and words[start + 1 : start + 2] == ["hundred"]):
        return _over_a_hundred(words, start + 1 + (word != "hundred"))
    if word in TENS:
        unit = UNITS.get(words[start + 1], 0) if start + 1 < len(words) else 0
        joined = 0 < unit < 10
        return float(TENS[word] + unit * joined), start + 1 + joined
    if word in UNITS:
        return float(UNITS[word]), start + 1
    return None


def _over_a_hundred(words: Sequence[str], start: int) -> tuple[float, int]:
    more = start + (words[start : start + 1] == ["and"])
    if more > start and more < len(words) and (words[more] in TENS or words[more] in UNITS):
        rest = _whole_at(words, more)
        if rest is not None:
            return 100 + rest[0], rest[1]
    return 100.0, start


def _decimals(words: Sequence[str]) -> str:
    digits = ""
    for word in words:
        if word not in UNITS or UNITS[word] > 9:
            break
        digits += str(UNITS[word])
    return digits
