from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.condition import Kind
from lamplighter.faults.settings import Limits, Rate, Tag
from lamplighter.faults.signals.detectors import (
    DelayedSwitch,
    Detector,
    Flip,
    StaleDetector,
    StuckDetector,
)
from lamplighter.faults.signals.limits import Delays, LimitBank, deadband_of, delays_of
from lamplighter.faults.signals.rates import RateDetector
from lamplighter.faults.signals.settings import Loop, Range


def kinds(detector: Detector, rows: list[tuple[float, float]]) -> list[tuple[Kind, Flip]]:
    """What the detector says to values given as (time, value)."""
    return [each for time, value in rows for each in detector.update(value, time) or ()]


def flips(detector: Detector, rows: list[tuple[float, float]]) -> list[Flip]:
    return [flip for _, flip in kinds(detector, rows)]


def bank(
    *,
    high_high: float | None = None,
    high: float | None = None,
    low: float | None = None,
    low_low: float | None = None,
    deadband: float = 0.0,
    on_delay: float = 0.0,
    off_delay: float = 0.0,
) -> LimitBank:
    limits = Limits(high_high, high, low, low_low, deadband, on_delay, off_delay)
    return LimitBank(Tag("t", limits=limits))


def rate(*, rise: float | None = None, fall: float | None = None) -> RateDetector:
    return RateDetector(Rate(rise, fall, per=60.0), Delays(0.0, 0.0))


def test_a_value_beyond_the_limit_returns_behind_the_deadband() -> None:
    detector = bank(high=10.0, deadband=1.0)
    rows = [(0.0, 10.0), (1.0, 10.1), (2.0, 9.5), (3.0, 10.2), (4.0, 9.0), (5.0, 9.9)]
    assert flips(detector, rows) == [Flip(True, 1.0), Flip(False, 4.0)]


def test_a_lower_limit_is_the_mirror_of_an_upper_one() -> None:
    detector = bank(low=3.0, deadband=0.5)
    rows = [(0.0, 3.0), (1.0, 2.9), (2.0, 3.4), (3.0, 3.5)]
    assert flips(detector, rows) == [Flip(True, 1.0), Flip(False, 3.0)]


def test_delays_ignore_what_is_short_and_tell_when_it_began() -> None:
    detector = bank(high=10.0, on_delay=5.0, off_delay=3.0)
    rows = [(0.0, 11.0), (4.0, 9.0), (5.0, 11.0), (10.0, 11.0), (11.0, 9.0), (13.0, 11.0)]
    assert flips(detector, rows) == [Flip(True, 5.0)]
    assert flips(detector, [(20.0, 9.0), (23.0, 9.0)]) == [Flip(False, 20.0)]


def test_a_delay_runs_out_without_a_further_value() -> None:
    detector = bank(high=10.0, on_delay=5.0)
    assert detector.update(11.0, 0.0) is None
    assert detector.tick(4.9) is None
    assert detector.tick(5.0) == [(Kind.HIGH, Flip(True, 0.0))]
    assert detector.tick(6.0) is None


def test_a_fast_rise_is_seen_and_a_slow_one_is_not() -> None:
    slow = rate(rise=10.0)
    assert flips(slow, [(float(t), 0.15 * t) for t in range(600)]) == []
    fast = rate(rise=10.0)
    [flip] = flips(fast, [(float(t), 0.2 * t) for t in range(600)])
    assert flip.active
    assert 50.0 <= flip.since <= 60.0


def test_a_rate_alarm_returns_when_the_value_is_steady_again() -> None:
    detector = rate(fall=10.0)
    rows = [(float(t), 0.0 if t < 100 else -20.0) for t in range(300)]
    first, second = flips(detector, rows)
    assert first == Flip(True, 100.0)
    assert not second.active
    assert 155.0 <= second.since <= 161.0


def test_silence_is_stale_after_its_time_and_over_with_the_next_value() -> None:
    detector = StaleDetector(30.0, grace=100.0)
    assert detector.update(0.0) is None
    assert detector.tick(29.0) is None
    assert detector.tick(30.0) == Flip(True, 0.0)
    assert detector.tick(31.0) is None
    assert detector.update(40.0) == Flip(False, 40.0)


def test_before_the_first_value_a_start_has_grace() -> None:
    detector = StaleDetector(30.0, grace=100.0)
    assert detector.tick(1000.0) is None
    assert detector.tick(1129.0) is None
    assert detector.tick(1130.0) == Flip(True, 1000.0)


