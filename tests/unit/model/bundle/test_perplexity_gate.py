from __future__ import annotations

from pathlib import Path

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.bundle.gate_bounds import PerplexityBound
from lamplighter.model.bundle.perplexity_gate import perplexity_gate
from lamplighter.model.fidelity.perplexity import perplexity
from lamplighter.model.prompt.tokenizer import TextTokenizer
from lamplighter.model.runtime.session import Session

BOUND = PerplexityBound(text="text.txt", most=1000.0, window=512)


def test_it_is_that_of_the_text_that_travels_with_the_model(
    tmp_path: Path, session: Session, tokenizer: TextTokenizer
) -> None:
    (tmp_path / "text.txt").write_text("the kitchen light is on. " * 20)
    result = perplexity_gate(BOUND, tmp_path, session, tokenizer.encode)
    tokens = tokenizer.encode("the kitchen light is on. " * 20)
    # The window is cut to the context.
    assert result.measured == perplexity(session, tokens, window=256)
    assert result.detail == f"{len(tokens)} tokens"
    assert result.bound == 1000.0


def test_a_text_that_can_t_be_used_is_told(
    tmp_path: Path, session: Session, tokenizer: TextTokenizer
) -> None:
    with pytest.raises(ModelError, match=r"text\.txt: can't be read"):
        perplexity_gate(BOUND, tmp_path, session, tokenizer.encode)
    (tmp_path / "text.txt").write_text("")
    with pytest.raises(ModelError, match="0 tokens"):
        perplexity_gate(BOUND, tmp_path, session, tokenizer.encode)
