from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.model.decoding.sampling import Sampler, log_softmax

SCORES = st.lists(st.floats(-30, 30, width=32), min_size=1, max_size=30)


@given(SCORES)
def test_probabilities_sum_to_one(scores: list[float]) -> None:
    assert abs(float(np.exp(log_softmax(np.array(scores, np.float32))).sum()) - 1) < 1e-4


@given(SCORES, st.integers(0, 99))
def test_without_temperature_or_with_a_tiny_nucleus_the_best_is_picked(
    scores: list[float], seed: int
) -> None:
    logs = log_softmax(np.array(scores, np.float32))
    best = logs.max()
    assert logs[Sampler().pick(logs)] == best
    assert logs[Sampler(temperature=1.0, top_p=1e-9, seed=seed).pick(logs)] == best
    hidden = np.append(logs, np.float32(-np.inf))
    assert hidden[Sampler(temperature=1e-40, seed=seed).pick(hidden)] == best


def test_draws_follow_the_probabilities_and_the_nucleus() -> None:
    logs = np.log(np.array([0.6, 0.3, 0.1], np.float32))
    sampler = Sampler(temperature=1.0, seed=3)
    shares = np.bincount([sampler.pick(logs) for _ in range(3000)], minlength=3) / 3000
    np.testing.assert_allclose(shares, [0.6, 0.3, 0.1], atol=0.04)
    nucleus = Sampler(temperature=1.0, top_p=0.7, seed=3)
    assert {nucleus.pick(logs) for _ in range(300)} == {0, 1}


def test_draws_are_from_the_best_few_and_of_these_from_the_nucleus() -> None:
    logs = np.log(np.array([0.1, 0.4, 0.3, 0.2], np.float32))
    few = Sampler(temperature=1.0, top_k=2, seed=3)
    assert {few.pick(logs) for _ in range(300)} == {1, 2}
    fewer = Sampler(temperature=1.0, top_k=3, top_p=0.4, seed=3)
    assert {fewer.pick(logs) for _ in range(300)} == {1}
    more = Sampler(temperature=1.0, top_k=9, seed=3)
    assert {more.pick(logs) for _ in range(300)} == {0, 1, 2, 3}
