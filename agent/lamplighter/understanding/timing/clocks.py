"""Times of day as people say them: "7:30 pm", "half past seven", "quarter to eight", "noon"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lamplighter.understanding.timing.words import Words

_NOON: Final = 12
_HOURS: Final = 24
_MINUTES: Final = 60
_HALVES_OF_DAY: Final = {
    **dict.fromkeys(("am", "a.m", "a.m.", "a. m", "a. m."), 0),
    **dict.fromkeys(("pm", "p.m", "p.m.", "p. m", "p. m."), _NOON),
}
_NAMED: Final = {
    "noon": 12,
    "midday": 12,
    "12 noon": 12,
    "twelve noon": 12,
    "midnight": 24,
    "12 midnight": 24,
    "twelve midnight": 24,
}
_FRACTIONS: Final = {
    "half past": 30,
    "half after": 30,
    "quarter past": 15,
    "a quarter past": 15,
    "quarter after": 15,
    "a quarter after": 15,
    "quarter to": -15,
    "a quarter to": -15,
    "quarter of": -15,
    "quarter till": -15,
    "quarter before": -15,
}
_BESIDE: Final = {"past": 1, "after": 1, "to": -1, "before": -1, "till": -1}
_COLON: Final = re.compile(r"(\d{1,2}):([0-5]\d)(?::[0-5]\d)?")
_POINT: Final = re.compile(r"(\d{1,2})[.]([0-5]\d)")
_TOGETHER: Final = re.compile(r"([01]\d|2[0-3])([0-5]\d)|([1-9])([0-5]\d)")
_FULL: Final = {"o'clock": 1, "oclock": 1, "o clock": 1}
_HOUR_WORDS: Final = frozenset({"h", "hrs", "hours", "uhr"})
_ORDINAL_ENDS: Final = frozenset({"st", "nd", "rd", "th"})
_SHARP: Final = {"sharp": 1, "on the dot": 1, "exactly": 1, "ish": 1, "or so": 1}


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day.

    Attributes:
        hour: 0 to 24; 24 is the midnight at the day's end.
        minute: 0 to 59.
        known: True where the half of the day is known, False where seven may be seven in the
            evening.
        bare: True where it is but a number, which may mean something else.
    """

    hour: int
    minute: int = 0
    known: bool = False
    bare: bool = False


def clock(words: Words, place: int, *, marked: bool) -> tuple[Clock, int] | None:
    """The time of day that starts here, and the place after it.

    ``marked``: a word before it says that it is one ("at"); then a bare number is taken as well.
    """
    found = _named(words, place) or _fraction(words, place, marked=marked)
    found = found or _spelled(words, place, marked=marked)
    if found is None:
        return None
    sharp = words.phrase(found[1], _SHARP)
    return (found[0], sharp[1]) if sharp else found


def _named(words: Words, place: int) -> tuple[Clock, int] | None:
    found = words.phrase(place, _NAMED)
    return None if found is None else (Clock(found[0], known=True), found[1])


