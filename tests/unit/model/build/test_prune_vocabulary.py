from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.prune_vocabulary import (
    TrimmedWeights,
    read_kept_tokens,
    trim_tokenizer,
)

SPECIAL = ("<s>", "</s>")
CORPUS = (
    "turn the kitchen light on and the living room lights off",
    "the thermostat in the north bedroom is at nineteen degrees",
    "then dim the lamps, lock the doors and tell me when it rains there",
)


def trained() -> Tokenizer:
    """Return a byte-level tokenizer with some two hundred merges of its own."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=460,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=list(SPECIAL),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    return tokenizer


FULL = trained()
FULL_JSON = FULL.to_str()
KEPT = st.sets(st.integers(0, FULL.get_vocab_size() - 1), max_size=60)
WORDS = st.lists(st.sampled_from(" ".join(CORPUS).split()), min_size=1, max_size=12)


@given(text=st.text(max_size=60), kept=KEPT)
def test_any_text_comes_back_whatever_is_kept(text: str, kept: set[int]) -> None:
    trimmed = Tokenizer.from_str(trim_tokenizer(FULL_JSON, kept).json)
    encoding = trimmed.encode(text, add_special_tokens=False)
    assert trimmed.decode(encoding.ids) == text
    assert "".join(encoding.tokens) == "".join(FULL.encode(text, add_special_tokens=False).tokens)


@given(words=WORDS)
def test_a_text_whose_tokens_are_kept_is_cut_as_before(words: list[str]) -> None:
    before = FULL.encode(" ".join(words))
    trimmed = trim_tokenizer(FULL_JSON, before.ids)
    after = Tokenizer.from_str(trimmed.json).encode(" ".join(words))
    assert after.tokens == before.tokens
    assert [trimmed.kept[number] for number in after.ids] == before.ids


def test_ids_are_dense_and_only_what_is_needed_is_kept() -> None:
    trimmed = trim_tokenizer(FULL_JSON, ["Ġthe"])
    tokenizer = Tokenizer.from_str(trimmed.json)
    assert sorted(tokenizer.get_vocab().values()) == list(range(len(trimmed.kept)))
    letters = set(pre_tokenizers.ByteLevel.alphabet())
    assert set(tokenizer.get_vocab()) - letters - set(SPECIAL) == {"Ġthe", "the", "he"}
    assert tokenizer.encode(" the").tokens == ["<s>", "Ġthe", "</s>"]


def test_a_special_token_among_the_last_ids_is_numbered_anew() -> None:
    tokenizer = trained()
    tokenizer.add_special_tokens([AddedToken("<|end|>", special=True, normalized=False)])
    trimmed = trim_tokenizer(tokenizer.to_str(), [])
    again = Tokenizer.from_str(trimmed.json)
    assert again.token_to_id("<|end|>") == len(trimmed.kept) - 1
    assert again.decode(again.encode("a<|end|>").ids, skip_special_tokens=False).endswith(
        "<|end|></s>"
    )


def test_a_tokenizer_with_a_fallback_to_bytes_is_trimmed() -> None:
    tokens = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", "h", "i", "hi", "▁hi"]
    bpe = models.BPE(
        vocab={token: number for number, token in enumerate(tokens)},
        merges=[("h", "i"), ("▁", "hi")],
        unk_token="<unk>",
        byte_fallback=True,
    )
    tokenizer = Tokenizer(bpe)
    trimmed = Tokenizer.from_str(trim_tokenizer(tokenizer.to_str(), ["hi"]).json)
    assert trimmed.encode("hi").tokens == ["hi"]
    assert trimmed.encode("▁hi").tokens == ["<0xE2>", "<0x96>", "<0x81>", "hi"]


def test_rows_follow_the_new_ids(make_weights: Callable[..., Weights]) -> None:
    base = make_weights(40, tied=False)
    trimmed = TrimmedWeights(base, [3, 7, 39])
    assert trimmed.architecture.vocabulary == 3
    for name in ("model.embed_tokens.weight", "lm_head.weight"):
        np.testing.assert_array_equal(trimmed.tensor(name), base.tensor(name)[[3, 7, 39]])
    other = "model.layers.0.mlp.up_proj.weight"
    np.testing.assert_array_equal(trimmed.tensor(other), base.tensor(other))


def test_a_token_that_the_model_has_no_row_for_is_refused(
    make_weights: Callable[..., Weights],
) -> None:
    with pytest.raises(ModelError, match="a token 40, and the embedding 40 rows only"):
        TrimmedWeights(make_weights(40), [3, 40])


def changed(**model: Any) -> str:
    data = json.loads(FULL_JSON)
    data["model"].update(model)
    return json.dumps(data)


@pytest.mark.parametrize(
    ("tokenizer_json", "wanted", "reason"),
    [
        (FULL_JSON, [100000], "has no token 100000 to keep"),
        (FULL_JSON, ["nonesuch"], "has no token 'nonesuch' to keep"),
        (changed(type="Unigram"), [], "Unigram can't be trimmed"),
        (changed(vocab={"a": 0}, merges=[]), [], "does not fall back to bytes"),
        ("{}", [], "can't be read"),
        ("not JSON", [], "can't be read"),
    ],
)
def test_what_can_not_be_trimmed_is_refused(
    tokenizer_json: str, wanted: list[int | str], reason: str
) -> None:
    with pytest.raises(ModelError, match=reason):
        trim_tokenizer(tokenizer_json, wanted)


def test_a_post_processor_that_can_not_be_renumbered_is_refused() -> None:
    data = json.loads(FULL_JSON)
    data["post_processor"] = {"type": "Unheard"}
    with pytest.raises(ModelError, match="post-processor Unheard"):
        trim_tokenizer(json.dumps(data), [])


def test_a_list_of_tokens_is_read(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_text('[1, 2, "Ġthe"]', encoding="utf-8")
    assert read_kept_tokens(path) == [1, 2, "Ġthe"]


@pytest.mark.parametrize("text", ["{}", "[1.5]", "[true]", "[", '[["a"]]'])
def test_what_is_no_list_of_tokens_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "kept.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"kept\.json"):
        read_kept_tokens(path)
