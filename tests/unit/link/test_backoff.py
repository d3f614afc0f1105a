from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.link.backoff import Backoff


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=12))
def test_delays_double_up_to_the_bound_with_jitter(numbers: list[float]) -> None:
    given_numbers = iter(numbers)
    backoff = Backoff(lambda: next(given_numbers), first=0.5, most=30)
    for attempt in range(len(numbers)):
        whole = min(0.5 * 2**attempt, 30)
        assert whole / 2 <= backoff.next() <= whole


def test_a_good_connection_starts_it_again() -> None:
    backoff = Backoff(lambda: 0.0, first=1)
    assert [backoff.next() for _ in range(3)] == [0.5, 1, 2]
    backoff.reset()
    assert backoff.next() == 0.5
