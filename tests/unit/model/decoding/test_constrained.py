from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.unit.model.decoding.grammars import random_parts
from tests.unit.model.decoding.stand_ins import RandomDecoder, means_of, run
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from lamplighter.errors import ModelError
from lamplighter.model.decoding import grammar as g
from lamplighter.model.decoding.constrained import Constrained
from lamplighter.model.decoding.decode import Decoded, Limits
from lamplighter.model.decoding.masks import TokenMasks, Vocabulary
from lamplighter.model.decoding.sampling import Sampler
from lamplighter.model.prompt.tokenizer import TextTokenizer
from lamplighter.model.runtime.decoder import Decoder

Steps = Generator[str, None, Decoded]


def steps_of(
    decoder: Decoder | RandomDecoder,
    part: g.Part,
    tokenizer: TextTokenizer,
    *,
    limits: Limits | None = None,
    temperature: float = 0.0,
    chunk: int = 128,
    ends: tuple[int, ...] = (),
) -> Callable[[NDArray[np.float32]], Steps]:
    vocabulary = Vocabulary(tokenizer.vocabulary())
    masks = TokenMasks(g.compile_grammar(part).automaton, vocabulary)
    sampler = Sampler(temperature=temperature)
    means = means_of(decoder, tokenizer, ends=ends, sampler=sampler, limits=limits, chunk=chunk)
    return Constrained(means, masks).run


def constrained(
    decoder: Decoder | RandomDecoder,
    part: g.Part,
    tokenizer: TextTokenizer,
    *,
    limits: Limits | None = None,
    temperature: float = 0.0,
    chunk: int = 128,
) -> Decoded:
    steps = steps_of(decoder, part, tokenizer, limits=limits, temperature=temperature, chunk=chunk)
    decoded, shown = run(steps(decoder.forward([1])[-1]))
    assert decoded.text.startswith(shown)
    return decoded


@settings(deadline=None)
@given(part=random_parts(), seed=st.integers(0, 2**16), warm=st.booleans())
def test_whatever_the_weights_the_output_parses(
    tokenizer: TextTokenizer, vocabulary: Vocabulary, part: g.Part, seed: int, *, warm: bool
) -> None:
    session = RandomDecoder(len(vocabulary.by_id), seed)
    temperature = 2.0 if warm else 0.0
    decoded = constrained(session, part, tokenizer, temperature=temperature)
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
    sessions = [RandomDecoder(len(vocabulary.by_id), seed) for _ in range(2)]
    at_once = constrained(sessions[0], part, tokenizer)
    one_by_one = constrained(sessions[1], part, tokenizer, chunk=1)
    assert at_once == one_by_one
    assert sessions[0].tokens == sessions[1].tokens


def test_the_real_runtime_agrees_on_forced_tokens(
    session: Decoder, tokenizer: TextTokenizer
) -> None:
    part = g.sequence(
        g.literal("the kitchen light: "), g.choice(g.literal("xylophone"), g.literal("yes"))
    )
    found = []
    for chunk in (128, 1):
        session.truncate(0)
        decoded = constrained(session, part, tokenizer, chunk=chunk)
        found.append((decoded.text, round(decoded.log_probability, 1)))
    assert found[0] == found[1]


