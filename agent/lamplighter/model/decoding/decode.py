"""Decoding: what it needs, what it brings, and the tokens before it.

Decoding under a grammar (``constrained``) and freely (``free``) are generators that yield between
two steps of the model (a token, or a chunk of a longer row), so that their caller can interrupt
them, close them, or do something more urgent in between. What they yield is the text that is new
and certain, often none. The result is what they return.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from lamplighter.errors import ModelError
from lamplighter.model.decoding.pace import Pace
from lamplighter.model.decoding.sampling import Sampler
from lamplighter.model.prompt.tokenizer import TextTokenizer
from lamplighter.model.request import Branch
from lamplighter.model.runtime.decoder import Decoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Finish = Literal["stop", "length", "deadline"]


@dataclass(slots=True)
class Decoded:
    """What decoding brought.

    Attributes:
        tokens: the tokens of the output, without the end token.
        text: the output.
        log_probability: the sum of the tokens' natural logarithms of probability.
        drawn: how many tokens (the end token too) the model had to decide on.
        branches: the choices under a grammar.
        finished: why it ended.
    """

    tokens: list[int] = field(default_factory=list)
    text: str = ""
    log_probability: float = 0.0
    drawn: int = 0
    branches: list[Branch] = field(default_factory=list)
    finished: Finish = "stop"


@dataclass(frozen=True, slots=True)
class Limits:
    """When decoding has to end.

    Attributes:
        max_tokens: the most tokens of the output.
        expired: tells whether the deadline has passed.
    """

    max_tokens: int
    expired: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Means:
    """What a text is decoded with.

    Attributes:
        decoder: holds the prompt.
        tokenizer: the model's.
        ends: the tokens that end a turn.
        sampler: picks among the tokens that may come.
        limits: when to end.
        pace: how many tokens to append in one step.
    """

    decoder: Decoder
    tokenizer: TextTokenizer
    ends: Collection[int]
    sampler: Sampler
    limits: Limits
    pace: Pace


def prefill(
    decoder: Decoder, tokens: Sequence[int], *, expired: Callable[[], bool], pace: Pace
) -> Generator[str, None, NDArray[np.float32] | None]:
    """Append tokens chunk by chunk; return the logits after the last, or None at the deadline."""
    logits: NDArray[np.float32] | None = None
    start = 0
    while start < len(tokens):
        if start:
            yield ""
        if expired():
            return None
        chunk = tokens[start : start + pace.size()]
        start += len(chunk)
        last = start == len(tokens)
        rows = decoder.forward(chunk, kept=1 if last else 0)
        logits = rows[0] if last else None
        pace.took(len(chunk))
    return logits


def not_numbers() -> ModelError:
    """Return what is raised where a model computes NaN or infinity instead of a score."""
    return ModelError("logits", "are no finite numbers: the model is broken")
