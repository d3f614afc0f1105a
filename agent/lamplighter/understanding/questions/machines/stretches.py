"""Shifts, nights and days as people mean them: which stretch of time that is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from lamplighter.faults.summaries.shifts import last_end
from lamplighter.understanding.questions import periods
from lamplighter.understanding.questions.periods import Period

_SHIFTS_BACK = 8
_NIGHT_AT = 2
_WORDS = {
    "night": "last night", "overnight": "last night", "morning": "this morning",
    "afternoon": "this afternoon", "evening": "this evening", "weekend": "last weekend",
    "week": "this week", "day": "today",
}  # fmt: skip
_PRESENT = ("this shift", "current shift", "our shift", "my shift")


def stretch(said: str, now: float, zone: tzinfo | None, shifts: Sequence[str]) -> Period | None:
    """The stretch that is meant where the question names none in words that are known everywhere.

    Args:
        said: the question.
        now: UTC seconds.
        zone: the home's time zone; None is this machine's.
        shifts: times of the day at which a shift ends.
    """
    if "shift" in said and (found := _shift(said, now, zone, shifts)):
        return found
    words = set(said.split())
    meant = next((period for word, period in _WORDS.items() if word in words), "")
    return periods.resolved(meant, now, zone) if meant else None


def _shift(said: str, now: float, zone: tzinfo | None, shifts: Sequence[str]) -> Period | None:
    """The shift that is meant: the last one, the one that runs, or the last one at night."""
    known = zone or datetime.now(UTC).astimezone().tzinfo or UTC
    ends, at = [now], now
    while len(ends) < _SHIFTS_BACK:
        end = last_end(at, shifts, known)
        if end is None:
            return None
        ends.append(end)
        at = end - 1
    current = any(words in said for words in _PRESENT)
    for number, (end, start) in enumerate(itertools.pairwise(ends)):
        shift = Period(start, end, "in this shift" if number == 0 else "in that shift")
        if "night" in said:
            if _has_the_night(shift, known) and (number or current):
                return shift
        elif bool(number) != current:
            return shift
    return None


def _has_the_night(shift: Period, zone: tzinfo) -> bool:
    """Whether two in the morning is within the shift."""
    end = datetime.fromtimestamp(shift.end, zone)
    night = end.replace(hour=_NIGHT_AT, minute=0, second=0, microsecond=0)
    if night > end:
        night -= timedelta(days=1)
    return shift.start <= night.timestamp() < shift.end
