"""When a shift ends."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.summaries.shifts import last_end

ZURICH = ZoneInfo("Europe/Zurich")
SHIFTS = ("06:00", "14:00", "22:00")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZURICH).timestamp()


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-03-01 06:00", "2026-03-01 06:00"),
        ("2026-03-01 05:59", "2026-02-28 22:00"),
        ("2026-03-01 13:59", "2026-03-01 06:00"),
        ("2026-03-01 23:30", "2026-03-01 22:00"),
        ("2026-03-29 06:30", "2026-03-29 06:00"),
    ],
)
def test_the_last_end_of_a_shift(now: str, end: str) -> None:
    assert last_end(at(now), SHIFTS, ZURICH) == at(end)


def test_without_shifts_none_ends() -> None:
    assert last_end(at("2026-03-01 06:00"), (), ZURICH) is None


@given(st.floats(1.7e9, 1.8e9), st.sampled_from(["00:00", "02:30", "23:59"]))
def test_one_end_a_day_is_never_further_back_than_a_long_day(now: float, end: str) -> None:
    found = last_end(now, (end,), ZURICH)
    assert found is not None
    assert 0 <= now - found <= 25.5 * 3600