def test_a_pause_begins_the_wait_anew() -> None:
    detector = StaleDetector(30.0)
    detector.update(0.0)
    detector.pause(500.0)
    assert detector.tick(529.0) is None
    assert detector.tick(530.0) == Flip(True, 500.0)


def test_after_a_pause_there_is_grace_until_the_next_value() -> None:
    detector = StaleDetector(30.0, grace=100.0)
    detector.update(0.0)
    detector.pause(500.0)
    assert detector.tick(629.0) is None
    detector.update(629.0)
    assert detector.tick(658.0) is None
    assert detector.tick(659.0) == Flip(True, 629.0)
    assert detector.update(660.0) == Flip(False, 660.0)
    detector.pause(700.0)
    assert detector.tick(829.0) is None
    assert detector.tick(830.0) == Flip(True, 700.0)


def test_the_same_value_for_too_long_is_stuck_until_it_moves() -> None:
    detector = StuckDetector(60.0, tolerance=0.1)
    rows = [(0.0, 5.0), (30.0, 5.05), (60.0, 4.95), (90.0, 5.0), (100.0, 5.2)]
    assert flips(detector, rows) == [Flip(True, 0.0), Flip(False, 100.0)]


def test_a_state_from_before_a_restart_can_return() -> None:
    detectors: list[tuple[Detector, Kind]] = [
        (bank(high=10.0, low=0.0), Kind.HIGH),
        (rate(rise=10.0, fall=10.0), Kind.FALLING_FAST),
    ]
    for detector, kind in detectors:
        detector.restart({kind})
        assert kinds(detector, [(50.0, 1.0)]) == [(kind, Flip(False, 50.0))]


def test_what_is_stuck_over_a_restart_is_so_until_it_moves() -> None:
    detector = StuckDetector(60.0)
    detector.restart({Kind.STUCK})
    rows = [(0.0, 5.0), (90.0, 5.0), (100.0, 5.1)]
    assert kinds(detector, rows) == [(Kind.STUCK, Flip(False, 100.0))]


def test_limits_of_one_signal_come_in_order_and_each_returns_by_itself() -> None:
    detector = bank(high=5.0, high_high=8.0, low=2.0, low_low=1.0)
    rows = [(0.0, 9.0), (1.0, 6.0), (2.0, 4.0), (3.0, 0.5)]
    assert kinds(detector, rows) == [
        (Kind.HIGH_HIGH, Flip(True, 0.0)),
        (Kind.HIGH, Flip(True, 0.0)),
        (Kind.HIGH_HIGH, Flip(False, 1.0)),
        (Kind.HIGH, Flip(False, 2.0)),
        (Kind.LOW, Flip(True, 3.0)),
        (Kind.LOW_LOW, Flip(True, 3.0)),
    ]


def test_a_rate_is_as_exact_far_from_zero() -> None:
    detector = rate(rise=10.0)
    [flip] = flips(detector, [(float(t), 1e9 + (0.0 if t < 100 else 10.5)) for t in range(120)])
    assert flip == Flip(True, 100.0)
    assert flips(rate(rise=10.0), [(float(t), 1e9 + 9.5 * (t % 2)) for t in range(120)]) == []


def test_the_quantity_gives_deadband_and_delays_where_none_are_given() -> None:
    limits = Limits(high=90.0, low=10.0)
    plain, tag = Tag("t", limits=limits), Tag("t", quantity="flow", limits=limits)
    assert (deadband_of(plain), delays_of(plain)) == (0.0, Delays(0.0, 0.0))
    assert (deadband_of(tag), delays_of(tag)) == (4.0, Delays(15.0, 15.0))
    own = Tag("t", quantity="flow", limits=Limits(high=90.0, deadband=1.0, on_delay=0.0))
    assert (deadband_of(own), delays_of(own)) == (1.0, Delays(0.0, 15.0))
    assert delays_of(own, 3.0) == Delays(3.0, 15.0)
    span = Range(0.0, 200.0)
    assert deadband_of(Tag("t", quantity="level", limits=limits, range=span)) == 10.0
    loop = Loop(0.0, 50.0, "bar")
    assert deadband_of(Tag("t", quantity="pressure", limits=limits, loop=loop)) == 1.0


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
    detector = bank(high=10.0, deadband=deadband)
    found = flips(detector, [(float(at), value) for at, value in enumerate(values)])
    assert all(first.active is not second.active for first, second in pairwise(found))
    for flip in found:
        value = values[int(flip.since)]
        assert value > 10.0 if flip.active else value <= 10.0 - deadband
