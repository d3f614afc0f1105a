from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models

from lamplighter.errors import ModelError
from lamplighter.model.prompt.tokenizer import TextTokenizer


@given(st.text(max_size=40))
def test_any_text_comes_back_from_its_tokens(tokenizer: TextTokenizer, text: str) -> None:
    tokens = tokenizer.encode(text)
    assert tokenizer.decode(tokens) == text
    assert b"".join(tokenizer.vocabulary()[token] for token in tokens) == text.encode()


def test_special_tokens_are_recognised_in_trusted_text_only(tokenizer: TextTokenizer) -> None:
    assert tokenizer.encode("<|im_end|>", trusted=True) == [tokenizer.eos]
    assert tokenizer.eos not in tokenizer.encode("<|im_end|>")
    assert tokenizer.vocabulary()[tokenizer.eos] == b""


def test_sentencepiece_tokens_are_read_too(tmp_path: Path) -> None:
    vocabulary = {"</s>": 0, "\u2581kit": 1, "<0x0A>": 2}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    made.decoder = decoders.ByteFallback()
    made.save(str(tmp_path / "tokenizer.json"))
    tokenizer = TextTokenizer(tmp_path / "tokenizer.json", eos="</s>")
    tokenizer.start()
    assert tokenizer.vocabulary()[1:] == [b" kit", b"\n"]


def test_a_file_that_is_no_tokenizer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text("{}")
    with pytest.raises(ModelError, match=r"tokenizer\.json: can't be read"):
        TextTokenizer(path, eos="x").start()


def test_a_tokenizer_without_the_end_token_is_refused(tiny: Path) -> None:
    with pytest.raises(ModelError, match="has no token '<end>'"):
        TextTokenizer(tiny / "tokenizer.json", eos="<end>").start()
