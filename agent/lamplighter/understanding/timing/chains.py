"""Times that lean on another time of the sentence: "and off at eight", "ten minutes later"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from lamplighter.understanding.timing.days import repeated_days, single_day
from lamplighter.understanding.timing.when import (
    Delay,
    Interval,
    Moment,
    Recurring,
    SunMoment,
    When,
)
from lamplighter.understanding.timing.words import Words

_ELLIPTIC: Final = re.compile(
    r"(?P<join>,\s*|,?\s+(?:and|then|and then|but)\s+)(?P<way>on|off)(?P<again>\s+again)?"
    r"(?=\s+(?:at|in|after|when|before|half|an? \w+ (?:before|after)|\w+ (?:minutes?|hours?)|"
    r"tomorrow|tonight|from|until)\b)",
    re.IGNORECASE,
)
_COUNT: Final = r"(?:\d+|an?|[a-z]+(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"
_WITH_UNIT: Final = re.compile(
    rf"\b(?P<lead>in|for|after) {_COUNT} (?P<unit>(?:second|minute|hour)s?|mins?|secs?|hrs?)\b",
    re.IGNORECASE,
)
_WITHOUT_UNIT: Final = re.compile(
    r"\b(?P<lead>in|for|after) (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|"
    r"fifteen|twenty|thirty|forty|forty[ -]five|fifty|sixty|ninety)(?=$|[,.?!]| and | please)",
    re.IGNORECASE,
)
_SWITCHED: Final = re.compile(
    r"\b(?:turn|switch|put|flick|flip|power)\b|\s(?:on|off)\b", re.IGNORECASE
)
_LEANING: Final = re.compile(
    r"\b(?:later|after (?:that|it)|afterwards|thereafter)\b", re.IGNORECASE
)


def spoken_out(text: str) -> str:
    """The sentence with the verb that its second half leaves out.

    "Turn on the fan at six and off at eight" says that it is to be turned off at eight.
    """
    match = _ELLIPTIC.search(text)
    if match is None or not _SWITCHED.search(text[: match.start()]):
        return text
    said = f"{match['join']}turn it {match['way']}{match['again'] or ''}"
    return f"{text[: match.start()]}{said}{text[match.end() :]}"


def with_units(text: str) -> str:
    """The sentence with the unit that its second length leaves out.

    "The fan for ten minutes and the lamp for five" is five minutes.
    """
    first = _WITH_UNIT.search(text)
    if first is None:
        return text
    for match in _WITHOUT_UNIT.finditer(text, first.end()):
        if match["lead"].casefold() == first["lead"].casefold():
            return f"{text[: match.end()]} {first['unit']}{text[match.end() :]}"
    return text


def habit_in(said: Iterable[str]) -> str:
    """The words that make a habit of a time: "every weekday"; "" where there are none."""
    for each in said:
        words = Words.of(each)
        found = repeated_days(words, 0)
        if found is not None:
            end = words.spans[found[1] - 1][1]
            return each[:end]
    return ""


def names_day(said: Iterable[str], today: date) -> bool:
    """Whether one of the times is of a day of its own."""
    return any(
        single_day(words, place, today) is not None or repeated_days(words, place) is not None
        for words in map(Words.of, said)
        for place in range(len(words))
    )


def leans(text: str) -> bool:
    """Whether a delay in the clause counts from what was said before: "ten minutes later"."""
    return _LEANING.search(text) is not None


def shifted(when: When, seconds: float) -> When:
    """So many seconds after that time."""
    match when:
        case Delay(before):
            return Delay(before + seconds)
        case SunMoment(day, event, offset):
            return SunMoment(day, event, offset + seconds)
        case Moment(day, at):
            moved = datetime.combine(day, at) + timedelta(seconds=seconds)
            return Moment(moved.date(), moved.time())
        case Recurring(days, None, event, offset):
            return Recurring(days, event=event, offset_s=offset + seconds)
        case Recurring(days, at):
            moved = datetime.combine(date.min, at or datetime.min.time())
            moved += timedelta(seconds=seconds)
            later = (moved.date() - date.min).days
            return Recurring(frozenset((day + later) % 7 for day in days), moved.time())
        case Interval():
            return when
