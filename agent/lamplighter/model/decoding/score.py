"""How probable a model finds given continuations of one prompt."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.errors import RefusedError
from lamplighter.model.decoding.sampling import log_softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamplighter.model.runtime.decoder import Decoder


def score(
    session: Decoder,
    logits: NDArray[np.float32],
    continuations: Sequence[Sequence[int]],
    *,
    expired: Callable[[], bool],
) -> Generator[str, None, list[float]]:
    """Return the sum of log-probabilities of each continuation's tokens.

    The prompt's keys and values are shared: each continuation is appended and taken off again.

    Args:
        session: holds the prompt, and holds just that again afterwards.
        logits: after the prompt.
        continuations: the tokens of each; at least one.
        expired: tells whether the deadline has passed.

    Raises:
        RefusedError: the deadline passed; or a continuation is empty or does not fit.
    """
    start = len(session.tokens)
    first = log_softmax(logits)
    sums = []
    for tokens in continuations:
        if not tokens:
            raise RefusedError("score", "a continuation is empty")
        if start + len(tokens) - 1 > session.context:
            reason = f"{start} tokens and a continuation of {len(tokens)} do not fit"
            raise RefusedError("score", f"{reason} into {session.context}")
        if expired():
            raise RefusedError("score", "the deadline has passed")
        total = float(first[tokens[0]])
        if len(tokens) > 1:
            yield ""
            session.truncate(start)
            rows = session.forward(tokens[:-1], kept=len(tokens) - 1)
            later = zip(rows, tokens[1:], strict=True)
            total += sum(float(log_softmax(row)[token]) for row, token in later)
        sums.append(total)
    session.truncate(start)
    return sums
