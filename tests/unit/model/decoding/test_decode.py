from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.unit.model.decoding.grammars import random_parts

from lamplighter.model.decoding import grammar as g
from lamplighter.model.decoding.decode import Constrained, Decoded, Limits, decode_freely, prefill
from lamplighter.model.decoding.masks import TokenMasks, Vocabulary
from lamplighter.model.decoding.sampling import Sampler
from lamplighter.model.prompt.tokenizer import TextTokenizer
from lamplighter.model.runtime.session import Session

Logits = NDArray[np.float32]


class FakeSession:
    """A model whose logits are drawn from a seed and the tokens so far; keeps the calls."""

    def __init__(self, vocabulary: int, seed: int) -> None:
        self.vocabulary = vocabulary
        self.seed = seed
        self.tokens: list[int] = []
        self.calls: list[list[int]] = []

    def forward(self, tokens: Sequence[int], *, kept: int = 1) -> Logits:
        assert kept == 1
        self.calls.append(list(tokens))
        self.tokens += tokens
        random = np.random.default_rng([self.seed, *self.tokens])
        return random.normal(0, 4, (1, self.vocabulary)).astype(np.float32)


def finish(steps: Generator[None, None, Decoded]) -> Decoded:
    while True:
        try:
            next(steps)
        except StopIteration as done:
            assert isinstance(done.value, Decoded)
            return done.value


def constrained(
    session: Session | FakeSession,
    part: g.Part,
    tokenizer: TextTokenizer,
    vocabulary: Vocabulary,
    *,
    limits: Limits | None = None,
    temperature: float = 0.0,
    chunk: int = 128,
) -> Decoded:
    masks = TokenMasks(g.compile_grammar(part).automaton, vocabulary)
    steps = Constrained(
        session,  # type: ignore[arg-type]  # the fake offers what decoding uses
        masks,
        tokenizer,
        sampler=Sampler(temperature=temperature),
        limits=limits or Limits(400),
        chunk=chunk,
    )
    return finish(steps.run(session.forward([1])[-1]))


@settings(deadline=None)
@given(part=random_parts(), seed=st.integers(0, 2**16), warm=st.booleans())
def test_whatever_the_weights_the_output_parses(
    tokenizer: TextTokenizer, vocabulary: Vocabulary, part: g.Part, seed: int, *, warm: bool
) -> None:
    session = FakeSession(len(vocabulary.by_id), seed)
    temperature = 2.0 if warm else 0.0
    decoded = constrained(session, part, tokenizer, vocabulary, temperature=temperature)
    assert decoded.finished == "stop"
    assert g.compile_grammar(part).parses(decoded.text), decoded.text
    for branch in decoded.branches:
        assert 0 <= branch.chosen_probability <= 1
        assert 0 <= branch.runner_up_probability <= 1.001 - branch.chosen_probability


@settings(deadline=None)
@given(part=random_parts(), seed=st.integers(0, 2**16))
def test_forced_tokens_appended_at_once_change_nothing(
    tokenizer: TextTokenizer, vocabulary: Vocabulary, part: g.Part, seed: int
) -> None:
    sessions = [FakeSession(len(vocabulary.by_id), seed) for _ in range(2)]
    at_once = constrained(sessions[0], part, tokenizer, vocabulary)
    one_by_one = constrained(sessions[1], part, tokenizer, vocabulary, chunk=1)
    assert at_once == one_by_one
    assert sessions[0].tokens == sessions[1].tokens


