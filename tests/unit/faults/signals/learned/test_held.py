from __future__ import annotations

import numpy as np
import pytest

from lamplighter.faults.condition import Kind
from lamplighter.faults.signals.learned.held import BACK, CONFIRM, USUAL_AFTER_S, Told
from lamplighter.faults.signals.learned.views import Array

from .conftest import START, Plant

LEARNT = 720


def noise(draw: np.random.Generator, count: int, spread: float = 0.5) -> Array:
    return 60.0 + draw.normal(0.0, spread, count)


def kinds(told: list[Told]) -> list[tuple[Kind, bool]]:
    return [(each.kind, each.active) for each in told]


def test_a_level_that_stays_is_a_shift_and_is_over_when_it_is_back(
    plant: Plant, draw: np.random.Generator
) -> None:
    assert plant.feed(noise(draw, LEARNT)) == []
    begun = plant.time
    (came,) = plant.feed(noise(draw, 100) + 4.0)
    assert (came.kind, came.active, came.since) == (Kind.SHIFTED_UP, True, begun)
    assert 60.5 < came.limit < 62.5 < came.value
    back = plant.time
    (went,) = plant.feed(noise(draw, 300))
    assert (went.kind, went.active) == (Kind.SHIFTED_UP, False)
    assert back < went.since <= back + 5 * BACK * plant.every
    assert went.limit == came.limit


def test_a_level_below_is_a_shift_down(plant: Plant, draw: np.random.Generator) -> None:
    plant.feed(noise(draw, LEARNT))
    (came,) = plant.feed(noise(draw, 50) - 4.0)
    assert came.kind is Kind.SHIFTED_DOWN
    assert came.value < came.limit < 59.5


def test_a_single_value_far_out_is_a_spike(plant: Plant, draw: np.random.Generator) -> None:
    plant.feed(noise(draw, LEARNT))
    at = plant.time
    assert plant.feed([72.0, *noise(draw, CONFIRM - 1)]) == []
    told = plant.feed(noise(draw, 60))
    assert kinds(told) == [(Kind.SPIKING, True), (Kind.SPIKING, False)]
    assert (told[0].since, told[0].value) == (at, 72.0)


def test_a_spike_within_a_span_counts_though_its_mean_hides_it(draw: np.random.Generator) -> None:
    plant = Plant()
    plant.feed(noise(draw, LEARNT), width=2.0)
    assert plant.feed([60.0], width=30.0) == []
    told = plant.feed(noise(draw, 10), width=2.0)
    assert kinds(told) == [(Kind.SPIKING, True)]


def test_a_slow_rise_is_a_drift(plant: Plant, draw: np.random.Generator) -> None:
    plant.feed(noise(draw, 2 * LEARNT))
    told = plant.feed(noise(draw, 600) + np.linspace(0.0, 4.0, 600))
    assert told[0].kind is Kind.DRIFTING_UP
    assert told[0].active


def test_a_value_that_begins_to_swing_is_unsteady(plant: Plant, draw: np.random.Generator) -> None:
    plant.feed(noise(draw, LEARNT))
    told = plant.feed(noise(draw, 60, 2.5))
    assert (Kind.UNSTEADY, True) in kinds(told)
    told = plant.feed(noise(draw, 300))
    assert (Kind.UNSTEADY, False) in kinds(told)


@pytest.mark.parametrize("share", [0.0, 0.9, 0.99])
def test_noise_of_any_memory_stays_silent(share: float, draw: np.random.Generator) -> None:
    plant = Plant(20)
    value = np.zeros(20)
    rows = []
    for _ in range(1_500):
        value = share * value + np.sqrt(1.0 - share * share) * draw.normal(size=20)
        rows.append(value + 60.0)
    assert len([told for told in plant.feed(rows) if told.active]) <= 1


def test_a_coarse_sensor_that_moves_by_a_step_stays_silent(draw: np.random.Generator) -> None:
    plant = Plant(10)
    assert plant.feed([21.3] * 400) == []
    walk = 21.3 + np.cumsum(draw.normal(0.0, 0.01, (600, 10)), axis=0)
    assert plant.feed(np.round(walk, 1)) == []


def test_the_days_course_is_known_and_its_absence_told(draw: np.random.Generator) -> None:
    plant = Plant(5, every=300.0)
    hours = (np.arange(288 * 14) * 300.0 / 3_600.0) % 24.0
    course = 20.0 + 8.0 * ((hours >= 8) & (hours < 18))
    days = course[:, None] + draw.normal(0.0, 0.5, (len(hours), 5))
    plant.feed(days)
    late = [told for told in plant.told if told.active and told.since > START + 5 * 86_400.0]
    assert len(late) <= 1
    # On this day nobody comes.
    told = plant.feed(20.0 + draw.normal(0.0, 0.5, (288, 5)))
    assert {each.row for each in told if each.kind is Kind.SHIFTED_DOWN} == set(range(5))


def test_a_slow_signal_is_learned_of_too(draw: np.random.Generator) -> None:
    plant = Plant(every=60.0)
    plant.feed(noise(draw, 400))
    assert plant.told == []
    assert kinds(plant.feed(noise(draw, 30) + 4.0)) == [(Kind.SHIFTED_UP, True)]


def test_what_lasts_for_a_day_is_usual(draw: np.random.Generator) -> None:
    plant = Plant(every=300.0)
    plant.feed(noise(draw, LEARNT))
    begun = plant.time
    told = plant.feed(noise(draw, 400) + 4.0)
    assert kinds(told) == [(Kind.SHIFTED_UP, True), (Kind.SHIFTED_UP, False)]
    assert told[1].since == begun + USUAL_AFTER_S


def test_after_a_fault_the_signal_is_known_as_before(
    plant: Plant, draw: np.random.Generator
) -> None:
    plant.feed(noise(draw, LEARNT))
    plant.feed(noise(draw, 360) + 4.0)
    plant.feed(noise(draw, 60))
    plant.told.clear()
    plant.feed(noise(draw, 400))
    assert plant.told == []
    # The same fault again: it was an hour long, and is not taken for usual.
    assert kinds(plant.feed(noise(draw, 60) + 4.0)) == [(Kind.SHIFTED_UP, True)]


def test_a_signal_that_spikes_every_hour_soon_stays_silent(draw: np.random.Generator) -> None:
    plant = Plant()
    values = noise(draw, 360 * 48)
    values[LEARNT::360] += 6.0
    told = [each for each in plant.feed(values) if each.active]
    assert 1 <= len(told) <= 6
