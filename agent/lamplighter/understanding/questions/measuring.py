"""Measures, limits and comparatives in the words of a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lamplighter.understanding.questions.building import Asked
from lamplighter.understanding.questions.measures import comparatives, measures_by_words
from lamplighter.understanding.questions.subjects import Subject
from lamplighter.understanding.spoken_numbers import numbers_in

_LIMIT = re.compile(
    r"\b(?:(?P<more>above|over|more than|higher than|greater than|exceeding|at least|hotter than|"
    r"warmer than|up to)|(?P<less>below|under|less than|lower than|colder than|cooler than|beneath|"
    r"at most))\s+(?P<rest>.*)$"
)
_NUMBER = re.compile(
    r"^(?:about |minus )?(?P<number>-?\d+(?:[.,]\d+)?|[a-z]+(?: [a-z]+)?(?= |$))\s*"
    r"(?P<unit>%|percent|°\s?[cf]?|degrees?(?: (?:celsius|fahrenheit|c|f))?|celsius|fahrenheit|"
    r"watts?|w|kw|kwh|ppm|lux|lx|hpa|bar|volts?|v|amps?|decibels?|db)?(?P<after> .*)?$"
)


def measure_in(words: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is measured, and the words that say of what."""
    known = measures_by_words()
    rest = [word for word in words if word not in ("current", "present", "actual", "exact")]
    while rest and rest[0] in ("the", "our", "my", "a", "any"):
        rest.pop(0)
    for count in (4, 3, 2, 1):
        if key := known.get(" ".join(rest[:count])):
            after = rest[count:]
            while after and after[0] in ("of", "for", "from", "is", "it", "on"):
                after = after[1:]
            yield key, tuple(after)
        if len(rest) > count and (key := known.get(" ".join(rest[-count:]))):
            before = [*rest[:-count][:-1], re.sub(r"'s?$", "", rest[-count - 1])]
            yield key, tuple(before)
    for index in range(1, len(rest) - 1):  # "the washer power in the cellar"
        if (key := known.get(rest[index])) and rest[index + 1] in ("in", "on", "at", "of"):
            yield key, (*rest[:index], *rest[index + 1 :])


def limit_in(said: str) -> tuple[str, float, str, str] | None:
    """The words before, the number, its unit and the words after, of "below -18 degrees"."""
    match = _NUMBER.match(said)
    if match is None:
        return None
    numbers = numbers_in(match["number"])
    if len(numbers) != 1:
        return None
    number = next(iter(numbers.values()))
    if said.startswith("minus "):
        number = -abs(number)
    return "", number, (match["unit"] or "").strip(), (match["after"] or "").strip()


def limit_of(said: str) -> tuple[str, str, float, str, str] | None:
    """The words before "below -18 degrees", "more" or "less", number, unit, and the words after."""
    match = _LIMIT.search(said)
    limit = limit_in(match["rest"]) if match else None
    if match is None or limit is None:
        return None
    _, number, unit, after = limit
    return said[: match.start()].strip(), "more" if match["more"] else "less", number, unit, after


def of_place(words: Sequence[str], asked: Asked) -> Iterator[Subject]:
    """The words as a place, or as a thing that is measured: "it in the attic", "the freezer"."""
    bare = [
        word for word in words if word not in ("it", "is", "get", "gets", "there", "too", "very")
    ]
    where = asked.place(bare)
    if where is not None:
        yield where
    else:
        yield from asked.about(bare)


def comparative(words: Sequence[str]) -> tuple[tuple[str, str], tuple[str, ...]] | None:
    """The measure and way of a comparative ("warmer"), and the words around it."""
    known = comparatives()
    for index in range(len(words)):
        for length in (2, 1):
            said = " ".join(words[index : index + length])
            if said in known:
                return known[said], (*words[:index], *words[index + length :])
    return None
