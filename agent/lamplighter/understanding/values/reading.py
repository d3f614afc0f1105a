"""Reading values in a row of folded words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from lamplighter.understanding.colours import COLOURS, WHITES
from lamplighter.understanding.values.numbers import hours_at, number_at
from lamplighter.understanding.values.value import Value, ValueKind
from lamplighter.understanding.values.words import CHANGES, FACTORS, LEVELS, SHARES, STEPS, UNITS

_SPOKEN_UNITS = frozenset(
    [
        "second",
        "seconds",
        "sec",
        "secs",
        "minute",
        "minutes",
        "min",
        "mins",
        "hour",
        "hours",
        "hr",
        "hrs",
        "lux",
        "bar",
        "watt",
        "watts",
        "w",
        "kw",
        "litre",
        "litres",
        "liter",
        "liters",
        "l",
        "ml",
        "notch",
        "notches",
        "point",
        "points",
        "step",
        "steps",
    ]
)
"""Units that belong to number entities; they are compared with the entity's own."""

_OPEN, _CLOSED = frozenset({"open", "opened"}), frozenset({"closed", "shut", "close"})
_SIGNS = frozenset(["plus", "minus"])
_ABSOLUTE = frozenset(["to", "at", "of", "by"])
_SHADE = frozenset(["shade", "hue", "tone", "tint", "glow", "light", "colour", "color"])
_COUNTED = frozenset(["%", "c", "f", "l", "w", "notch", "point", "step", "second", "sec"])
"""What "a" does not count as one of a unit; "a notch" is a step of its own."""
_AND_A = {("and", "a", "half"): 0.5, ("and", "a", "quarter"): 0.25}
_PLACED = ("speed", "level", "setting", "number", "step", "position", "stage")


def values_at(words: Sequence[str], start: int) -> Iterator[tuple[Value, int]]:
    """Every value that starts at a word, with the index behind it; the longest of each kind."""
    words = list(words)
    for value, end in _values(words, start):
        yield _counted_from(value, words, end)


def _values(words: Sequence[str], start: int) -> Iterator[tuple[Value, int]]:
    yield from _numbers(words, start)
    yield from _shades(words, start)
    table, longest = _said()
    for length in range(min(longest, len(words) - start), 0, -1):
        phrase = " ".join(words[start : start + length])
        yield from ((value, start + length) for value in table.get(phrase, ()))


def _numbers(words: Sequence[str], start: int) -> Iterator[tuple[Value, int]]:
    if length := hours_at(words, start):
        yield Value("number", length[0], "hours"), length[1]
    if single := _single_at(words, start):
        yield single
    signed = words[start] in _SIGNS and (start == 0 or words[start - 1] not in _ABSOLUTE)
    found = number_at(words, start + signed) if start + signed < len(words) else None
    if found is None:
        return
    if signed:
        number, end = found
        unit, after = _unit_at(words, end)
        kind: ValueKind = "share" if unit == "%" else "number"
        yield Value(kind, number, unit, text=words[start], manner="by"), after
        return
    number, end = found
    unit, after = _unit_at(words, end)
    if unit == "%":
        yield Value("share", number, "%"), after
    elif unit:
        yield Value("number", number, unit), after
    elif words[start:end] != ["one"] or _is_a_number(words, start):
        yield Value("number", number), end


def _single_at(words: Sequence[str], start: int) -> tuple[Value, int] | None:
    """One unit, or half of one: "a degree and a half", "half a bar"."""
    half = list(words[start : start + 2]) in (["half", "a"], ["half", "an"])
    if not half and words[start] not in ("a", "an"):
        return None
    unit, end = _unit_at(words, start + 1 + half)
    if not unit or unit in _COUNTED:
        return None
    number = 0.5 if half else 1.0
    for said, fraction in _AND_A.items():
        if not half and tuple(words[end : end + 3]) == said:
            return Value("number", number + fraction, unit), end + 3
    return Value("number", number, unit), end


def _shades(words: Sequence[str], start: int) -> Iterator[tuple[Value, int]]:
    """The colour of "a blue shade", "a soft red glow"."""
    if words[start] not in ("a", "an"):
        return
    for first in (start + 1, start + 2):
        for length in (2, 1):
            end = first + length
            colour = " ".join(words[first:end])
            if colour in COLOURS and words[end : end + 1] and words[end] in _SHADE:
                yield Value("colour", text=colour), end + 1


def _is_a_number(words: Sequence[str], start: int) -> bool:
    """True where "one" says a number: "to one", "speed one", not "the left one"."""
    return start > 0 and words[start - 1] in ("to", "at", "by", "on", *_PLACED)


def _unit_at(words: Sequence[str], start: int) -> tuple[str, int]:
    for length in (3, 2, 1):
        phrase = " ".join(words[start : start + length])
        if start + length <= len(words) and phrase in UNITS:
            return UNITS[phrase], start + length
    if start < len(words) and words[start] in _SPOKEN_UNITS:
        return words[start], start + 1
    return "", start


def _counted_from(value: Value, words: Sequence[str], end: int) -> tuple[Value, int]:
    """The share as how far open it is: "20 % closed" is 80."""
    if value.kind != "share" or end >= len(words):
        return value, end
    spelt = not value.unit and value.text != "end"
    if spelt and list(words[end : end + 3]) == ["of", "the", "way"]:
        end += 3
    after = words[end] if end < len(words) else ""
    if after in _OPEN or (spelt and after == "up"):
        return replace(value, text="open"), end + 1
    if after in _CLOSED or (spelt and after == "down"):
        return replace(value, number=100 - value.number, text="closed"), end + 1
    return value, end


@lru_cache(maxsize=1)
def _said() -> tuple[Mapping[str, Sequence[Value]], int]:
    """Values by the phrases that say them, and how many words the longest has."""
    table: dict[str, list[Value]] = {}
    for said, share in SHARES.items():
        table.setdefault(said, []).append(Value("share", share, text="end" * _at_an_end(share)))
    for said, times in STEPS.items():
        table.setdefault(said, []).append(Value("step", times))
    for said, factor in FACTORS.items():
        table.setdefault(said, []).append(Value("factor", factor))
    for said, (way, measure) in CHANGES.items():
        table.setdefault(said, []).append(Value("change", way, text=measure))
    for said, kelvin in WHITES.items():
        table.setdefault(said, []).append(Value("white", kelvin, text=said))
    for colour in COLOURS:
        table.setdefault(colour, []).append(Value("colour", text=colour))
    for level, percent in LEVELS.items():
        table.setdefault(level, []).append(Value("word", percent, text=level))
    longest = max(len(said.split()) for said in table)
    return table, longest


def _at_an_end(share: float) -> bool:
    return share in (100, 1)


def value_words() -> frozenset[str]:
    """Every word that a value is said with."""
    table, _ = _said()
    return frozenset(word for said in (*table, *UNITS) for word in said.split()) | _SPOKEN_UNITS
