from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.condition import Kind
from lamplighter.faults.signals.detectors import Flip
from lamplighter.faults.signals.limits import Delays
from lamplighter.faults.signals.settings import Deviation
from lamplighter.faults.signals.usual import UsualDetector


def detector(deviation: Deviation | None = None, *, on: float = 0.0) -> UsualDetector:
    given = deviation or Deviation(above=5.0, below=5.0, over=3600.0, warm_up=100.0)
    return UsualDetector(given, Delays(on, 0.0))


def fed(
    made: UsualDetector, *levels: tuple[int, float], begin: float = 0.0
) -> list[tuple[Kind, Flip]]:
    """So many seconds at each level; what flips."""
    found: list[tuple[Kind, Flip]] = []
    time = begin
    for seconds, level in levels:
        for _ in range(seconds):
            time += 1.0
            found += made.update(level, time) or ()
    return found


def test_nothing_deviates_before_there_is_a_usual_value() -> None:
    made = detector()
    assert fed(made, (50, 20.0), (20, 40.0)) == []
    assert not made.warm


def test_a_deviation_is_told_and_returns_by_a_tenth_of_its_bound() -> None:
    made = detector()
    found = fed(made, (200, 20.0), (10, 26.0), (10, 24.6), (10, 24.4), (10, 14.0))
    assert found == [
        (Kind.ABOVE_USUAL, Flip(True, 201.0)),
        (Kind.ABOVE_USUAL, Flip(False, 221.0)),
        (Kind.BELOW_USUAL, Flip(True, 231.0)),
    ]


def test_a_fault_is_never_learned() -> None:
    made = detector()
    fed(made, (200, 20.0))
    usual = made.value
    [(kind, _)] = fed(made, (40_000, 30.0), begin=200.0)
    assert (kind, made.value) == (Kind.ABOVE_USUAL, usual)


def test_a_slow_change_is_followed() -> None:
    made = detector()
    time = 0.0
    found: list[tuple[Kind, Flip]] = []
    for step in range(40_000):
        time += 1.0
        found += made.update(20.0 + step * 0.001, time) or ()
    assert found == []
    assert made.value is not None
    assert made.value > 50.0


def test_what_stays_becomes_usual_where_that_is_wanted() -> None:
    made = detector(Deviation(above=5.0, warm_up=100.0, relearn_after=600.0))
    found = fed(made, (200, 20.0), (700, 30.0))
    assert found == [(Kind.ABOVE_USUAL, Flip(True, 201.0)), (Kind.ABOVE_USUAL, Flip(False, 802.0))]


def test_a_short_stop_to_a_side_without_a_bound_is_not_learned() -> None:
    made = detector(Deviation(above=5.0, over=3600.0, warm_up=100.0))
    assert fed(made, (200, 20.0), (600, 0.0), (600, 20.0)) == []
    assert made.value == 20.0


def test_a_delay_runs_out_without_a_further_value() -> None:
    made = detector(on=5.0)
    fed(made, (200, 20.0), (2, 30.0))
    assert made.tick(205.0) is None
    assert made.tick(206.0) == [(Kind.ABOVE_USUAL, Flip(True, 201.0))]


def test_what_was_learned_is_taken_over() -> None:
    made = detector()
    made.restore(20.0, 500.0)
    assert fed(made, (1, 30.0)) == [(Kind.ABOVE_USUAL, Flip(True, 1.0))]


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-1e30, 1e30)), max_size=60))
def test_flips_of_a_kind_alternate(rows: list[tuple[float, float]]) -> None:
    made, time = detector(), 0.0
    state = {Kind.ABOVE_USUAL: False, Kind.BELOW_USUAL: False}
    for passed, value in rows:
        time += passed
        for kind, flip in made.update(value, time) or ():
            assert flip.active is not state[kind]
            state[kind] = flip.active
        assert not all(state.values())
