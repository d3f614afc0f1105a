"""Whether a machine runs, guessed from its signals."""

from __future__ import annotations

import numpy as np
import pytest

from lamplighter.faults.machines.mode import Mode, guess
from lamplighter.faults.machines.pattern_moments import FIRST, Moments

LEVEL = np.array([20.0, 50.0, 8.0, 35.0])
ALL = np.ones(4, dtype=bool)


@pytest.fixture
def moments() -> Moments:
    rng = np.random.default_rng(1)
    made = Moments(4, 1000.0)
    for _ in range(FIRST + 10):
        values = LEVEL * (1.0 + 0.02 * rng.standard_normal(4))
        made.learn(np.concatenate([values, values]), ALL, ALL)
    return made


@pytest.mark.parametrize(
    ("factors", "mode"),
    [
        ([1.0, 1.0, 1.0, 1.0], Mode.USUAL),
        ([0.0, 0.02, 0.5, 0.8], Mode.STANDING),
        ([0.0, 1.0, 1.0, 1.0], Mode.USUAL),
        ([30.0, 30.0, 1.0, 1.0], Mode.STARTED),
        ([-30.0, 30.0, 1.0, 1.0], Mode.STARTED),
        ([30.0, 1.0, 1.0, 1.0], Mode.USUAL),
    ],
)
def test_two_signals_that_agree_make_a_mode(
    moments: Moments, factors: list[float], mode: Mode
) -> None:
    assert guess(LEVEL * np.array(factors), ALL, moments) is mode


def test_a_signal_that_is_absent_does_not_count(moments: Moments) -> None:
    present = np.array([True, False, True, True])
    assert guess(LEVEL * np.array([0.0, 0.0, 1.0, 1.0]), present, moments) is Mode.USUAL


def test_nothing_is_guessed_of_an_unknown_machine() -> None:
    assert guess(np.zeros(4), ALL, Moments(4, 1000.0)) is Mode.USUAL


def test_a_machine_learned_standing_is_known_to_have_started() -> None:
    still = Moments(4, 1000.0)
    for _ in range(FIRST):
        still.learn(np.zeros(8), ALL, ALL)
    assert guess(LEVEL, ALL, still) is Mode.STARTED
