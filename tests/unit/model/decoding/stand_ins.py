"""Stand-ins for a running model, and what runs decoding to its end."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from lamplighter.model.decoding.decode import Limits, Means
from lamplighter.model.decoding.pace import Pace
from lamplighter.model.decoding.sampling import Sampler
from lamplighter.model.prompt.tokenizer import TextTokenizer
from lamplighter.model.runtime.decoder import Decoder

Result = TypeVar("Result")


class RandomDecoder:
    """A model whose logits are drawn from a seed and the tokens so far; keeps the calls."""

    def __init__(self, vocabulary: int, seed: int) -> None:
        self.vocabulary = vocabulary
        self.seed = seed
        self.tokens: list[int] = []
        self.calls: list[list[int]] = []
        self.kept: list[int] = []

    def forward(self, tokens: Sequence[int], *, kept: int = 1) -> NDArray[np.float32]:
        assert kept in (0, 1)
        self.calls.append(list(tokens))
        self.kept.append(kept)
        self.tokens += tokens
        random = np.random.default_rng([self.seed, *self.tokens])
        return random.normal(0, 4, (1, self.vocabulary)).astype(np.float32)[:kept]


def even_pace(chunk: int = 128) -> Pace:
    return Pace(lambda: 0.0, most=chunk)


def means_of(
    decoder: Decoder | RandomDecoder,
    tokenizer: TextTokenizer,
    *,
    ends: Sequence[int] = (),
    sampler: Sampler | None = None,
    limits: Limits | None = None,
    chunk: int = 128,
) -> Means:
    return Means(
        decoder=cast("Decoder", decoder),
        tokenizer=tokenizer,
        ends=frozenset(ends or tokenizer.ends),
        sampler=sampler or Sampler(),
        limits=limits or Limits(400),
        pace=even_pace(chunk),
    )


def run(steps: Generator[str, None, Result]) -> tuple[Result, str]:
    """Return the result, and the text that was yielded on the way."""
    shown = ""
    while True:
        try:
            shown += next(steps)
        except StopIteration as done:
            return cast("Result", done.value), shown
