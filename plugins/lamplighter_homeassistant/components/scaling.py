"""Scaling between what people say (percent) and the ranges that devices count in.

The formulas are Home Assistant's (``homeassistant/util/scaling.py``), so that a device
is sent the very number that Home Assistant would send it. A range excludes the value that
means off or closed: 1 to 255 has 255 states. An inverted range (100, 0) counts backwards.
"""

from __future__ import annotations

Range = tuple[float, float]

_PERCENT: Range = (1, 100)


def states_in(values: Range) -> float:
    """How many whole states lie in a range; 0 or less where it is inverted."""
    return values[1] - values[0] + 1


def scale(source: Range, target: Range, value: float) -> float:
    """``value`` of the range ``source`` as a value of the range ``target``, not rounded."""
    moved = value - (source[0] - 1)
    return moved * states_in(target) / states_in(source) + (target[0] - 1)


def percentage_to_ranged(values: Range, percentage: float) -> float:
    """The value of the range that stands for ``percentage`` (0 to 100), not rounded."""
    return scale(_PERCENT, values, percentage)


def ranged_to_percentage(values: Range, value: float) -> int:
    """The percentage that a value of the range stands for, rounded down.

    Outside of the range it lies outside of 0 to 100.
    """
    moved = value - (values[0] - 1)
    return int(moved * states_in(_PERCENT) // states_in(values) + (_PERCENT[0] - 1))


def byte_from_percent(percent: float) -> int:
    """0 to 100 % as 0 to 255, as Home Assistant's ``light.turn_on`` scales ``brightness_pct``."""
    return round(255 * percent / 100)


def percent_from_byte(value: float) -> int:
    """0 to 255 as 0 to 100 %; what is not quite off is at least 1 %."""
    percent = round(value * 100 / 255)
    return max(percent, 1) if value > 0 else percent
