"""Rates out of counters, over a minute at most."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.metrics.rates import Rates


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_first_call_knows_nothing_yet() -> None:
    assert Rates[str](Clock()).per_second({"a": 1000}) == {"a": 0.0}


def test_growth_is_told_by_the_second() -> None:
    clock = Clock()
    rates: Rates[str] = Rates(clock)
    rates.per_second({"a": 1000})
    clock.now += 10
    assert rates.per_second({"a": 1050, "new": 20}) == {"a": 5.0, "new": 2.0}


def test_what_is_longer_ago_than_a_minute_no_longer_counts() -> None:
    clock = Clock()
    rates: Rates[str] = Rates(clock)
    count = 0
    for _ in range(20):
        rates.per_second({"a": count})
        clock.now += 10
        count += 1000
    for _ in range(7):
        clock.now += 10
        rates.per_second({"a": count})
    assert rates.per_second({"a": count}) == {"a": 0.0}


def test_a_counter_that_begins_anew_counts_from_nothing() -> None:
    clock = Clock()
    rates: Rates[str] = Rates(clock)
    rates.per_second({"a": 1000})
    clock.now += 10
    assert rates.per_second({"a": 50}) == {"a": 5.0}


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 1000)), max_size=50))
def test_no_rate_is_negative_and_little_is_remembered(steps: list[tuple[float, int]]) -> None:
    clock = Clock()
    rates: Rates[str] = Rates(clock)
    count = 0
    for seconds, grown in steps:
        clock.now += seconds
        count += grown
        assert rates.per_second({"a": count})["a"] >= 0
        assert len(rates._past) <= 14
