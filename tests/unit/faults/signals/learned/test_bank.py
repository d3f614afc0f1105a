from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.faults.signals.learned.bank import REFRACTORY, WARM_UP, Bank
from lamplighter.faults.signals.learned.views import Array

from .conftest import Plant


def totals(values: Array) -> Array:
    """The score of each span in any case."""
    plant = Plant()
    plant.feed(values)
    return np.array([judged.total[0] for judged in plant.judged])


def noisy(seed: int) -> Array:
    """Four hundred values, with a step near the end."""
    values = np.random.default_rng(seed).normal(size=400)
    values[330:] += 6.0
    return values


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 1_000),
    st.sampled_from((1e-6, 0.3, 7.0, 1e6)),
    st.sampled_from((-1e4, -3.0, 0.0, 1e4)),
)
def test_the_unit_and_the_zero_of_a_signal_make_no_difference(
    seed: int, scale: float, offset: float
) -> None:
    values = noisy(seed)
    np.testing.assert_allclose(totals(values), totals((values + offset) * scale), atol=0.02)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1_000))
def test_up_and_down_are_judged_alike(seed: int) -> None:
    values = noisy(seed)
    np.testing.assert_allclose(totals(values), totals(-values), atol=1e-6)


def test_signals_do_not_know_of_each_other() -> None:
    alone, together = Plant(1), Plant(3)
    values = noisy(1)
    alone.feed(values)
    together.feed(np.stack((values, values * 0.0, -values), axis=1))
    scores = [float(judged.total[0]) for judged in together.judged]
    assert scores == [float(judged.total[0]) for judged in alone.judged]


def test_nothing_is_told_while_it_warms_up(plant: Plant, draw: np.random.Generator) -> None:
    values = draw.normal(size=WARM_UP)
    values[WARM_UP // 2] = 1e6
    plant.feed(values)
    assert max(float(judged.total[0]) for judged in plant.judged) == 0.0


def test_after_a_record_only_a_greater_one_is_told(plant: Plant, draw: np.random.Generator) -> None:
    plant.feed(draw.normal(size=1_000))
    plant.judged.clear()
    # Just as far out each time, the later ones among noise that is the wider for the earlier ones.
    plant.feed([12.0, *draw.normal(size=20), 12.0, *draw.normal(size=20), 60.0])
    scores = [float(judged.score[0]) for judged in plant.judged]
    assert scores[0] > 5.0
    assert scores[21] == 0.0
    assert scores[42] > scores[0]
    plant.judged.clear()
    plant.feed(draw.normal(size=REFRACTORY + 1))
    assert len([1 for judged in plant.judged if judged.score[0] > 0.0]) <= 2


def test_the_bar_is_lower_for_a_signal_that_is_seldom_heard_of() -> None:
    bars = {}
    for every in (10.0, 100.0, 1_000.0):
        plant = Plant(every=every)
        plant.feed(np.zeros(20))
        bars[every] = float(plant.judged[-1].bar[0])
    assert bars == pytest.approx({10.0: 0.0, 100.0: -2.0, 1_000.0: -4.0})


def test_it_takes_less_than_a_kibibyte_a_signal() -> None:
    learned = Bank(100, 10.0).learned
    assert sum(part.nbytes for part in learned.parts().values()) < 100 * 1_024


def test_only_the_signals_that_had_values_are_touched() -> None:
    bank = Bank(3, 10.0)
    bank.buffer.add(1, 5.0, 100.0)
    (judged,) = [*bank.tick(0.0), *bank.tick(20.0)]
    assert judged.rows.tolist() == [1]
    assert bank.learned.kept.any(axis=0).tolist() == [False, True, False]


def test_values_without_end_or_of_any_size_break_nothing(draw: np.random.Generator) -> None:
    plant = Plant(4)
    rows = draw.normal(size=(400, 4)) * np.array([0.0, 1e-300, 1e29, 1.0])
    with np.errstate(invalid="raise", divide="raise"):
        plant.feed(rows)
    assert all(np.isfinite(judged.total).all() for judged in plant.judged)
