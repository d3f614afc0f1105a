from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.model.decoding import grammar as g
from lamplighter.model.decoding.automaton import Automaton


def test_forced_text_ends_where_texts_part_or_may_end() -> None:
    part = g.sequence(g.literal("set "), g.choice(g.literal("on"), g.literal("off")))
    automaton = g.compile_grammar(part).automaton
    assert automaton.forced(Automaton.START) == b"set o"
    ended = g.compile_grammar(g.sequence(g.literal("a"), g.optional(g.literal("b")))).automaton
    assert ended.forced(Automaton.START) == b"a"


@given(st.lists(st.text("abé", min_size=1, max_size=5), min_size=1, max_size=8))
def test_without_bytes_only_texts_with_them_are_gone(texts: list[str]) -> None:
    automaton = g.compile_grammar(g.names(texts)).automaton
    rest = automaton.without(frozenset(b"b"))
    assert rest.alive == any("b" not in text for text in texts)
    for text in texts:
        assert rest.accepts(text.encode()) == ("b" not in text)


@given(st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=6))
def test_every_state_can_reach_an_end(texts: list[str]) -> None:
    automaton = g.compile_grammar(g.names(texts)).automaton
    for text in texts:
        state = Automaton.START
        for byte in text.encode():
            state = automaton.following(state)[byte]
            assert automaton.accepting(state) or automaton.following(state)


def test_reading_what_does_not_fit_gives_none() -> None:
    automaton = g.compile_grammar(g.literal("on")).automaton
    assert automaton.read(Automaton.START, b"of") is None
