"""How well a model foretells the text that travels with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lamplighter.errors import ModelError
from lamplighter.model.bundle.gate_bounds import PerplexityBound
from lamplighter.model.bundle.gate_report import GateResult
from lamplighter.model.fidelity.perplexity import perplexity
from lamplighter.model.runtime.decoder import Decoder


def perplexity_gate(
    bound: PerplexityBound, folder: Path, decoder: Decoder, encode: Callable[[str], list[int]]
) -> GateResult:
    """Measure a running decoder's perplexity. What its cache held is lost.

    Args:
        bound: the text, and the most.
        folder: the model's.
        decoder: has been started.
        encode: text to tokens.

    Raises:
        ModelError: the text can't be read or is too short, or the runtime failed.
    """
    try:
        text = (folder / bound.text).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(bound.text, f"can't be read: {error}") from error
    tokens = encode(text)
    figure = perplexity(decoder, tokens, window=min(bound.window, decoder.context))
    return GateResult(
        gate="perplexity",
        measured=figure,
        bound=bound.most,
        side="most",
        detail=f"{len(tokens)} tokens",
    )
