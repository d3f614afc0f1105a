"""Days and parts of the day: "tomorrow", "next monday", "on the 24th", "every weekday morning"."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Final

from lamplighter.understanding.timing.when import EVERY_DAY
from lamplighter.understanding.timing.words import Words

_NAMES: Final = (
    ("monday", "mon"),
    ("tuesday", "tue", "tues"),
    ("wednesday", "wed", "weds"),
    ("thursday", "thu", "thur", "thurs"),
    ("friday", "fri"),
    ("saturday", "sat"),
    ("sunday", "sun"),
)
WEEKDAYS: Final = {name: day for day, names in enumerate(_NAMES) for name in names if name != "sun"}
_PLURAL: Final = {f"{names[0]}s": day for day, names in enumerate(_NAMES)}
_WORKING: Final = frozenset(range(5))
_WEEKEND: Final = frozenset({5, 6})
_GROUPS: Final = {
    "day": EVERY_DAY,
    "single day": EVERY_DAY,
    "night": EVERY_DAY,
    "morning": EVERY_DAY,
    "afternoon": EVERY_DAY,
    "evening": EVERY_DAY,
    "weekday": _WORKING,
    "weekdays": _WORKING,
    "week day": _WORKING,
    "workday": _WORKING,
    "working day": _WORKING,
    "work day": _WORKING,
    "weekend": _WEEKEND,
    "weekends": _WEEKEND,
}
_HABITS: Final = {
    "daily": EVERY_DAY,
    "nightly": EVERY_DAY,
    "everyday": EVERY_DAY,
    "on weekdays": _WORKING,
    "weekdays": _WORKING,
    "during the week": _WORKING,
    "on workdays": _WORKING,
    "on working days": _WORKING,
    "on week days": _WORKING,
    "on weekends": _WEEKEND,
    "at weekends": _WEEKEND,
    "weekends": _WEEKEND,
    "on the weekends": _WEEKEND,
    "at the weekends": _WEEKEND,
    "in the mornings": EVERY_DAY,
    "in the evenings": EVERY_DAY,
    "in the afternoons": EVERY_DAY,
    "mornings": EVERY_DAY,
    "evenings": EVERY_DAY,
    "all week": EVERY_DAY,
}
_RELATIVE: Final = {
    "today": 0,
    "tomorrow": 1,
    "tmrw": 1,
    "tomorow": 1,
    "tommorow": 1,
    "tommorrow": 1,
    "the day after tomorrow": 2,
    "day after tomorrow": 2,
}
MONTHS: Final = {
    **{calendar.month_name[number].lower(): number for number in range(1, 13)},
    **{calendar.month_abbr[number].lower(): number for number in range(1, 13) if number != 5},
}
_ORDINAL_ENDS: Final = frozenset({"st", "nd", "rd", "th"})
_ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20, "twenty first": 21, "twenty second": 22,
    "twenty third": 23, "twenty fourth": 24, "twenty fifth": 25, "twenty sixth": 26,
    "twenty seventh": 27, "twenty eighth": 28, "twenty ninth": 29, "thirtieth": 30,
    "thirty first": 31,
}  # fmt: skip
_LAST_OF_MONTH: Final = 31
_PARTS: Final = frozenset({"mornings", "evenings", "afternoons", "nights"})
_JOINS: Final = frozenset({",", "and", "&", "or"})


def repeated_days(words: Words, place: int) -> tuple[frozenset[int], int] | None:
    """The days of the week on which something recurs, and the place after them."""
    word = words.at(place)
    found: tuple[frozenset[int], int] | None = None
    if word in ("every", "each"):
        found = words.phrase(place + 1, _GROUPS) or _listed(words, place + 1)
    elif (habit := words.phrase(place, _HABITS)) is not None:
        found = habit
    elif word == "on" and words.at(place + 1) in _PLURAL:
        found = _listed(words, place + 1)
    elif word in _PLURAL:
        found = _listed(words, place)
    elif word in WEEKDAYS or (word in ("from", "on") and words.at(place + 1) in WEEKDAYS):
        start = place + (word not in WEEKDAYS)
        found = _span(words, start) or _parts_of(words, start)
    return None if found is None else _without(words, *found)


def _listed(words: Words, place: int) -> tuple[frozenset[int], int] | None:
    """Weekdays joined by commas and "and"."""
    span = _span(words, place)
    if span is not None:
        return span
    days: set[int] = set()
    end = place
    while (day := _weekday(words.at(place))) is not None:
        days.add(day)
        place = end = place + 1
        place = words.after(place, _JOINS)
        place = words.after(place, frozenset({"every", "each", "on"}))
    return (frozenset(days), end) if days else None


def _parts_of(words: Words, place: int) -> tuple[frozenset[int], int] | None:
    """Every week's: "saturday mornings"."""
    day = WEEKDAYS.get(words.at(place))
    if day is None or words.at(place + 1) not in _PARTS:
        return None
    return frozenset({day}), place + 2


