from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.model.decoding.grammars import random_parts

from lamplighter.errors import ModelError
from lamplighter.model.decoding import grammar as g
from lamplighter.model.decoding import parts
from lamplighter.model.decoding.automaton import Automaton, Builder
from lamplighter.model.decoding.notation import data_of, part_from


def same_texts(one: Automaton, other: Automaton) -> bool:
    """Follow two deterministic automata together: they must agree wherever they come."""
    seen = {(Automaton.START, Automaton.START)}
    waiting = [*seen]
    while waiting:
        left, right = waiting.pop()
        ways = one.following(left), other.following(right)
        if one.accepting(left) != other.accepting(right) or ways[0].keys() != ways[1].keys():
            return False
        fresh = {(end, ways[1][byte]) for byte, end in ways[0].items()} - seen
        seen |= fresh
        waiting += fresh
    return True


@settings(deadline=None)
@given(random_parts())
def test_a_part_written_and_read_accepts_the_same_texts(part: parts.Part) -> None:
    data = json.loads(json.dumps(data_of(part)))
    again = part_from(data)
    assert same_texts(g.compile_grammar(part).automaton, g.compile_grammar(again).automaton)
    assert data_of(again) == data


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.one_of(
                    st.sampled_from(
                        [
                            "literal",
                            "choice",
                            "optional",
                            "repeat",
                            "names",
                            "span",
                            "number",
                            "minimum",
                            "maximum",
                            "separator",
                            "any_case",
                            "decimals",
                            "step",
                        ]
                    ),
                    st.text(max_size=4),
                ),
                inner,
                max_size=3,
            ),
        ),
    )
)
def test_random_data_are_a_part_or_refused_by_naming_the_place(data: Any) -> None:
    try:
        part = part_from(data, "grammar")
    except ModelError as error:
        assert error.model.startswith("grammar")
    else:
        assert part_from(data_of(part)) == part


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("on", "on"),
        (["on", "|", {"names": ["lamp", "oven"]}], "on|oven"),
        ({"literal": "Straße", "any_case": True}, "sTRAßE"),
        ({"choice": ["none", ["set|", {"number": [5, 30], "step": 0.5}]]}, "set|21.5"),
        ({"number": [-5, 5], "decimals": 0}, "-3"),
        ({"optional": "please "}, ""),
        ({"repeat": "ab", "minimum": 2, "maximum": 3, "separator": "-"}, "ab-ab"),
        ({"span": ["the kitchen light"], "max_words": 2}, "kitchen light"),
    ],
)
def test_what_the_table_shows_is_understood(data: Any, text: str) -> None:
    assert g.compile_grammar(part_from(data)).parses(text)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "grammar: must be a text, a list or an object, not null"),
        (7, "grammar: must be a text, a list or an object, not a number"),
        ({}, "grammar: must have one of literal,"),
        ({"names": ["a"], "span": ["a"]}, "it has names, span"),
        ({"name": ["a"]}, "it has name"),
        ({"names": ["a"], "colour": 1}, "grammar: names has no colour"),
        ({"names": "a"}, "grammar.names: must be a list, not a text"),
        ({"names": []}, "grammar.names: a list of names needs at least one"),
        ({"names": ["a", 1]}, r"grammar.names\[1\]: must be a text, not a number"),
        ({"names": ["a"], "any_case": 1}, "grammar.any_case: must be true or false, not a number"),
        ({"choice": []}, "grammar.choice: a choice needs at least one option"),
        ({"choice": ["a", {"span": ["..."]}]}, r"grammar.choice\[1\].span: no text has 1 words"),
        (["a", {"optional": None}], r"grammar\[1\].optional: must be a text, a list or an object"),
        ({"repeat": "a"}, "grammar: repeat needs a maximum"),
        ({"repeat": "a", "maximum": 1.5}, "grammar.maximum: must be a whole number, not a number"),
        ({"repeat": "a", "maximum": True}, "grammar.maximum: must be a whole number, not true"),
        ({"repeat": "a", "maximum": 2, "minimum": 3}, "grammar: can't repeat 3 to 2 times"),
        ({"repeat": "a", "maximum": 2, "separator": None}, "grammar.separator: must be a text"),
        ({"number": [1]}, "grammar.number: must be the lowest and the highest number"),
        ({"number": [1, "2"]}, r"grammar.number\[1\]: must be a number, not a text"),
        ({"number": [3, 2]}, "grammar.number: no number is between 3 and 2"),
        ({"number": [1, float("nan")]}, "grammar.number: can't count from 1 to nan"),
        ({"number": [0, 10**400]}, "grammar.number: can't count from 0 to 1000"),
        ({"number": [0, 1], "step": 0}, "grammar.number: can't go from 0 to 1 in steps of 0"),
        ({"number": [0, 1], "step": 1e-9}, "grammar.number: can't go from 0 to 1 in steps"),
        ({"number": [0, 1], "decimals": 10}, "a number has 0 to 9 decimals, not 10"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(data: Any, message: str) -> None:
    with pytest.raises(ModelError, match=f"{message}"):
        part_from(data)


def test_data_that_go_too_deep_are_refused() -> None:
    data: Any = "a"
    for _ in range(40):
        data = [data]
    with pytest.raises(ModelError, match="nested more than 32 deep"):
        part_from(data)


def test_a_part_of_another_make_cannot_be_written() -> None:
    class Own:
        def add(self, builder: Builder, end: int) -> int:
            return builder.path(b"own", end)

    with pytest.raises(ModelError, match="Own can't be written as data"):
        data_of(Own())
