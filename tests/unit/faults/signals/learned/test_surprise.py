from __future__ import annotations

import numpy as np
import pytest

from lamplighter.faults.signals.learned.surprise import Tail, Tails, begin, bound, surprise
from lamplighter.faults.signals.learned.views import Array

SIGNALS = 200


def fed(distances: Array, tails: Tails | None = None) -> tuple[Array, Array]:
    """The tails after so many distances of each signal, and the surprise of each of them."""
    tails = tails or Tails()
    kept = begin(tails, 1, distances.shape[1])
    told = [
        surprise(kept, row[None, :], np.full(distances.shape[1], at + 1.0), tails)[0]
        for at, row in enumerate(distances)
    ]
    return kept, np.array(told)


def test_the_bound_comes_to_be_what_one_value_in_a_hundred_exceeds(
    draw: np.random.Generator,
) -> None:
    distances = np.abs(draw.standard_t(4, (6_000, SIGNALS)))
    kept, told = fed(distances)
    usual = np.quantile(distances[3_000:], 0.99)
    assert float(np.median(bound(kept))) == pytest.approx(usual, rel=0.15)
    assert 0.007 < float((told[3_000:] > 0.0).mean()) < 0.02


@pytest.mark.parametrize("heavy", [False, True])
def test_a_score_of_three_is_one_value_in_a_thousand(
    draw: np.random.Generator, *, heavy: bool
) -> None:
    size = (6_000, SIGNALS)
    distances = np.abs(draw.standard_t(6, size) if heavy else draw.normal(size=size))
    _, told = fed(distances)
    assert 0.0003 < float((told[3_000:] > 3.0).mean()) < 0.003


def test_one_fault_does_not_hide_the_next(draw: np.random.Generator) -> None:
    quiet = np.abs(draw.normal(size=(2_000, 1)))
    fault = np.full((5, 1), 1e3)
    _, told = fed(np.concatenate((quiet, fault, quiet[:500], fault)))
    assert told[2_000, 0] > 10.0
    assert told[-1, 0] > 10.0


def test_what_comes_again_and_again_is_less_and_less_surprising(draw: np.random.Generator) -> None:
    distances = np.abs(draw.normal(size=(4_000, 1)))
    distances[::20] = 8.0
    _, told = fed(distances)
    assert told[20, 0] > 5.0 > told[3_980, 0]


def test_within_the_bound_nothing_is_surprising() -> None:
    kept, told = fed(np.zeros((10, 3)))
    assert not told.any()
    assert (kept[Tail.COUNT] == Tails().worth).all()
