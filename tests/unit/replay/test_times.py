"""Times as recordings write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.replay.times import read_time

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T12:00:00Z",
        "2026-03-01 12:00:00",
        " 2026-03-01T14:00:00+02:00 ",
        str(int(NOON)),
        str(int(NOON * 1000)),
        str(int(NOON * 1_000_000)),
        f"{NOON:.3f}",
    ],
)
def test_a_time_is_read_however_it_is_written(text: str) -> None:
    assert read_time(text) == NOON


def test_a_time_without_a_zone_is_of_the_given_one() -> None:
    assert read_time("2026-03-01 13:00:00", ZoneInfo("Europe/Zurich")) == NOON


@pytest.mark.parametrize("text", ["", "soon", "-5", "nan", "inf", "1e30", "1969-12-31T00:00:00Z"])
def test_what_is_no_time_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the reasons are Python's own, too
        read_time(text)


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        found = read_time(text)
    except ValueError:
        return
    assert 0 < found < 8e9
