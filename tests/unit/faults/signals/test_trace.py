from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.signals.trace import SLOTS, Trace


def filled(values: list[float], step: float = 10.0) -> Trace:
    trace = Trace()
    for at, value in enumerate(values):
        trace.add(value, at * step)
    return trace


def test_the_baseline_is_what_came_before_the_onset_and_its_guard() -> None:
    trace = filled([2.0] * 30 + [9.0] * 10)
    found = trace.baseline(300.0)
    assert found is not None
    assert (found.value, found.spread) == (2.0, 0.0)
    assert trace.baseline(20.0) is None


def test_the_slope_is_per_minute() -> None:
    assert filled([0.5 * at for at in range(40)]).slope(390.0) == pytest.approx(3.0)
    assert filled([1.0, 2.0]).slope(10.0) is None


@pytest.mark.parametrize(
    "values",
    [
        [2.0] * 6 + [9.4] * 6,
        [2.0 + at for at in range(8)] + [2.0] * 4,
        [9.4] + [2.0] * 11,
        [2.0] * 3 + [5.0] * 5 + [9.4] * 4,
    ],
)
def test_a_jump_is_no_slope(values: list[float]) -> None:
    trace = filled(values)
    assert trace.jumped(110.0)
    assert filled([value for value in values for _ in range(10)], step=1.0).jumped(119.0)
    trace.add(5.0, 115.0)
    assert trace.jumped(119.0)


def test_a_climb_is_no_jump() -> None:
    assert not filled([0.5 * at for at in range(40)]).jumped(390.0)
    assert not filled([0.05 * at for at in range(400)], step=1.0).jumped(399.0)
    assert not filled([1.0, 2.0, 3.0]).jumped(20.0)
    assert not Trace().jumped(0.0)


def test_extremes_reach_back_to_a_time() -> None:
    trace = filled([9.0, 1.0, 2.0, 3.0])
    assert trace.extremes(10.0) == (1.0, 3.0)
    assert trace.extremes(1000.0) is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400), st.sampled_from([1.0, 4.0, 10.0]))
def test_slots_hold_just_what_came_last(values: list[float], step: float) -> None:
    trace = filled(values, step)
    slots = list(trace.slots())
    assert len(slots) <= SLOTS
    assert [slot.time for slot in slots] == sorted(slot.time for slot in slots)
    near = 1e-6 + 6e-7 * max(abs(value - values[0]) for value in values)
    last = [v for at, v in enumerate(values) if at * step // 10.0 == slots[-1].time // 10.0]
    assert slots[-1].mean == pytest.approx(sum(last) / len(last), abs=near)
    assert slots[-1].least == pytest.approx(min(last), abs=near)
    assert slots[-1].greatest == pytest.approx(max(last), abs=near)


def test_extremes_have_the_digits_that_a_sensor_has() -> None:
    trace = filled([8.2, 8.1, 8.3], step=1.0)
    assert trace.extremes(0.0) == (8.1, 8.3)
