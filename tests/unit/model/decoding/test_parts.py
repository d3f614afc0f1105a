from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.model.decoding.grammars import random_parts

from lamplighter.model.decoding import grammar as g
from lamplighter.model.decoding.automaton import Builder
from lamplighter.model.decoding.parts import WORD, Part


def size(part: Part) -> int:
    builder = Builder()
    builder.before(part, builder.state())
    return len(builder.edges)


def test_equal_parts_with_the_same_end_are_added_once() -> None:
    names = [f"lamp {number}" for number in range(100)]
    lines = [g.sequence(g.literal(verb), g.names(names), g.literal(".")) for verb in "abcdefgh"]
    assert size(g.choice(*lines)) <= size(lines[0]) + 2 * len(lines)


def test_what_names_begin_with_is_added_once() -> None:
    assert size(g.names(["kitchen lamp", "kitchen oven"])) == 2 + len("kitchen lamp") + 4


@settings(deadline=None)
@given(one=random_parts("ab"), other=random_parts("ab"))
def test_parts_side_by_side_keep_to_themselves(one: Part, other: Part) -> None:
    both = g.compile_grammar(g.sequence(g.choice(one, other), g.literal("#"), g.optional(one)))
    first, second = g.compile_grammar(one), g.compile_grammar(other)
    for text in _samples(first) | _samples(second):
        assert both.parses(f"{text}#")
        assert both.parses(f"{text}#{text}") == first.parses(text) or not text
        assert not both.parses(text)


def _samples(grammar: g.Grammar, most: int = 5) -> set[str]:
    """Return a few of a grammar's texts."""
    found: set[str] = set()
    automaton, waiting = grammar.automaton, [(grammar.automaton.START, b"")]
    while waiting and len(found) < most:
        state, text = waiting.pop()
        if automaton.accepting(state):
            found.add(text.decode())
        waiting += [(end, text + bytes([byte])) for byte, end in automaton.following(state).items()]
    return found


@given(
    texts=st.lists(st.text("ab ,.", max_size=10), min_size=1, max_size=3),
    bounds=st.tuples(st.integers(1, 3), st.integers(0, 3)),
)
def test_a_span_is_exactly_the_runs_of_words(texts: list[str], bounds: tuple[int, int]) -> None:
    least, most = bounds[0], sum(bounds)
    runs = set()
    for text in texts:
        words = list(WORD.finditer(text))
        for first, last in product(range(len(words)), repeat=2):
            if least <= last - first + 1 <= most:
                runs.add(text[words[first].start() : words[last].end()])
    if not runs:
        return
    grammar = g.compile_grammar(g.span(texts, min_words=least, max_words=most))
    assert _samples(grammar, most=10_000) == runs
