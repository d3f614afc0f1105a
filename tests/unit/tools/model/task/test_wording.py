"""Sentences drawn from templates."""

from __future__ import annotations

import random

import pytest
from tools.model.task.wording import Expander


def drawn(template: str, count: int = 60) -> set[str]:
    draw = random.Random(1)  # noqa: S311 - a seeded draw
    filled = {"name": "hall lamp"}
    expander = Expander({"turn": "(turn|switch)"}, filled.__getitem__, draw)
    return {expander.sentence(template) for _ in range(count)}


def test_every_alternative_is_drawn() -> None:
    assert drawn("<turn> on") == {"turn on", "switch on"}


def test_optional_words_are_there_or_not() -> None:
    assert drawn("lamp [please]") == {"lamp", "lamp please"}


def test_permutations_come_in_any_order() -> None:
    assert drawn("(one;two)") == {"one two", "two one"}


def test_slots_are_filled_by_their_lists_name() -> None:
    assert drawn("{name:thing} on") == {"hall lamp on"}


def test_brackets_may_be_nested() -> None:
    assert drawn("a[ (b|c[d])]") == {"a", "a b", "a c", "a cd"}


@pytest.mark.parametrize("template", ["(on", "[on", "on)", "on]"])
def test_unmatched_brackets_are_refused(template: str) -> None:
    with pytest.raises(ValueError, match="unmatched"):
        drawn(template, 1)


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="no rule <nothing>"):
        drawn("<nothing>", 1)
