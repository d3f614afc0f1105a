"""Units converted to those that an entity takes."""

from __future__ import annotations

from collections.abc import Mapping

_SECONDS: Mapping[str, float] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "m"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
}
_SAME: Mapping[str, str] = {
    "watt": "w",
    "watts": "w",
    "kelvin": "k",
    "percent": "%",
    "litre": "l",
    "litres": "l",
    "liter": "l",
    "liters": "l",
    "lx": "lux",
}
_COUNTED = frozenset({"point", "points", "step", "steps", "notch", "notches"})
"""Units that say nothing of what is counted."""


def converted(value: float, said: str, wanted: str) -> float | None:
    """The value in the unit that is wanted; None where the units are of different things.

    A value said without a unit, or asked of something without one, is taken as it is.
    """
    one, other = _key(said), _key(wanted)
    if one == other or not one or not other or one in _COUNTED or one == "°":
        return value
    if one in _SECONDS and other in _SECONDS:
        return value * _SECONDS[one] / _SECONDS[other]
    if one == "°c" and other == "°f":
        return value * 9 / 5 + 32
    if one == "°f" and other == "°c":
        return (value - 32) * 5 / 9
    return None


def difference(value: float, said: str, wanted: str) -> float:
    """A difference of temperatures in the unit that is wanted."""
    one, other = _key(said), _key(wanted)
    if (one, other) == ("°c", "°f"):
        return value * 9 / 5
    if (one, other) == ("°f", "°c"):
        return value * 5 / 9
    return value


def _key(unit: str) -> str:
    folded = unit.casefold().replace(" ", "")
    return _SAME.get(folded, folded)
