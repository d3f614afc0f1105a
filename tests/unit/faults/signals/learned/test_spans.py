from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.signals.learned.spans import SpanBuffer

Ended = list[tuple[int, float, float, float, float]]
arrivals = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.floats(-1e6, 1e6),
        st.floats(0.0, 25.0),
        st.booleans(),
    ),
    max_size=60,
)


def ended(buffer: SpanBuffer, now: float) -> Ended:
    return [
        (
            int(row),
            float(spans.time[at]),
            float(spans.mean[at]),
            float(spans.least[at]),
            float(spans.greatest[at]),
        )
        for rows, spans in buffer.closed(now)
        for at, row in enumerate(rows)
    ]


@given(arrivals)
def test_spans_are_the_same_however_the_ticks_fall(
    given_arrivals: list[tuple[int, float, float, bool]],
) -> None:
    buffer = SpanBuffer(3, 10.0)
    expected: dict[tuple[int, float], list[tuple[float, float]]] = defaultdict(list)
    found: Ended = []
    time = 0.0
    for row, value, step, tick in given_arrivals:
        time += step
        buffer.add(row, value, time)
        expected[row, time // 10.0].append((time, value))
        if tick:
            # The agent's clock stands still: no span is overdue, each ends with the next one.
            found += ended(buffer, 0.0)
    found += ended(buffer, 0.0)
    found += ended(buffer, 100.0)
    assert len(found) == len(expected)
    told = {(row, begun): (mean, least, most) for row, begun, mean, least, most in found}
    for (row, _), values in expected.items():
        numbers = [value for _, value in values]
        mean, least, most = told[row, values[0][0]]
        assert mean == pytest.approx(sum(numbers) / len(numbers), abs=1e-6)
        assert (least, most) == (min(numbers), max(numbers))


def test_a_slow_signal_is_looked_at_before_its_next_value_comes() -> None:
    buffer = SpanBuffer(2, 10.0)
    buffer.add(1, 5.0, 1_000.0)
    assert ended(buffer, 50.0) == []
    assert ended(buffer, 60.0) == []
    assert ended(buffer, 63.0) == [(1, 1_000.0, 5.0, 5.0, 5.0)]
    assert ended(buffer, 99.0) == []


def test_a_clock_that_is_set_ends_nothing_early() -> None:
    buffer = SpanBuffer(1, 10.0)
    buffer.add(0, 5.0, 1_000.0)
    assert ended(buffer, 50.0) == []
    buffer.clock_set(3_600.0)
    assert ended(buffer, 3_655.0) == []
    assert len(ended(buffer, 3_663.0)) == 1


def test_the_time_since_the_span_before_is_told() -> None:
    buffer = SpanBuffer(1, 10.0)
    lasts = []
    for time in (100.0, 160.0, 100.0):
        buffer.add(0, 1.0, time)
        lasts += [float(spans.lasts[0]) for _, spans in buffer.closed(0.0)]
    lasts += [float(spans.lasts[0]) for _, spans in buffer.closed(1e3)]
    assert lasts == [10.0, 60.0, 0.0]
