from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.model.decoding.pace import Pace


class Machine:
    """Takes a fixed time for a step and one for each token."""

    def __init__(self, per_token: float, per_step: float = 0.0) -> None:
        self.now = 0.0
        self.per_token = per_token
        self.per_step = per_step

    def run(self, pace: Pace) -> tuple[int, float]:
        size, began = pace.size(), self.now
        self.now += self.per_step + size * self.per_token
        pace.took(size)
        return size, self.now - began


@given(
    per_token=st.floats(1e-4, 2e-3),
    per_step=st.floats(0.0, 0.01),
)
def test_steps_come_to_take_the_time_they_should(per_token: float, per_step: float) -> None:
    machine = Machine(per_token, per_step)
    pace = Pace(lambda: machine.now, step_s=0.03)
    for _ in range(60):
        size, took = machine.run(pace)
    assert took <= 0.0301 + per_token or size == 8
    assert took >= 0.029 - 2 * per_token or size == 128


def test_after_a_slow_step_the_next_one_is_smaller_at_once() -> None:
    machine = Machine(0.0005)
    pace = Pace(lambda: machine.now, step_s=0.03)
    for _ in range(20):
        before, _ = machine.run(pace)
    machine.per_token *= 4
    machine.run(pace)
    after, _ = machine.run(pace)
    assert after == before // 2
    for _ in range(5):
        _, took = machine.run(pace)
    assert took <= 0.031


def test_the_short_last_chunk_of_a_row_does_not_make_the_next_ones_larger() -> None:
    machine = Machine(0.0005, 0.01)
    pace = Pace(lambda: machine.now, step_s=0.03)
    for _ in range(20):
        size, _ = machine.run(pace)
    pace.size()
    machine.now += 0.012
    pace.took(3)
    assert pace.size() == size


def test_without_a_goal_chunks_are_as_large_as_allowed() -> None:
    machine = Machine(1.0)
    pace = Pace(lambda: machine.now, most=64)
    assert [machine.run(pace)[0] for _ in range(3)] == [64, 64, 64]


def test_a_clock_that_stands_still_tells_nothing() -> None:
    pace = Pace(lambda: 5.0, step_s=0.03)
    first = pace.size()
    pace.took(first)
    assert pace.size() == first
