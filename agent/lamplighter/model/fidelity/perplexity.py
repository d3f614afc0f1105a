"""Perplexity: how many words a model hesitates between, on average, on a text.

A text is cut into windows that know nothing of each other; in each, every token but the first is
predicted from those before it. The perplexity is e to the mean of -log p(token), natural logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamplighter.model.runtime.decoder import Decoder

# Given windows of tokens, yields the logits after each token of each window, in order, portion
# by portion: rows of (tokens, vocabulary), at most 64, and of one window only.
Stream = Callable[[Sequence[Sequence[int]]], "Iterator[NDArray[np.float32]]"]

_PORTION = 64


def perplexity(decoder: Decoder, tokens: Sequence[int], *, window: int = 512) -> float:
    """Return a running decoder's perplexity on a text. What its cache held is lost.

    Args:
        decoder: has been started.
        tokens: of the text.
        window: tokens that are seen at once; at most the decoder's context.

    Raises:
        ModelError: there are fewer than two tokens, the window does not fit into the context,
            or the runtime failed.
    """
    return stream_perplexity(stream_of(decoder), tokens, window=window)


def stream_perplexity(stream: Stream, tokens: Sequence[int], *, window: int = 512) -> float:
    """Return the perplexity of whatever gives logits, such as ``Reference.stream``.

    Raises:
        ModelError: there are fewer than two tokens, or whatever the stream raises.
    """
    windows = windows_of(tokens, window)
    total, count = 0.0, 0
    portions = stream(windows)
    for following in targets_of(windows):
        logits = log_probabilities(next(portions)[: len(following)])
        chosen = np.take_along_axis(logits, np.array(following, np.int64)[:, None], axis=-1)
        total -= float(chosen.sum(dtype=np.float64))
        count += len(following)
    return math.exp(total / count)


def stream_of(decoder: Decoder) -> Stream:
    """Return the logits of a running decoder as a stream. What its cache held is lost."""

    def stream(windows: Sequence[Sequence[int]]) -> Iterator[NDArray[np.float32]]:
        for tokens in windows:
            decoder.truncate(0)
            for start in range(0, len(tokens), _PORTION):
                portion = tokens[start : start + _PORTION]
                yield decoder.forward(portion, kept=len(portion))

    return stream


def windows_of(tokens: Sequence[int], length: int) -> list[Sequence[int]]:
    """Cut a text into windows of a length; a last one may be shorter, but has two tokens.

    Raises:
        ModelError: there are fewer than two tokens.
    """
    cut = [tokens[start : start + length] for start in range(0, len(tokens), length)]
    windows = [window for window in cut if len(window) > 1]
    if not windows:
        raise ModelError("perplexity", f"{len(tokens)} tokens in windows of {length} predict none")
    return windows


def targets_of(windows: Sequence[Sequence[int]]) -> Iterator[Sequence[int]]:
    """Yield, for each portion of a stream over the windows, the tokens that follow its rows.

    In a window's last portion they are one fewer than the rows: nothing follows the last token.
    """
    for window in windows:
        for start in range(0, len(window), _PORTION):
            yield window[start + 1 : start + 1 + _PORTION]


def log_probabilities(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the logarithms of the softmax of each row."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    sums = np.exp(shifted).sum(axis=-1, keepdims=True, dtype=np.float64)
    logs: NDArray[np.float32] = shifted - np.log(sums).astype(np.float32)
    return logs
