"""Limits of T² and Q, against tables, and as they are learned."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lamplighter.faults.machines.pattern_limits import Calibration, chi_square_limit, q_limit


@pytest.mark.parametrize(("freedom", "table"), [(1, 6.635), (3, 11.345), (10, 23.209)])
def test_chi_square_is_as_in_the_table(freedom: int, table: float) -> None:
    assert chi_square_limit(freedom) == pytest.approx(table, rel=0.02)


@pytest.mark.parametrize("count", [2, 5, 20])
def test_q_of_equal_directions_is_a_scaled_chi_square(count: int) -> None:
    assert q_limit(np.full(count, 0.3)) == pytest.approx(0.3 * chi_square_limit(count), rel=0.02)


def test_q_without_a_residual_is_no_division_by_zero() -> None:
    assert q_limit(np.zeros(3)) > 0.0
    assert math.isfinite(q_limit(np.array([1.0, 1e-12, 1e-12])))


def learned(values: list[float], memory: float = 10_000.0) -> Calibration:
    calibration = Calibration()
    for value in values:
        calibration.learn(value, memory)
    return calibration


def test_nothing_is_unusual_before_anything_was_seen() -> None:
    assert math.isinf(Calibration().limit(1.6))


def test_the_limit_is_far_above_what_is_usual_and_follows_its_scale() -> None:
    usual = np.random.default_rng(2).chisquare(4, 5000)
    limit = learned(list(usual)).limit(1.6)
    assert usual.max() < limit < 4.0 * usual.max()
    assert learned(list(100.0 * usual)).limit(1.6) == pytest.approx(100.0 * limit, rel=1e-6)


def test_what_grows_does_not_push_its_limit_ahead_of_itself() -> None:
    calibration = learned([1.0, 1.2] * 3000)
    for step in range(1440):
        calibration.learn(1.0 + 0.01 * step, 1e9)
    assert calibration.greatest == pytest.approx(1.2 ** (1 / 3), rel=0.01)
    calibration.alarmed()
    for _ in range(4000):
        calibration.learn(1.0, 1e9)
    assert calibration.greatest == pytest.approx(1.2 ** (1 / 3), rel=0.01)


def test_what_came_and_stayed_without_an_alarm_counts_some_hours_later() -> None:
    calibration = learned([1.0, 1.2] * 3000)
    calibration.learn(8.0, 1e9)
    before = calibration.limit(1.6)
    for _ in range(3000):
        calibration.learn(1.0, 1e9)
    assert calibration.limit(1.6) > max(before, 8.0)
