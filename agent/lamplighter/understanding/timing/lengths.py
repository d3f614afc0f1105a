"""How long: "half an hour", "an hour and a half", "a couple of minutes"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lamplighter.understanding.timing.words import Words

_MINUTE: Final = 60
_HOUR: Final = 3600
DAY_S: Final = 86400
_LONGEST_S: Final = 366 * DAY_S

_UNITS: Final = {
    **dict.fromkeys(("second", "seconds", "sec", "secs", "second's"), 1),
    **dict.fromkeys(("minute", "minutes", "min", "mins", "minute's"), _MINUTE),
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "hour's"), _HOUR),
    **dict.fromkeys(("day", "days", "day's"), DAY_S),
    **dict.fromkeys(("week", "weeks", "week's"), 7 * DAY_S),
}
_SHORT_UNITS: Final = {"s": 1, "m": _MINUTE, "h": _HOUR}
_FIXED: Final = {
    "half an hour": _HOUR // 2,
    "a half hour": _HOUR // 2,
    "half hour": _HOUR // 2,
    "half a minute": 30,
    "half a day": 12 * _HOUR,
    "quarter of an hour": _HOUR // 4,
    "a quarter of an hour": _HOUR // 4,
    "quarter hour": _HOUR // 4,
    "a quarter hour": _HOUR // 4,
    "three quarters of an hour": 3 * _HOUR // 4,
    "half an hour's": _HOUR // 2,
    "a fortnight": 14 * DAY_S,
}
_COUNTS: Final = {
    "a": 1.0,
    "an": 1.0,
    "a couple of": 2.0,
    "couple of": 2.0,
    "a couple": 2.0,
    "a dozen": 12.0,
    "half a dozen": 6.0,
}
_HALVES: Final = {"and a half": 0.5, "and a quarter": 0.25, "and three quarters": 0.75}
_VAGUE_COUNTS: Final = frozenset(
    {"few", "several", "some", "many", "a few", "a number of", "quite a few", "just a few"}
)
_VAGUE: Final = dict.fromkeys(
    (
        *("a bit", "a little bit", "a little while", "a little", "a while", "a short while"),
        *("a moment", "a few moments", "a jiffy", "some time", "a short time", "a long time"),
    ),
    1,
)
_HEDGES: Final = frozenset({"about", "around", "roughly", "approximately", "exactly", "another"})


@dataclass(frozen=True, slots=True)
class Length:
    """So many seconds; ``days`` where it was said in whole days or weeks; neither where vague."""

    seconds: float | None
    days: int = 0


def length(words: Words, place: int) -> tuple[Length, int] | None:
    """The length that starts here, and the place after it."""
    place = words.after(place, _HEDGES)
    if (fixed := words.phrase(place, _FIXED)) is not None:
        end = fixed[1] + 2 * (words.tokens[fixed[1] : fixed[1] + 2] == ("or", "so"))
        return _length(fixed[0], fixed[0] // DAY_S * DAY_S), end
    if (vague := _vague(words, place)) is not None:
        return Length(None), vague
    found = _counted(words, place)
    if found is None:
        return None
    said, end = _with_more(words, *found)
    return said, end + 2 if words.tokens[end : end + 2] == ("or", "so") else end


def _with_more(words: Words, seconds: float, unit: int, end: int) -> tuple[Length, int]:
    """A count with what may be said after its unit: "and a half", "and ten minutes"."""
    if (half := words.phrase(end, _HALVES)) is not None:
        return _length(seconds + half[0] * unit, 0), half[1]
    more = _counted(words, end + (words.at(end) in ("and", ",")))
    if more is not None and more[1] < unit:
        return _with_more(words, seconds + more[0], more[1], more[2])
    bare = words.number(end)
    if unit == _HOUR and bare is not None and words.at(end).isdecimal() and _ends(words, bare[1]):
        return _length(seconds + bare[0] * _MINUTE, 0), bare[1]  # "1 hour 30"
    return _length(seconds, seconds if unit >= DAY_S else 0), end


def _length(seconds: float, in_days: float) -> Length:
    if seconds > _LONGEST_S:
        return Length(None)
    return Length(seconds, int(in_days // DAY_S) if in_days == seconds else 0)


def _counted(words: Words, place: int) -> tuple[float, int, int] | None:
    """A count and its unit: seconds, the unit's seconds, and the place after it."""
    # "a" is looked for last: "a couple of minutes" has it, too.
    found = words.phrase(place, _COUNTS) or words.number(place)
    if found is None:
        return None
    count, end = found
    if (half := words.phrase(end, _HALVES)) is not None:
        count, end = count + half[0], half[1]
    end += words.at(end) == "more"  # "for twenty more minutes"
    unit = _UNITS.get(words.at(end))
    if unit is None and words.at(place)[0].isdecimal():
        unit = _SHORT_UNITS.get(words.at(end))
    return None if unit is None or count < 0 else (count * unit, unit, end + 1)


def _vague(words: Words, place: int) -> int | None:
    """The place after a length that nobody can tell: "a few minutes", "a while"."""
    if (phrase := words.phrase(place, _VAGUE)) is not None:
        return phrase[1]
    for size in (3, 2, 1):
        said = " ".join(words.tokens[place : place + size])
        if said in _VAGUE_COUNTS and words.at(place + size) in _UNITS:
            return place + size + 1
    return None


def _ends(words: Words, place: int) -> bool:
    return words.at(place) in ("", ",", ".", "and", "then")
