"""Commands in the words of a kitchen, a workshop or another mother tongue."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lamplighter.understanding.colloquial import spelled_out
from lamplighter.understanding.values.numbers import hours_at, number_at
from lamplighter.understanding.values.reading import values_at

Steps = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chuck the hall light on", ["light.hall turn_on"]),
        ("kick the coffee machine into life", ["switch.coffee turn_on"]),
        ("trip the coffee machine", ["switch.coffee turn_off"]),
        ("take the coffee machine offline", ["switch.coffee turn_off"]),
        ("my lovely old hall light on", ["light.hall turn_on"]),
        ("the hall light, could it go off", ["light.hall turn_off"]),
    ],
)
def test_verbs_and_small_words_of_everyday(steps: Steps, text: str, expected: list[str]) -> None:
    assert steps(text) == expected


@pytest.mark.parametrize(
    ("words", "number"),
    [("two tenths of a bar", 0.2), ("a tenth", 0.1), ("three", 3), ("a hundred and two", 102)],
)
def test_tenths(words: str, number: float) -> None:
    found = number_at(words.split(), 0)
    assert found is not None
    assert found[0] == pytest.approx(number)


@pytest.mark.parametrize(
    ("words", "hours"),
    [("a quarter of an hour", 0.25), ("an hour and a quarter", 1.25), ("half an hour", 0.5)],
)
def test_parts_of_an_hour(words: str, hours: float) -> None:
    assert hours_at(words.split(), 0) == (hours, len(words.split()))


@pytest.mark.parametrize(
    ("words", "number"),
    [("a degree and a half", 1.5), ("half a degree", 0.5), ("a degree", 1)],
)
def test_one_degree_and_half_of_one(words: str, number: float) -> None:
    said = words.split()
    found = [(value.number, end) for value, end in values_at(said, 0) if value.unit == "°"]
    assert (number, len(said)) in found


@pytest.mark.parametrize(
    ("text", "known", "meant"),
    [
        ("dim the lamp of ruth", {"ruth's", "lamp"}, "dim ruth's lamp"),
        ("dim the lamp of ruth", {"lamp"}, "dim the lamp of ruth"),
        ("shut the little door", {"small", "door"}, "shut the small door"),
        ("shut the little door", {"little", "small"}, "shut the little door"),
        ("a little brighter", {"small"}, "a little brighter"),
        ("turn of the lamp", set[str](), "turn off the lamp"),
        ("set it too twenty", set[str](), "set it to twenty"),
        ("it is too bright", set[str](), "it is too bright"),
    ],
)
def test_what_belongs_to_whom_and_what_sounds_alike(text: str, known: set[str], meant: str) -> None:
    assert spelled_out(text, known) == meant