def _fraction(words: Words, place: int, *, marked: bool) -> tuple[Clock, int] | None:
    """Beside a full hour: "half past seven", "quarter to eight"; "half seven" is 7:30."""
    found = words.phrase(place, _FRACTIONS)
    if found is None and marked and words.at(place) == "half":
        found = (30, place + 1)
    if found is None:
        found = _minutes_beside(words, place, marked=marked)
    if found is None:
        return None
    minutes, place = found
    hour = _full_hour(words, place)
    if hour is None:
        return None
    base, end = hour
    total = (base.hour * _MINUTES + minutes) % (_HOURS * _MINUTES)
    if total == 0 and base.hour == _HOURS:
        total = base.hour * _MINUTES
    if not base.known and base.hour == 1 and minutes < 0:
        total += _NOON * _MINUTES  # a quarter to one is 12:45, or 0:45
    return Clock(total // _MINUTES, total % _MINUTES, known=base.known), end


def _minutes_beside(words: Words, place: int, *, marked: bool) -> tuple[int, int] | None:
    number = words.number(place)
    if number is None or not 0 < number[0] < _MINUTES or number[0] % 1:
        return None
    value, end = number
    counted = words.at(end) in ("minutes", "minute", "mins", "min")
    side = words.at(end + counted)
    hour = words.number(end + counted + 1)
    if _BESIDE.get(side, 0) < 0 and hour is not None and hour[0] > _NOON:
        return None  # "at nine to 17" sets something to 17
    # "From ten to eight" may be a range; "ten past eight" can be nothing else.
    if side not in _BESIDE or not (marked or side == "past"):
        return None
    return int(value) * _BESIDE[side], end + counted + 1


def _full_hour(words: Words, place: int) -> tuple[Clock, int] | None:
    named = words.phrase(place, _NAMED)
    if named is not None:
        return Clock(named[0], known=True), named[1]
    number = words.number(place)
    if number is None or number[0] % 1 or not 0 <= number[0] < _HOURS:
        return None
    return _in_half(words, Clock(int(number[0]), known=number[0] > _NOON), number[1])


def _spelled(words: Words, place: int, *, marked: bool) -> tuple[Clock, int] | None:
    """Hour and minute: "7:30", "7 pm", "six o'clock", "seven thirty", "0730", a bare "seven"."""
    token = words.at(place)
    if (match := _COLON.fullmatch(token)) is not None:
        return _digits(words, match[1], match[2], place + 1)
    followed = words.at(place + 1) in _HALVES_OF_DAY
    if (match := _POINT.fullmatch(token)) is not None and (marked or followed):
        return _digits(words, match[1], match[2], place + 1)
    if (match := _TOGETHER.fullmatch(token)) is not None and marked and _alone(words, place):
        hour, minute = match[1] or match[3], match[2] or match[4]
        return _digits(words, hour, minute, place + 1)
    return _hour(words, place, marked=marked)


def _alone(words: Words, place: int) -> bool:
    """Whether "1930" is a time; "2700" is the colour of a lamp."""
    after, said = words.at(place + 1), words.at(place)
    # "At 102" is the heat of a tub, where nothing else says that it is a time.
    if said[0] in "01" and len(said) > len("102"):
        return True
    return after in _HALVES_OF_DAY or after in _HOUR_WORDS


def _digits(words: Words, hour: str, minute: str, end: int) -> tuple[Clock, int] | None:
    if int(hour) > _HOURS or (int(hour) == _HOURS and int(minute)):
        return None
    known = hour.startswith("0") or int(hour) > _NOON
    if words.at(end) in _HOUR_WORDS:
        known, end = True, end + 1
    return _in_half(words, Clock(int(hour), int(minute), known=known), end)


def _hour(words: Words, place: int, *, marked: bool) -> tuple[Clock, int] | None:
    found = words.number(place)
    if found is None or found[0] not in range(_HOURS + 1) or words.at(found[1]) in _ORDINAL_ENDS:
        return None
    hour, end = int(found[0]), found[1]
    minute, end = _minute(words, place, end)
    said = minute is not None
    known = hour > _NOON or words.at(place).startswith("0")
    time = Clock(hour, minute or 0, known=known)
    if words.at(end) in _HOUR_WORDS and words.at(place)[0].isdecimal() and marked:
        return Clock(hour, known=True), end + 1
    if (full := words.phrase(end, _FULL)) is not None:
        return _in_half(words, time, full[1])
    if words.at(end) in _HALVES_OF_DAY and hour <= _NOON:
        return _in_half(words, time, end)
    if not marked:
        return None
    return Clock(hour, time.minute, known=known, bare=not said), end


def _minute(words: Words, place: int, end: int) -> tuple[int | None, int]:
    """The minutes in words after the hour: "seven thirty", "seven oh five"."""
    if words.at(place)[:1].isdecimal():
        return None, end
    at = end + (words.at(end) in ("oh", "o"))
    number = words.number(at)
    if number is None or words.at(at)[:1].isdecimal() or number[0] % 1:
        return None, end
    value, after = number
    lowest = 1 if at > end else 10
    if not lowest <= value < _MINUTES or words.at(after) in ("percent", "%", "degrees", "minutes"):
        return None, end
    return int(value), after


def _in_half(words: Words, time: Clock, end: int) -> tuple[Clock, int] | None:
    """The time in the half of the day that may stand behind it."""
    half = _HALVES_OF_DAY.get(words.at(end))
    if half is None or time.hour > _NOON:
        return time, end + (half is not None)
    return Clock(time.hour % _NOON + half, time.minute, known=True), end + 1
