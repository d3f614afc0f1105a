"""Trimming a vocabulary: texts of kept tokens are read and answered as before."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from tools.model.vocabulary import choose_tokens, count_tokens, covered
from tools.model.weights import EMBEDDING, MemoryWeights, read

from lamplighter.errors import ModelError
from lamplighter.model.build.prune_vocabulary import TrimmedWeights, trim_tokenizer

MERGES = [("t", "h"), ("th", "e"), ("Ġ", "the"), ("o", "n"), ("l", "a"), ("la", "m"), ("lam", "p")]


@pytest.fixture
def tokenizer() -> Tokenizer:
    tokens = ["<end>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokens += ["".join(merge) for merge in MERGES]
    model = models.BPE(vocab={text: n for n, text in enumerate(tokens)}, merges=MERGES)
    made = Tokenizer(model)
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([AddedToken("<end>", special=True, normalized=False)])
    return made


def encode(tokenizer: Tokenizer, text: str) -> list[int]:
    return list(tokenizer.encode(text, add_special_tokens=False).ids)


def test_used_tokens_stay_then_the_earliest_merged(tokenizer: Tokenizer) -> None:
    used = count_tokens([encode(tokenizer, "lamp lamp")])
    lamp, th = tokenizer.token_to_id("lamp"), tokenizer.token_to_id("th")
    assert lamp is not None
    assert used[lamp] == 2
    assert set(choose_tokens(tokenizer.to_str(), used, len(used))) == set(used)
    more = choose_tokens(tokenizer.to_str(), used, len(used) + 1)
    assert set(more) - set(used) == {th}


def test_more_used_tokens_than_room_are_refused(tokenizer: Tokenizer) -> None:
    with pytest.raises(ModelError, match="3 tokens are used, 2 may be kept"):
        choose_tokens(tokenizer.to_str(), [1, 2, 3], 2)
    with pytest.raises(ModelError, match="no byte-pair"):
        choose_tokens(json.dumps({"model": {}}), [], 2)


def test_texts_of_kept_tokens_have_the_same_rows_before_and_after(
    tokenizer: Tokenizer, make_weights: object
) -> None:
    assert callable(make_weights)
    whole: MemoryWeights = make_weights(vocabulary=tokenizer.get_vocab_size())
    text = "lamp on lamp"
    used = count_tokens([encode(tokenizer, text)])
    trimmed = trim_tokenizer(tokenizer.to_str(), choose_tokens(tokenizer.to_str(), used, len(used)))
    small = read(TrimmedWeights(whole, trimmed.kept))
    after = encode(Tokenizer.from_str(trimmed.json), text)
    assert [trimmed.kept[token] for token in after] == encode(tokenizer, text)
    assert np.array_equal(
        small.tensor(EMBEDDING)[after], whole.tensor(EMBEDDING)[encode(tokenizer, text)]
    )
    assert small.architecture.vocabulary < whole.architecture.vocabulary


def test_the_share_of_kept_tokens_counts_how_often_they_occur() -> None:
    assert covered(Counter({1: 3, 2: 1}), [1]) == 0.75
    assert covered(Counter(), [1]) == 1.0
