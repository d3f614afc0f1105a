from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.decoding import grammar as g
from lamplighter.model.decoding.automaton import Automaton
from lamplighter.model.decoding.masks import TokenMasks, Vocabulary

BYTES = [bytes([byte]) for byte in range(256)]


@given(
    tokens=st.lists(st.text("abé", min_size=1, max_size=4), max_size=12, unique=True),
    texts=st.lists(st.text("abé", min_size=1, max_size=6), min_size=1, max_size=6),
)
def test_allowed_are_exactly_the_tokens_that_fit(tokens: list[str], texts: list[str]) -> None:
    by_id = [b"", *BYTES, *(token.encode() for token in tokens if len(token.encode()) > 1)]
    masks = TokenMasks(g.compile_grammar(g.names(texts)).automaton, Vocabulary(by_id))
    allowed = masks.allowed(Automaton.START)
    expected = {
        number
        for number, token in enumerate(by_id)
        if token and any(text.encode().startswith(token) for text in texts)
    }
    assert set(allowed.tokens.tolist()) == expected
    for token, end in zip(allowed.tokens.tolist(), allowed.ends, strict=True):
        assert end == masks.automaton.read(Automaton.START, by_id[token])


def test_texts_that_no_token_can_spell_are_left_out() -> None:
    vocabulary = Vocabulary([b"a", b"b"])
    masks = TokenMasks(g.compile_grammar(g.names(["ab", "ax"])).automaton, vocabulary)
    after = masks.automaton.read(Automaton.START, b"a")
    assert after is not None
    assert masks.allowed(after).tokens.tolist() == [1]
    with pytest.raises(ModelError, match="can't spell"):
        TokenMasks(g.compile_grammar(g.literal("xyz")).automaton, vocabulary)


def test_masks_and_the_grammar_can_be_used_by_two_threads_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grammar = g.compile_grammar(g.names(["kit", "kettle", "lamp"]))
    masks = TokenMasks(grammar.automaton, Vocabulary([bytes([byte]) for byte in range(256)]))

    def asked_by_another_thread(_: object, state: int) -> dict[int, int]:
        raise AssertionError(state)

    # Either makes its states as they are reached, so neither may make the other's.
    monkeypatch.setattr(grammar.automaton, "following", asked_by_another_thread.__get__(grammar))
    state = masks.automaton.START
    for byte in b"lamp":
        assert len(masks.allowed(state).tokens) > 0
        state = masks.automaton.following(state)[byte]
    assert masks.automaton.accepting(state)
