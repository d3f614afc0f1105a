from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Weights
from lamplighter.model.fidelity.perplexity import (
    log_probabilities,
    perplexity,
    stream_of,
    stream_perplexity,
    targets_of,
    windows_of,
)
from lamplighter.model.fidelity.reference import Reference
from lamplighter.model.runtime.session import Session


def knowing(certainty: float) -> Callable[..., Iterator[NDArray[np.float32]]]:
    """Return a stream that gives the next token a probability, and nine others the rest."""

    def stream(windows: Sequence[Sequence[int]]) -> Iterator[NDArray[np.float32]]:
        for window, following in zip(portions(windows), targets_of(windows), strict=True):
            rows = np.full((len(window), 10), (1 - certainty) / 9)
            rows[np.arange(len(following)), list(map(int, following))] = certainty
            yield np.log(rows).astype(np.float32) + np.float32(3.25)

    return stream


def portions(windows: Sequence[Sequence[int]]) -> Iterator[Sequence[int]]:
    for window in windows:
        for start in range(0, len(window), 64):
            yield window[start : start + 64]


@given(
    tokens=st.lists(st.integers(0, 9), min_size=2, max_size=300),
    certainty=st.floats(0.01, 0.99),
    window=st.integers(2, 200),
)
@settings(max_examples=50)
def test_it_is_one_over_the_probability_of_the_right_token(
    tokens: list[int], certainty: float, window: int
) -> None:
    got = stream_perplexity(knowing(certainty), tokens, window=window)
    assert got == pytest.approx(1 / certainty, rel=1e-4)


def test_the_first_token_of_a_window_is_not_scored() -> None:
    windows = windows_of(range(130), 65)
    assert [list(each) for each in targets_of(windows)] == [
        list(range(1, 65)),
        [],
        list(range(66, 130)),
        [],
    ]


@given(length=st.integers(2, 400), window=st.integers(2, 150))
def test_windows_hold_the_text_but_for_a_last_single_token(length: int, window: int) -> None:
    windows = windows_of(range(length), window)
    joined = [token for each in windows for token in each]
    assert joined == list(range(len(joined)))
    assert length - len(joined) <= 1
    assert sum(len(each) - 1 for each in windows) == sum(map(len, targets_of(windows)))


def test_a_text_that_predicts_nothing_is_refused() -> None:
    with pytest.raises(ModelError, match="1 tokens in windows of 512 predict none"):
        windows_of([7], 512)


def test_a_decoder_scores_as_the_weights_it_was_built_from(
    session: Session, make_weights: Callable[..., Weights]
) -> None:
    session.truncate(0)
    vocabulary = session.forward([1]).shape[1]
    tokens = [int(token) for token in np.random.default_rng(3).integers(0, vocabulary, 300)]
    exact = stream_perplexity(Reference(make_weights(vocabulary)).stream, tokens, window=128)
    assert perplexity(session, tokens, window=128) == pytest.approx(exact, rel=0.1)


def test_portions_come_to_the_same_as_one_pass(session: Session) -> None:
    tokens = [number % 200 for number in range(150)]
    streamed = np.concatenate(list(stream_of(session)([tokens])))
    session.truncate(0)
    np.testing.assert_allclose(streamed, session.forward(tokens, kept=150), atol=0.5)


def test_log_probabilities_do_not_overflow() -> None:
    rows = np.array([[1e4, 0.0], [-1e4, -1e4]], np.float32)
    np.testing.assert_allclose(log_probabilities(rows), [[0, -1e4], [-math.log(2)] * 2], atol=1e-4)