def test_a_text_that_is_forced_costs_no_step_of_the_model(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    session = RandomDecoder(len(vocabulary.by_id), 1)
    decoded = constrained(session, g.literal("the kitchen"), tokenizer)
    assert decoded.text == "the kitchen"
    assert decoded.log_probability == 0
    assert decoded.tokens == tokenizer.encode("the kitchen")
    assert session.calls == [[1]]  # the prompt, and nothing more


def test_forced_tokens_before_a_choice_go_in_together(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    session = RandomDecoder(len(vocabulary.by_id), 1)
    part = g.sequence(g.literal("the name: "), g.choice(g.literal("x"), g.literal("y")))
    decoded = constrained(session, part, tokenizer)
    assert len(session.calls) == 2
    assert session.calls[1] == tokenizer.encode("the name: ")
    assert [branch.at for branch in decoded.branches] == [10]
    assert {decoded.branches[0].chosen, decoded.branches[0].runner_up} == {"x", "y"}


def test_a_token_that_may_grow_over_the_choice_is_left_to_the_model(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    # " l" is one token: the forced " " before the choice must not cut it in two.
    session = RandomDecoder(len(vocabulary.by_id), 3)
    part = g.sequence(g.literal("the "), g.choice(g.literal("lamp"), g.literal("oven")))
    constrained(session, part, tokenizer)
    assert session.calls[1] == tokenizer.encode("the")


def test_probabilities_of_a_branch_are_shares_of_what_is_allowed(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    logits = np.full(len(vocabulary.by_id), 50.0, np.float32)
    x, y = tokenizer.encode("x")[0], tokenizer.encode("y")[0]
    logits[x], logits[y] = np.log(3.0), np.log(1.0)
    part = g.choice(g.literal("x"), g.literal("y"))
    decoded, _ = run(steps_of(RandomDecoder(len(vocabulary.by_id), 1), part, tokenizer)(logits))
    (branch,) = decoded.branches
    assert (branch.chosen, branch.runner_up) == ("x", "y")
    assert branch.chosen_probability == pytest.approx(0.75)
    assert branch.runner_up_probability == pytest.approx(0.25)


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_scores_that_are_no_numbers_are_an_error(
    tokenizer: TextTokenizer, vocabulary: Vocabulary, broken: float
) -> None:
    logits = np.zeros(len(vocabulary.by_id), np.float32)
    logits[tokenizer.encode("y")[0]] = broken
    part = g.choice(g.literal("x"), g.literal("y"))
    with pytest.raises(ModelError, match="no finite numbers"):
        run(steps_of(RandomDecoder(len(vocabulary.by_id), 1), part, tokenizer)(logits))


def test_each_of_several_end_tokens_ends_the_text(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    other = tokenizer.encode("#")[0]
    logits = np.zeros(len(vocabulary.by_id), np.float32)
    logits[other] = 20.0
    part = g.optional(g.literal("x"))
    decoder = RandomDecoder(len(vocabulary.by_id), 1)
    ends = (tokenizer.eos, other)
    decoded, _ = run(steps_of(decoder, part, tokenizer, ends=ends)(logits))
    assert (decoded.text, decoded.finished, decoder.calls) == ("", "stop", [])
    (branch,) = decoded.branches
    assert (branch.chosen, branch.runner_up) == ("", "x")
    logits[other] = -20.0
    (second,) = run(steps_of(decoder, part, tokenizer, ends=ends)(logits))[0].branches
    assert second.chosen_probability == pytest.approx(0.5)


@settings(deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_token_that_ends_turns_is_text_where_the_grammar_asks_for_it(
    tokenizer: TextTokenizer, vocabulary: Vocabulary, seed: int
) -> None:
    part = g.sequence(g.names(["ab", "bab", "abba", "kit"]), g.names(["aa", "ba", "b"]))
    decoder = RandomDecoder(len(vocabulary.by_id), seed)
    ends = (tokenizer.eos, *tokenizer.encode("a"))
    decoded, _ = run(steps_of(decoder, part, tokenizer, ends=ends)(decoder.forward([1])[-1]))
    assert g.compile_grammar(part).parses(decoded.text)
    assert decoded.finished == "stop"


def test_a_token_that_the_model_has_no_row_for_is_never_taken(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    rows = max(*tokenizer.encode("x"), *tokenizer.encode("y")) + 1
    decoder = RandomDecoder(rows, 1)
    part = g.optional(g.names(["x", "y", "the"]))
    ends = (len(vocabulary.by_id) - 1, 0)
    decoded, _ = run(steps_of(decoder, part, tokenizer, ends=ends)(decoder.forward([1])[-1]))
    assert decoded.text in ("", "x", "y", "the")
    few = np.zeros(1, np.float32)
    with pytest.raises(ModelError, match="no row for any token"):
        run(steps_of(decoder, g.names(["x", "y"]), tokenizer, ends=ends)(few))


def test_the_limit_cuts_and_says_so(tokenizer: TextTokenizer, vocabulary: Vocabulary) -> None:
    session = RandomDecoder(len(vocabulary.by_id), 1)
    decoded = constrained(session, g.literal("xyxyxy"), tokenizer, limits=Limits(3))
    assert (decoded.text, decoded.finished) == ("xyx", "length")


def expires_after(checks: int) -> Callable[[], bool]:
    left = iter(range(checks))
    return lambda: next(left, None) is None


def test_the_deadline_ends_with_what_there_is(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    session = RandomDecoder(len(vocabulary.by_id), 1)
    part = g.repeat(g.choice(g.literal("x"), g.literal("y")), minimum=9, maximum=9)
    limits = Limits(100, expires_after(4))
    decoded = constrained(session, part, tokenizer, limits=limits)
    assert decoded.finished == "deadline"
    assert 0 < len(decoded.text) < 9


@st.composite
def random_merges(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Draw merges of a byte-level BPE; each joins two tokens that there are by then."""
    tokens = ["\u0120", *"abkite,. "[:6], "\u00c3", "\u00a9"]
    merges: list[tuple[str, str]] = []
    for _ in range(draw(st.integers(0, 12))):
        pair = draw(st.sampled_from(tokens)), draw(st.sampled_from(tokens))
        joined = "".join(pair)
        if joined not in tokens:
            tokens.append(joined)
            merges.append(pair)
    return merges


def made_tokenizer(merges: list[tuple[str, str]]) -> TextTokenizer:
    tokens = ["<end>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokens += dict.fromkeys("".join(pair) for pair in merges)
    made = Tokenizer(models.BPE({text: n for n, text in enumerate(tokens)}, list(merges)))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([AddedToken("<end>", special=True, normalized=False)])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tokenizer.json"
        made.save(str(path))
        tokenizer = TextTokenizer(path, eos="<end>")
        tokenizer.start()
    return tokenizer


@settings(deadline=None)
@given(merges=random_merges(), part=random_parts(), seed=st.integers(0, 2**16))
def test_whatever_the_tokenizer_the_output_parses(
    merges: list[tuple[str, str]], part: g.Part, seed: int
) -> None:
    tokenizer = made_tokenizer(merges)
    decoder = RandomDecoder(len(tokenizer.vocabulary()), seed)
    decoded = constrained(decoder, part, tokenizer)
    assert decoded.finished == "stop"
    assert g.compile_grammar(part).parses(decoded.text)
    assert tokenizer.decode(decoded.tokens) == decoded.text
    assert decoder.tokens[1:] == decoded.tokens[: len(decoder.tokens) - 1]


@settings(deadline=None)
@given(
    merges=random_merges(), text=st.text("abkiteé, ", min_size=1, max_size=12), more=st.booleans()
)
def test_forced_tokens_are_those_that_the_tokenizer_writes(
    merges: list[tuple[str, str]], text: str, *, more: bool
) -> None:
    tokenizer = made_tokenizer(merges)
    decoder = RandomDecoder(len(tokenizer.vocabulary()), 1)
    part = g.literal(text)
    if more:
        part = g.sequence(part, g.choice(g.literal("x"), g.literal("y")))
    decoded = constrained(decoder, part, tokenizer)
    # No token holds x or y besides others, so that nothing can reach over the choice.
    assert decoded.tokens[: len(decoded.tokens) - more] == tokenizer.encode(text)
    assert decoder.calls[1:] == ([tokenizer.encode(text)] if more else [])
