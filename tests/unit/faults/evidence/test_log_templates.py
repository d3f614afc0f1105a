from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.evidence.log_templates import LogCount, RecentLogs, mask


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
    taken = sum(bool(" ".join(line.split())[:200]) for line in lines)
    assert sum(count.count for count in counts) <= taken
    assert bool(counts) == bool(taken)
    assert all('"' not in count.template for count in counts)
