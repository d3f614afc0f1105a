from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from lamplighter.errors import ModelError
from lamplighter.model.build.calibration import calibration_file, calibration_tokens
from lamplighter.model.build.recipe import Quantise


def tokenizer_json() -> str:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bpe = models.BPE(vocab={letter: n for n, letter in enumerate(alphabet)}, merges=[])
    tokenizer = Tokenizer(bpe)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return str(tokenizer.to_str())


def test_a_text_of_ones_own_is_taken(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("abc")
    quantise = Quantise(bits=4, method="gptq", calibration=tmp_path / "mine.txt")
    assert len(calibration_tokens(quantise, tokenizer_json())) == 3
    assert calibration_tokens(Quantise(calibration=tmp_path / "none.txt"), "") == []


def test_without_one_the_bundled_text_is_taken() -> None:
    quantise = Quantise(bits=4, method="gptq")
    path = calibration_file(quantise)
    assert path
    assert len(calibration_tokens(quantise, tokenizer_json())) >= len(path.read_text())


def test_a_text_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    quantise = Quantise(bits=4, method="gptq", calibration=tmp_path / "none.txt")
    with pytest.raises(ModelError, match=r"none\.txt: can't be read"):
        calibration_tokens(quantise, tokenizer_json())
