"""When a shift ends: times of the day by the plant's clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo


def read_clock(text: str) -> time:
    """The time of the day that ``06:00`` says.

    Raises:
        ValueError: it says none.
    """
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone


def last_end(now: float, ends: Sequence[str], zone: tzinfo) -> float | None:
    """The latest end of a shift that is not after ``now``; None where there are no shifts.

    All times are UTC seconds. An end in the hour that daylight saving skips is an hour later; one
    in the hour that comes twice is the first.
    """
    today = datetime.fromtimestamp(now, zone).date()
    found = [
        end
        for back in (0, 1)
        for text in ends
        if (end := _moment(today - timedelta(days=back), text, zone)) <= now
    ]
    return max(found, default=None)


def _moment(day: date, text: str, zone: tzinfo) -> float:
    return datetime.combine(day, read_clock(text), zone).timestamp()