def test_the_real_runtime_agrees_on_forced_tokens(
    session: Session, tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    part = g.sequence(
        g.literal("the kitchen light: "), g.choice(g.literal("xylophone"), g.literal("yes"))
    )
    found = []
    for chunk in (128, 1):
        session.truncate(0)
        decoded = constrained(session, part, tokenizer, vocabulary, chunk=chunk)
        found.append((decoded.text, round(decoded.log_probability, 1)))
    assert found[0] == found[1]


def test_a_text_that_is_forced_costs_no_step_of_the_model(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    session = FakeSession(len(vocabulary.by_id), 1)
    decoded = constrained(session, g.literal("the kitchen"), tokenizer, vocabulary)
    assert decoded.text == "the kitchen"
    assert decoded.log_probability == 0
    assert decoded.tokens == tokenizer.encode("the kitchen")
    assert session.calls == [[1]]  # the prompt, and nothing more


def test_forced_tokens_before_a_choice_go_in_together(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    session = FakeSession(len(vocabulary.by_id), 1)
    part = g.sequence(g.literal("the name: "), g.choice(g.literal("x"), g.literal("y")))
    decoded = constrained(session, part, tokenizer, vocabulary)
    assert len(session.calls) == 2
    assert session.calls[1] == tokenizer.encode("the name: ")
    assert [branch.at for branch in decoded.branches] == [10]
    assert {decoded.branches[0].chosen, decoded.branches[0].runner_up} == {"x", "y"}


def test_a_token_that_may_grow_over_the_choice_is_left_to_the_model(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    # " l" is one token: the forced " " before the choice must not cut it in two.
    session = FakeSession(len(vocabulary.by_id), 3)
    part = g.sequence(g.literal("the "), g.choice(g.literal("lamp"), g.literal("oven")))
    constrained(session, part, tokenizer, vocabulary)
    assert session.calls[1] == tokenizer.encode("the")


def test_probabilities_of_a_branch_are_shares_of_what_is_allowed(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    logits = np.full(len(vocabulary.by_id), 50.0, np.float32)
    x, y = tokenizer.encode("x")[0], tokenizer.encode("y")[0]
    logits[x], logits[y] = np.log(3.0), np.log(1.0)
    masks = TokenMasks(
        g.compile_grammar(g.choice(g.literal("x"), g.literal("y"))).automaton, vocabulary
    )
    session = FakeSession(len(vocabulary.by_id), 1)
    decoded = finish(
        Constrained(
            session,  # type: ignore[arg-type]  # as above
            masks,
            tokenizer,
            sampler=Sampler(),
            limits=Limits(4),
        ).run(logits)
    )
    (branch,) = decoded.branches
    assert (branch.chosen, branch.runner_up) == ("x", "y")
    assert branch.chosen_probability == pytest.approx(0.75)
    assert branch.runner_up_probability == pytest.approx(0.25)


def test_the_limit_cuts_and_says_so(tokenizer: TextTokenizer, vocabulary: Vocabulary) -> None:
    session = FakeSession(len(vocabulary.by_id), 1)
    decoded = constrained(session, g.literal("xyxyxy"), tokenizer, vocabulary, limits=Limits(3))
    assert (decoded.text, decoded.finished) == ("xyx", "length")


def expires_after(checks: int) -> Callable[[], bool]:
    left = iter(range(checks))
    return lambda: next(left, None) is None


def test_the_deadline_ends_with_what_there_is(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    session = FakeSession(len(vocabulary.by_id), 1)
    part = g.repeat(g.choice(g.literal("x"), g.literal("y")), minimum=9, maximum=9)
    limits = Limits(100, expires_after(4))
    decoded = constrained(session, part, tokenizer, vocabulary, limits=limits)
    assert decoded.finished == "deadline"
    assert 0 < len(decoded.text) < 9


def free(
    tokenizer: TextTokenizer, vocabulary: Vocabulary, *, stop: tuple[str, ...] = (), seed: int = 0
) -> Decoded:
    session = FakeSession(len(vocabulary.by_id), 5)
    sampler = Sampler(temperature=1.0, top_p=0.9, seed=seed)
    logits = session.forward([1])[-1]
    return finish(
        decode_freely(
            session,  # type: ignore[arg-type]  # as above
            tokenizer,
            logits,
            sampler=sampler,
            limits=Limits(40),
            stop=stop,
        )
    )


def test_free_text_is_the_same_for_the_same_seed_only(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    first = free(tokenizer, vocabulary)
    assert first == free(tokenizer, vocabulary)
    assert first.text != free(tokenizer, vocabulary, seed=1).text


def test_free_text_ends_before_a_stop_string(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    whole = free(tokenizer, vocabulary).text
    cut = free(tokenizer, vocabulary, stop=(whole[5:7],))
    assert cut.finished == "stop"
    assert whole.startswith(cut.text)
    assert whole[5:7] not in cut.text


def test_prefill_goes_in_chunks_and_pauses_between_them() -> None:
    session = FakeSession(10, 1)
    steps = prefill(session, list(range(300)), expired=lambda: False)  # type: ignore[arg-type]  # as above
    assert len(list(steps)) == 2
    assert [len(call) for call in session.calls] == [128, 128, 44]
