"""How alike two models predict the same text: divergence and agreement, position by position.

Perplexity can stay the same while a model changes its mind everywhere; these two can't.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.model.fidelity.perplexity import log_probabilities, targets_of, windows_of

if TYPE_CHECKING:
    from lamplighter.model.fidelity.perplexity import Stream


@dataclass(frozen=True, slots=True)
class Agreement:
    """How alike two models are.

    Attributes:
        divergence: mean Kullback-Leibler divergence of the second from the first, in nats.
        top_1: share of positions at which both hold the same token for the likeliest, 0 to 1.
        positions: how many were compared.
    """

    divergence: float
    top_1: float
    positions: int


def agreement(
    first: Stream, second: Stream, tokens: Sequence[int], *, window: int = 512
) -> Agreement:
    """Compare a model with another that is held for the truth.

    Args:
        first: the truth, such as ``Reference.stream``.
        second: the model in question, such as ``stream_of(decoder)``.
        tokens: of a text.
        window: tokens that are seen at once; windows know nothing of each other.

    Raises:
        ModelError: there are fewer than two tokens, or whatever the streams raise.
    """
    windows = windows_of(tokens, window)
    divergence, same, count = 0.0, 0, 0
    truths, others = first(windows), second(windows)
    for following in targets_of(windows):
        rows = len(following)
        truth = log_probabilities(next(truths)[:rows])
        other = log_probabilities(next(others)[:rows])
        divergence += float((np.exp(truth) * (truth - other)).sum(dtype=np.float64))
        same += int((truth.argmax(axis=-1) == other.argmax(axis=-1)).sum())
        count += rows
    return Agreement(divergence / count, same / count, count)
