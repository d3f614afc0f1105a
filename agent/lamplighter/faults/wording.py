"""How numbers, times and durations are written in a report."""

from __future__ import annotations

import math
from datetime import UTC, datetime

_MINUTE = 60.0
_HOUR = 3600.0


def shown(value: float) -> str:
    """The value with three significant digits, at most three decimals, never an exponent.

    A whole part is never rounded: 1234.5 is shown as 1234 or 1235, not 1230.
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    decimals = min(3, max(0, 2 - math.floor(math.log10(abs(value)))))
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def exact(value: float) -> str:
    """A configured number as it was configured."""
    return str(int(value)) if value == int(value) else repr(value)


def quantity(number: str, unit: str) -> str:
    """A number with its unit: ``7.3 mm/s``, ``80 %``, ``12``."""
    return f"{number} {unit}" if unit else number


def clock_time(time: float) -> str:
    """The time of day in UTC: ``14:05:09``."""
    return datetime.fromtimestamp(time, UTC).strftime("%H:%M:%S")


def day(time: float) -> str:
    """The date in UTC: ``2026-03-01``."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d")


def duration(seconds: float) -> str:
    """A span of time in whole seconds, minutes or hours and minutes: ``45 s``, ``12 min``."""
    seconds = max(0.0, seconds)
    if seconds < 2 * _MINUTE:
        return f"{round(seconds)} s"
    if seconds < 2 * _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    hours, minutes = divmod(round(seconds / _MINUTE), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
