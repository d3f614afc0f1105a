from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.errors import PayloadError
from lamplighter.faults.evidence.log_templates import (
    LogCount,
    RecentLogs,
    mask,
    read_count,
    with_earlier,
)
from lamplighter.faults.plain_text import plain


@pytest.mark.parametrize(
    ("line", "template"),
    [
        ("bearing 2 above 80.5 C", "bearing <n> above <n> C"),
        ("2026-03-01T14:05:09Z restart", "<time> restart"),
        ("read 0x1F failed at 10.0.0.7:502", "read <hex> failed at <address>"),
        ("session 3f2a9c01 closed", "session <hex> closed"),
        ('valve "V 12" shut', "valve <text> shut"),
        ("drive A7 fault -3", "drive A7 fault <n>"),
        ('an open " quote', "an open ' quote"),
    ],
)
def test_what_varies_is_masked(line: str, template: str) -> None:
    assert mask(line) == template


def test_equal_templates_are_counted_the_gravest_first() -> None:
    logs = RecentLogs()
    logs.add("old 1", "error", 0.0)
    for number in range(3):
        logs.add(f"step {number}", "info", 100.0 + number)
    logs.add("trip 7", "ERROR", 104.0)
    assert logs.counts(50.0) == [
        LogCount("trip <n>", 1, "error", "trip 7", 104.0, 104.0),
        LogCount("step <n>", 3, "info", "step 2", 100.0, 102.0, ("step 1", "step 0")),
    ]


@given(st.lists(st.text(max_size=300), max_size=300))
def test_any_text_is_taken_and_memory_is_bounded(lines: list[str]) -> None:
    logs = RecentLogs()
    for line in lines:
        logs.add(line, "info", 1.0)
    counts = logs.counts(0.0, most=1000)
    assert len(counts) <= 128
    taken = sum(bool(plain(line, 200)) for line in lines)
    assert sum(count.count for count in counts) <= taken
    assert bool(counts) == bool(taken)
    assert all('"' not in count.template for count in counts)


def test_lines_of_an_earlier_run_are_counted_with_those_that_came_since() -> None:
    before = LogCount("trip <n>", 2, "warning", "trip 1", 10.0, 20.0)
    since = [
        LogCount("trip <n>", 1, "error", "trip 3", 30.0, 30.0),
        LogCount("ok", 9, "info", "ok"),
    ]
    joined = LogCount("trip <n>", 3, "error", "trip 3", 10.0, 30.0, ("trip 1",))
    assert with_earlier(since, [before]) == [joined, since[1]]
    assert with_earlier([], [before]) == [before]


def test_lines_that_come_again_and_again_are_counted_exactly_over_hours() -> None:
    logs = RecentLogs()
    for second in range(0, 20_000, 7):
        logs.add(f"cycle {second} done", "info", float(second))
    [count] = logs.counts(0.0)
    assert (count.count, count.first, count.last) == (2858, 0.0, 19_999.0)
    assert logs.counts(19_990.0)[0].last == 19_999.0
    assert logs.counts(20_000.0) == []


def test_a_count_is_read_again_or_refused() -> None:
    count = LogCount("trip <n>", 2, "warning", "trip 1", 10.0, None, ("trip 2",))
    assert read_count(asdict(count)) == count
    for damaged in (None, {}, {**asdict(count), "count": -1}, {**asdict(count), "others": [7]}):
        with pytest.raises(PayloadError):
            read_count(damaged)