def _span(words: Words, place: int) -> tuple[frozenset[int], int] | None:
    """From one weekday to another: "monday to friday", "mon-fri"."""
    if words.joined(place):
        return _through(words, place, place + 1)
    if words.at(place + 1) not in ("to", "through", "till", "\u2013"):
        return None
    return _through(words, place, place + 2)


def _through(words: Words, place: int, end: int) -> tuple[frozenset[int], int] | None:
    first, last = _weekday(words.at(place)), _weekday(words.at(end))
    if first is None or last is None:
        return None
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1)), end + 1


def _weekday(word: str) -> int | None:
    return WEEKDAYS.get(word, _PLURAL.get(word))


def _without(words: Words, days: frozenset[int], end: int) -> tuple[frozenset[int], int]:
    """Leaves days out: "every day except sunday"."""
    if words.at(end) not in ("except", "but"):
        return days, end
    start = words.after(end + 1, frozenset({"on", "for", "not", "every"}))
    left = words.phrase(start, _GROUPS) or words.phrase(start, _HABITS) or _listed(words, start)
    if left is None or not days - left[0]:
        return days, end
    return days - left[0], left[1]


def single_day(words: Words, place: int, today: date) -> tuple[date, int] | None:
    """The one day that starts here, and the place after it; never before today."""
    place = place + 1 if words.at(place) == "on" else place
    relative = words.phrase(place, _RELATIVE)
    if relative is not None:
        return today + timedelta(days=relative[0]), relative[1]
    return _named_day(words, place, today) or _dated(words, place, today)


def _named_day(words: Words, place: int, today: date) -> tuple[date, int] | None:
    """A weekday: "friday" may be today, "next friday" is the first one after today."""
    word = words.at(place)
    coming = word == "coming" or (word == "the" and words.at(place + 1) == "coming")
    start = place + (2 if coming and word == "the" else word in ("next", "this", "coming"))
    day = WEEKDAYS.get(words.at(start))
    if day is None:
        return None
    ahead = (day - today.weekday()) % 7
    if ahead == 0 and word in ("next", "coming"):
        ahead = 7
    return today + timedelta(days=ahead), start + 1


def _dated(words: Words, place: int, today: date) -> tuple[date, int] | None:
    """A date: "the 24th", "24th of december", "december 24"."""
    place = words.after(place, frozenset({"the"}))
    month = MONTHS.get(words.at(place))
    if month is not None:
        day = _day_of_month(words, words.after(place + 1, frozenset({"the"})), plain=True)
        return None if day is None else _coming(today, day[0], month, day[1])
    day = _day_of_month(words, place, plain=False)
    if day is not None:
        after = day[1] + (words.at(day[1]) == "of")
        month = MONTHS.get(words.at(after))
        return _coming(today, day[0], month, day[1] if month is None else after + 1)
    number = words.number(place)
    month = MONTHS.get(words.at(place + 1))
    if number is None or month is None or not words.at(place).isdecimal():
        return None
    return _coming(today, int(number[0]), month, place + 2)


def _day_of_month(words: Words, place: int, *, plain: bool) -> tuple[int, int] | None:
    word = words.at(place)
    if word.isdecimal() and 1 <= int(word) <= _LAST_OF_MONTH:
        ordinal = words.at(place + 1) in _ORDINAL_ENDS
        return (int(word), place + 1 + ordinal) if ordinal or plain else None
    spoken = words.phrase(place, _ORDINALS)
    # Without "the" before it, "first" and "second" count something else.
    return spoken if spoken and (plain or words.at(place - 1) == "the") else None


def _coming(today: date, day: int, month: int | None, end: int) -> tuple[date, int] | None:
    """The next such day: of any month, or of that month of this year or a later one."""
    for ahead in range(12 * 9):
        index = today.month - 1 + ahead
        year, this = today.year + index // 12, index % 12 + 1
        if month not in (None, this) or not 1 <= day <= calendar.monthrange(year, this)[1]:
            continue
        if (found := date(year, this, day)) >= today:
            return found, end
    return None
