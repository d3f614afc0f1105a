from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.signals.detectors import (
    DelayedSwitch,
    Detector,
    Flip,
    LimitDetector,
    RateDetector,
    StaleDetector,
    StuckDetector,
)


def flips(detector: Detector, rows: list[tuple[float, float]]) -> list[Flip]:
    """What the detector says to values given as (time, value)."""
    return [flip for time, value in rows if (flip := detector.update(value, time))]


def test_a_value_beyond_the_limit_returns_behind_the_deadband() -> None:
    detector = LimitDetector(10.0, sign=1, deadband=1.0)
    rows = [(0.0, 10.0), (1.0, 10.1), (2.0, 9.5), (3.0, 10.2), (4.0, 9.0), (5.0, 9.9)]
    assert flips(detector, rows) == [Flip(True, 1.0), Flip(False, 4.0)]


def test_a_lower_limit_is_the_mirror_of_an_upper_one() -> None:
    detector = LimitDetector(3.0, sign=-1, deadband=0.5)
    rows = [(0.0, 3.0), (1.0, 2.9), (2.0, 3.4), (3.0, 3.5)]
    assert flips(detector, rows) == [Flip(True, 1.0), Flip(False, 3.0)]


def test_delays_ignore_what_is_short_and_tell_when_it_began() -> None:
    detector = LimitDetector(10.0, sign=1, on_delay=5.0, off_delay=3.0)
    rows = [(0.0, 11.0), (4.0, 9.0), (5.0, 11.0), (10.0, 11.0), (11.0, 9.0), (13.0, 11.0)]
    assert flips(detector, rows) == [Flip(True, 5.0)]
    assert flips(detector, [(20.0, 9.0), (23.0, 9.0)]) == [Flip(False, 20.0)]


def test_a_delay_runs_out_without_a_further_value() -> None:
    detector = LimitDetector(10.0, sign=1, on_delay=5.0)
    assert detector.update(11.0, 0.0) is None
    assert detector.tick(4.9) is None
    assert detector.tick(5.0) == Flip(True, 0.0)
    assert detector.tick(6.0) is None


def test_a_fast_rise_is_seen_and_a_slow_one_is_not() -> None:
    slow = RateDetector(10.0, sign=1, per=60.0)
    assert flips(slow, [(float(t), 0.15 * t) for t in range(600)]) == []
    fast = RateDetector(10.0, sign=1, per=60.0)
    [flip] = flips(fast, [(float(t), 0.2 * t) for t in range(600)])
    assert flip.active
    assert 50.0 <= flip.since <= 60.0


def test_a_rate_alarm_returns_when_the_value_is_steady_again() -> None:
    detector = RateDetector(10.0, sign=-1, per=60.0)
    rows = [(float(t), 0.0 if t < 100 else -20.0) for t in range(300)]
    first, second = flips(detector, rows)
    assert first == Flip(True, 100.0)
    assert not second.active
    assert 155.0 <= second.since <= 161.0


def test_silence_is_stale_after_its_time_and_over_with_the_next_value() -> None:
    detector = StaleDetector(30.0, grace=100.0)
    assert detector.update(1.0, 0.0) is None
    assert detector.tick(29.0) is None
    assert detector.tick(30.0) == Flip(True, 0.0)
    assert detector.tick(31.0) is None
    assert detector.update(1.0, 40.0) == Flip(False, 40.0)


def test_before_the_first_value_a_start_has_grace() -> None:
    detector = StaleDetector(30.0, grace=100.0)
    assert detector.tick(1000.0) is None
    assert detector.tick(1129.0) is None
    assert detector.tick(1130.0) == Flip(True, 1000.0)


def test_a_pause_begins_the_wait_anew() -> None:
    detector = StaleDetector(30.0)
    detector.update(1.0, 0.0)
    detector.pause(500.0)
    assert detector.tick(529.0) is None
    assert detector.tick(530.0) == Flip(True, 500.0)


def test_the_same_value_for_too_long_is_stuck_until_it_moves() -> None:
    detector = StuckDetector(60.0, tolerance=0.1)
    rows = [(0.0, 5.0), (30.0, 5.05), (60.0, 4.95), (90.0, 5.0), (100.0, 5.2)]
    assert flips(detector, rows) == [Flip(True, 0.0), Flip(False, 100.0)]


def test_a_state_from_before_a_restart_can_return() -> None:
    detectors: list[Detector] = [
        LimitDetector(10.0, sign=1),
        RateDetector(10.0, sign=1, per=60.0),
        StaleDetector(30.0),
    ]
    for detector in detectors:
        detector.force(active=True)
        assert detector.update(1.0, 50.0) == Flip(False, 50.0)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 9)), max_size=40),
    st.integers(0, 12),
    st.integers(0, 12),
)
def test_the_switch_flips_exactly_when_the_raw_state_held(
    rows: list[tuple[bool, int]], on_delay: int, off_delay: int
) -> None:
    """Compared with a plain scan over whole seconds."""
    switch = DelayedSwitch(float(on_delay), float(off_delay))
    time, raw = 0, []
    for wanted, seconds in rows:
        raw += [wanted] * seconds
    state, run = False, 0
    for time, wanted in enumerate(raw):
        switch.feed(wanted, float(time))
        run = run + 1 if wanted is not state else 0
        if run and run - 1 >= (off_delay if state else on_delay):
            state, run = wanted, 0
        assert switch.active is state


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=60), st.floats(0, 5))
def test_flips_alternate_and_agree_with_the_values(values: list[float], deadband: float) -> None:
    detector = LimitDetector(10.0, sign=1, deadband=deadband)
    found = flips(detector, [(float(at), value) for at, value in enumerate(values)])
    assert all(first.active is not second.active for first, second in pairwise(found))
    for flip in found:
        value = values[int(flip.since)]
        assert value > 10.0 if flip.active else value <= 10.0 - deadband
