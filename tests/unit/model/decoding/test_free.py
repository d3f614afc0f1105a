from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.model.decoding.stand_ins import RandomDecoder, means_of, run

from lamplighter.errors import ModelError
from lamplighter.model.decoding.decode import Decoded, Limits
from lamplighter.model.decoding.free import decode_freely
from lamplighter.model.decoding.masks import Vocabulary
from lamplighter.model.decoding.sampling import Sampler
from lamplighter.model.prompt.tokenizer import TextTokenizer


def free(
    tokenizer: TextTokenizer,
    *,
    stop: tuple[str, ...] = (),
    seed: int = 0,
    ends: tuple[int, ...] = (),
    max_tokens: int = 40,
) -> tuple[Decoded, str]:
    decoder = RandomDecoder(len(tokenizer.vocabulary()), 5)
    sampler = Sampler(temperature=1.0, top_p=0.9, seed=seed)
    means = means_of(decoder, tokenizer, ends=ends, sampler=sampler, limits=Limits(max_tokens))
    texts = tokenizer.vocabulary()
    hidden = [n for n, text in enumerate(texts) if not text and n not in means.ends]
    logits = decoder.forward([1])[-1]
    return run(decode_freely(means, logits, hidden=np.array(hidden, np.int64), stop=stop))


def test_text_is_the_same_for_the_same_seed_only(tokenizer: TextTokenizer) -> None:
    first, _ = free(tokenizer)
    assert first == free(tokenizer)[0]
    assert first.text != free(tokenizer, seed=1)[0].text


def test_text_ends_before_a_stop_string(tokenizer: TextTokenizer) -> None:
    whole = free(tokenizer)[0].text
    cut, shown = free(tokenizer, stop=(whole[5:7],))
    assert cut.finished == "stop"
    assert whole.startswith(cut.text)
    assert whole[5:7] not in cut.text
    assert cut.text.startswith(shown)


@settings(deadline=None)
@given(seed=st.integers(0, 50), most=st.integers(1, 40), at=st.integers(0, 30))
def test_what_was_shown_is_never_taken_back(
    tokenizer: TextTokenizer, seed: int, most: int, at: int
) -> None:
    whole, shown = free(tokenizer, seed=seed, max_tokens=most)
    assert whole.text.startswith(shown)
    stop = whole.text[at : at + 3]
    if stop:
        cut, shown = free(tokenizer, seed=seed, max_tokens=most, stop=(stop,))
        assert cut.text.startswith(shown)
        assert cut.text == whole.text[: whole.text.find(stop)]


def test_each_of_several_end_tokens_ends_the_text(tokenizer: TextTokenizer) -> None:
    whole, _ = free(tokenizer)
    other = whole.tokens[7]
    cut, _ = free(tokenizer, ends=(tokenizer.eos, other))
    assert cut.finished == "stop"
    assert cut.tokens == whole.tokens[: whole.tokens.index(other)]


def test_where_no_token_may_come_none_does(tokenizer: TextTokenizer) -> None:
    decoded, shown = free(tokenizer, max_tokens=0)
    assert (decoded.tokens, decoded.text, shown, decoded.finished) == ([], "", "", "length")


def test_a_hidden_token_that_the_model_has_no_row_for_is_no_error(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    rows = len(vocabulary.by_id) - 2
    decoder = RandomDecoder(rows, 5)
    means = means_of(decoder, tokenizer, limits=Limits(4))
    hidden = np.array([0, 1, rows, rows + 1])
    decoded, _ = run(decode_freely(means, decoder.forward([1])[-1], hidden=hidden))
    assert decoded.finished in ("stop", "length")
    assert not {0, 1} & set(decoded.tokens)


def test_scores_that_are_no_numbers_are_an_error(
    tokenizer: TextTokenizer, vocabulary: Vocabulary
) -> None:
    means = means_of(RandomDecoder(len(vocabulary.by_id), 5), tokenizer)
    logits = np.zeros(len(vocabulary.by_id), np.float32)
    logits[300 % len(logits)] = np.nan
    with pytest.raises(ModelError, match="no finite numbers"):
        run(decode_freely(means, logits, hidden=np.zeros(0, np.int64)))
