"""Decoding without a grammar."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.model.decoding.decode import Decoded, Finish, Means, not_numbers
from lamplighter.model.decoding.figures import Figures
from lamplighter.model.decoding.pieces import Pieces
from lamplighter.model.decoding.sampling import log_softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray


def decode_freely(
    means: Means,
    logits: NDArray[np.float32],
    *,
    hidden: NDArray[np.int64],
    stop: Sequence[str] = (),
    figures: Figures | None = None,
) -> Generator[str, None, Decoded]:
    """Decode until an end token, a stop string or a limit.

    Args:
        means: what to decode with.
        logits: after the prompt.
        hidden: tokens that are never produced: those without a text that end nothing.
        stop: strings before the first of which the text ends.
        figures: what may come of words with digits; None for any.

    Raises:
        ModelError: the model computes no finite numbers, or it failed.
    """
    decoded = Decoded()
    pieces = Pieces(stop)
    vocabulary = means.tokenizer.vocabulary()
    while True:
        if means.limits.expired():
            decoded.finished = "deadline"
            break
        if means.limits.max_tokens < 1:
            decoded.finished = "length"
            break
        token = _draw(means, logits[: len(vocabulary)], hidden, decoded, figures)
        if token in means.ends:
            break
        decoded.tokens.append(token)
        if figures is not None:
            figures.add(token)
        piece = pieces.add(vocabulary[token])
        finished = _ended(means, decoded, pieces)
        if finished:
            decoded.finished = finished
            break
        yield piece
        logits = means.decoder.forward([token])[-1]
    pieces.finish()
    decoded.text = pieces.text
    return decoded


def _draw(
    means: Means,
    logits: NDArray[np.float32],
    hidden: NDArray[np.int64],
    decoded: Decoded,
    figures: Figures | None,
) -> int:
    # The caller's slice is over: a model may have more rows than its tokenizer has tokens.
    scores = logits.copy()
    scores[hidden[hidden < len(scores)]] = -np.inf  # nor has every token a row in every model
    if not np.isfinite(scores.max()):
        raise not_numbers()
    if figures is not None:
        figures.restrict(scores)
    scores = log_softmax(scores)
    token = means.sampler.pick(scores)
    decoded.log_probability += float(scores[token])
    decoded.drawn += 1
    return token


def _ended(means: Means, decoded: Decoded, pieces: Pieces) -> Finish | None:
    if pieces.stopped:
        return "stop"
    return "length" if len(decoded.tokens) >= means.limits.max_tokens else None
