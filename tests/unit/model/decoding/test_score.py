from __future__ import annotations

import numpy as np
import pytest

from lamplighter.errors import ModelError, RefusedError
from lamplighter.model.decoding.sampling import log_softmax
from lamplighter.model.decoding.score import score
from lamplighter.model.runtime.session import Session

PROMPT = [20, 30, 40]


def run(session: Session, rows: list[list[int]]) -> list[float]:
    session.truncate(0)
    logits = session.forward(PROMPT)[-1]
    steps = score(session, logits, rows, expired=lambda: False)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            sums: list[float] = done.value
            return sums


def test_sums_are_those_of_walking_token_by_token(session: Session) -> None:
    rows = [[50, 60, 70], [80], [50, 61]]
    expected = []
    for row in rows:
        session.truncate(0)
        logits, total = session.forward(PROMPT)[-1], 0.0
        for token in row:
            total += float(log_softmax(logits)[token])
            logits = session.forward([token])[-1]
        expected.append(total)
    np.testing.assert_allclose(run(session, rows), expected, atol=0.05)
    assert session.tokens == PROMPT


def test_a_continuation_that_does_not_fit_is_refused_and_no_error_of_the_model(
    session: Session,
) -> None:
    longest = session.context - len(PROMPT) + 1
    assert len(run(session, [[5] * longest])) == 1
    with pytest.raises(RefusedError, match=f"{longest + 1} do not fit into 256"):
        run(session, [[5] * (longest + 1)])


def test_an_empty_continuation_is_refused(session: Session) -> None:
    with pytest.raises(ModelError, match="empty"):
        run(session, [[5], []])
