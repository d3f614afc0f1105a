"""The pieces of which times are made: "tomorrow", "morning", "at six", "for half an hour"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from lamplighter.understanding.normalise import words_of
from lamplighter.understanding.timing.clocks import Clock, clock
from lamplighter.understanding.timing.days import MONTHS, WEEKDAYS, repeated_days, single_day
from lamplighter.understanding.timing.lengths import DAY_S, Length, length
from lamplighter.understanding.timing.suns import beside, noun, sun
from lamplighter.understanding.timing.when import EVERY_DAY, SunEvent
from lamplighter.understanding.timing.words import Words

PartName = Literal["morning", "afternoon", "evening", "night", "tonight"]

WHEN: Final = "When exactly?"
HOW_LONG: Final = "For how long?"
RARELY: Final = "I can repeat things on days of the week, or after so much time. When exactly?"


@dataclass(frozen=True, slots=True)
class In:
    """So long from now: "in ten minutes"."""

    length: Length


@dataclass(frozen=True, slots=True)
class Lasting:
    """So long from the start on: "for half an hour"."""

    length: Length


@dataclass(frozen=True, slots=True)
class OnDay:
    """One day: "tomorrow", "on friday"; ``named`` where it is said by the name of a weekday."""

    day: date
    named: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: "in the morning", "this evening", "tonight"."""

    name: PartName
    today: bool = False


@dataclass(frozen=True, slots=True)
class Sun:
    """An event of the sun: "twenty minutes before sunset"."""

    event: SunEvent
    offset_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the week, again and again: "every weekday morning"."""

    days: frozenset[int]
    part: PartName | None = None


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again: "every two hours"."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unclear:
    """A time that nobody can tell: what to ask."""

    question: str


Value = In | Lasting | OnDay | Part | Sun | Days | Every | Unclear | Clock

_AT: Final = frozenset({"at", "around", "about", "exactly", "approximately", "roughly", "@"})
_HEDGES: Final = _AT - {"at", "@"}
_PARTS: Final[dict[str, PartName]] = {
    "morning": "morning",
    "mornings": "morning",
    "afternoon": "afternoon",
    "afternoons": "afternoon",
    "evening": "evening",
    "evenings": "evening",
    "night": "night",
    "nights": "night",
    "nightly": "night",
}
_SAID_PARTS: Final[dict[str, Part]] = {
    **{f"in the {said}": Part(name) for said, name in _PARTS.items()},
    **{f"this {said}": Part(name, today=True) for said, name in _PARTS.items()},
    **{f"later this {said}": Part(name, today=True) for said, name in _PARTS.items()},
    "at night": Part("night"),
    "during the night": Part("night"),
    "tonight": Part("tonight", today=True),
    "tonite": Part("tonight", today=True),
    "later tonight": Part("tonight", today=True),
    "first thing in the morning": Part("morning"),
    "first thing": Part("morning"),
    "early in the morning": Part("morning"),
}
_UNCLEAR: Final[dict[str, Unclear]] = {
    **dict.fromkeys(
        (
            *("later", "later on", "later today", "a bit later", "a little later", "much later"),
            *("soon", "shortly", "sometime", "sometime soon", "sometime later", "some time later"),
            *("eventually", "at some point", "at some stage", "sooner or later", "next week"),
            *("this week", "this weekend", "next weekend", "at the weekend", "on the weekend"),
            *("over the weekend", "next month", "next year", "one day", "some day", "someday"),
            *("at the right time", "when the time comes", "a while later", "at lunch"),
            *("at lunchtime", "at bedtime", "at breakfast", "at dinner", "at dinnertime"),
            *("until bedtime", "till bedtime", "until dinner", "until lunch", "by bedtime"),
            *("at teatime", "at mealtimes", "at breakfast time", "at dinner time", "at lunch time"),
        ),
        Unclear(WHEN),
    ),
    **dict.fromkeys(
        (
            *("every month", "monthly", "every year", "yearly", "annually", "every fortnight"),
            *("every other day", "every second day", "every other week", "every second week"),
            *("twice a day", "twice a week", "once a month", "from time to time", "now and then"),
            *("regularly", "every now and then", "every so often", "every other night"),
            *(f"in {month}" for month in MONTHS),
        ),
        Unclear(RARELY),
    ),
}
_INTERVALS: Final = {
    "hourly": 3600.0,
    "once an hour": 3600.0,
    "every half hour": 1800.0,
    "every hour": 3600.0,
    "every hour on the hour": 3600.0,
    "every week": 7.0 * DAY_S,
    "each week": 7.0 * DAY_S,
    "weekly": 7.0 * DAY_S,
    "once a week": 7.0 * DAY_S,
    "each hour": 3600.0,
    "every minute": 60.0,
}
_AFTER_DATE: Final = _AT | {"in", "until", "till", "and", "for", "turn", "switch", "open", "close"}
_DAILY: Final = {
    "once a day": EVERY_DAY,
    "once every day": EVERY_DAY,
    "on a daily basis": EVERY_DAY,
}
_WAITING: Final = {"wait": 1, "wait for": 1, "wait about": 1, "give it": 0}
_NO_TIMES_AFTER: Final = frozenset(
    words_of("to at of by is than for every each last past the these those another until over next")
) | {""}
_LEVELLED: Final = frozenset(
    words_of("set adjust thermostat heating heat heater ac temperature degrees alarm wake timer")
)
_FROM_NOW: Final = {
    "from now": 1,
    "from now on": 0,
    "later": 1,
    "hence": 1,
    "time": 1,
    "after that": 1,
}


def piece(
    words: Words, place: int, today: date, before: Value | None, *, marked: bool = False
) -> tuple[Value, int] | None:
    """The piece of a time that starts here, and the place after it.

    ``before`` is the piece that ends right here, ``marked`` says that a word before it announces a
    time ("until", "from").
    """
    return (
        _unclear(words, place)
        or _lasting(words, place)
        or _delay(words, place)
        or _recurrence(words, place)
        or _sun(words, place, marked=marked)
        or _clock(words, place, before, marked=marked)
        or _part(words, place, before)
        or _day(words, place, today, before, marked=marked)
    )


def _unclear(words: Words, place: int) -> tuple[Value, int] | None:
    found = words.phrase(place, _UNCLEAR)
    if found is None or words.at(place - 1) == "as" or words.phrase(place, _SAID_PARTS):
        return None
    return found


def _lasting(words: Words, place: int) -> tuple[Value, int] | None:
    """A length: "for half an hour", "for the next ten minutes"."""
    if words.at(place) != "for":
        return None
    if (number := _for_number(words, place)) is not None:
        return number
    start = words.after(place + 1, frozenset({"just", "only", "up", "to", "at", "least"}))
    nexts = words.phrase(start, {"the next": 1, "next": 1, "the following": 1})
    found = length(words, nexts[1] if nexts else start)
    if found is None and nexts and words.at(nexts[1]) in ("hour", "minute", "day", "week"):
        found = length(Words.of(f"1 {words.at(nexts[1])}"), 0)
        found = found and (found[0], nexts[1] + 1)
    if found is None:
        return None
    if found[0].seconds is None:
        return Unclear(HOW_LONG), found[1]
    return Lasting(found[0]), found[1]


def _for_number(words: Words, place: int) -> tuple[Value, int] | None:
    """A length without its unit: "for five"; "set it for 21" is another thing."""
    number = words.number(place + 1)
    others = not _LEVELLED.isdisjoint(words.tokens)
    if number is None or others or not _closes(words, number[1]):
        return None
    return Unclear(f"For {' '.join(words.tokens[place + 1 : number[1]])} what?"), number[1]


def _delay(words: Words, place: int) -> tuple[Value, int] | None:
    """A delay: "in ten minutes", "ten minutes from now", "an hour after sunset"."""
    within = words.phrase(place, {"within": 1, "in the next": 1})
    if within and (found := length(words, within[1])):
        return Unclear(WHEN), found[1]
    announced = words.at(place) in ("in", "after")
    found = length(words, place + announced)
    if found is None:
        return _waited(words, place) or _in_number(words, place)
    said, end = found
    if (side := beside(words, end)) is not None and said.seconds is not None:
        return Sun(side[1], side[0] * said.seconds), side[2]
    if (at := _beside_clock(words, said, end)) is not None:
        return at
    if words.at(end) == "'":
        end += 1
    later = words.phrase(end, _FROM_NOW)
    if not announced and (later is None or words.at(end) == "time"):
        return _bare_length(words, place, said, end)
    return _in(said), later[1] if later and later[0] else end


def _beside_clock(words: Words, said: Length, end: int) -> tuple[Clock, int] | None:
    """A while before or after a time of day: "half an hour before seven"."""
    side = {"before": -1, "after": 1, "past": 1}.get(words.at(end))
    found = clock(words, end + 1, marked=True) if side else None
    if side is None or found is None or said.seconds is None:
        return None
    base, place = found
    minutes = (base.hour * 60 + base.minute + side * int(said.seconds // 60)) % (24 * 60)
    return Clock(minutes // 60, minutes % 60, known=base.known), place


def _in(said: Length) -> Value:
    return Unclear(WHEN) if said.seconds is None else In(said)


def _waited(words: Words, place: int) -> tuple[Value, int] | None:
    """A pause before the command: "wait ten minutes, then"; "give it ten minutes" alone is none."""
    waiting = words.phrase(place, _WAITING)
    found = length(words, waiting[1]) if waiting else None
    if waiting is None or found is None:
        return None
    end = words.after(found[1], frozenset({",", "and", "then", "before"}))
    return (_in(found[0]), end) if waiting[0] or end > found[1] else None


def _bare_length(words: Words, place: int, said: Length, end: int) -> tuple[Value, int] | None:
    """A length with no word before it: "turn on the light ten minutes"."""
    if not said.seconds or not _closes(words, end) or words.at(place - 1) in _NO_TIMES_AFTER:
        return None
    told = " ".join(words.tokens[place:end])
    return Unclear(f"In {told}, or for {told}?"), end


def _in_number(words: Words, place: int) -> tuple[Value, int] | None:
    """A delay without its unit: "in ten"."""
    number = words.number(place + 1) if words.at(place) == "in" else None
    if number is None or words.at(number[1]) not in ("", ".", ",", "?", "!"):
        return None
    return Unclear(f"In {' '.join(words.tokens[place + 1 : number[1]])} what?"), number[1]


def _recurrence(words: Words, place: int) -> tuple[Value, int] | None:
    if words.at(place) in ("every", "each") and noun(words, place + 1) is not None:
        return Days(EVERY_DAY), place + 1
    if (daily := words.phrase(place, _DAILY)) is not None:
        return Days(daily[0]), daily[1]
    if (interval := words.phrase(place, _INTERVALS)) is not None:
        return Every(interval[0]), interval[1]
    if (days := repeated_days(words, place)) is not None and not _a_name(words, place):
        parts = [_PARTS[word] for word in words.tokens[place : days[1]] if word in _PARTS]
        return Days(days[0], parts[0] if parts else None), days[1]
    if words.at(place) not in ("every", "each"):
        return None
    found = length(words, place + 1)
    return None if found is None or not found[0].seconds else (Every(found[0].seconds), found[1])


def _a_name(words: Words, place: int) -> bool:
    """Whether a word for a day belongs to a name: "the weekends scene"."""
    return words.at(place - 1) in ("the", "my", "our", "a")


def _sun(words: Words, place: int, *, marked: bool) -> tuple[Value, int] | None:
    found = sun(words, place)
    if found is None and (marked or words.at(place - 1) in ("every", "each")):
        found = noun(words, place)
    if found is not None:
        return Sun(found[0]), found[1]
    side = beside(words, place) if words.at(place) == "before" else None
    return None if side is None else (Unclear("How long before that?"), side[2])


def _clock(
    words: Words, place: int, before: Value | None, *, marked: bool
) -> tuple[Value, int] | None:
    start = words.after(place, _AT)
    said = marked or "at" in words.tokens[place:start] or "@" in words.tokens[place:start]
    if words.at(place) == "before":
        found = clock(words, place + 1, marked=True)
        return None if found is None else (Unclear(WHEN), found[1])
    if words.at(place) == "by":
        found = clock(words, words.after(place + 1, _HEDGES), marked=True)
        return None if found is None or found[0].bare else found
    if start == place and words.at(place) in ("for", "from", "after"):
        start = words.after(place + 1, _HEDGES)
    after_day = isinstance(before, OnDay | Part | Days)
    found = clock(words, start, marked=said or after_day or _before_a_part(words, start))
    if found is None or (found[0].bare and not said and not _closes_or_part(words, found[1])):
        return None
    return found


def _before_a_part(words: Words, place: int) -> bool:
    """Whether a number is a time for the part of the day behind it: "from six in the morning"."""
    number = words.number(place) if words.at(place - 1) == "from" else None
    return number is not None and words.phrase(number[1], _SAID_PARTS) is not None


def _closes_or_part(words: Words, place: int) -> bool:
    return _closes(words, place) or words.phrase(place, _SAID_PARTS) is not None


def _closes(words: Words, place: int) -> bool:
    return words.at(place) in ("", ",", ".", "?", "!")


def _part(words: Words, place: int, before: Value | None) -> tuple[Value, int] | None:
    found = words.phrase(place, _SAID_PARTS)
    if found is not None:
        return found
    name = _PARTS.get(words.at(place))
    if name is not None and isinstance(before, OnDay | Days):
        return Part(name), place + 1
    if words.at(place) == "early" and isinstance(before, OnDay) and words.at(place + 1) in _PARTS:
        return Part(_PARTS[words.at(place + 1)]), place + 2
    return None


def _day(
    words: Words, place: int, today: date, before: Value | None, *, marked: bool
) -> tuple[Value, int] | None:
    start = place + (words.at(place) in ("for", "by"))
    found = single_day(words, start, today)
    if found is None:
        return None
    first = words.at(start)
    named = any(word in WEEKDAYS for word in words.tokens[start : found[1]])
    if first in WEEKDAYS and not (marked or before is not None or _stands_alone(words, start)):
        return None
    if not (named or marked) and not _surely_a_day(words, start, found[1]):
        return None
    return OnDay(found[0], named=named and first not in ("next", "coming")), found[1]


def _surely_a_day(words: Words, start: int, end: int) -> bool:
    """Whether it is no place in a row: "on the first lamp", "the 2nd blind"."""
    said = words.tokens[start:end]
    if words.at(start - 1) == "the":
        return False
    if "the" not in said or said[-1] == "tomorrow" or any(word in MONTHS for word in said):
        return True
    return "on" in said and (_closes(words, end) or words.at(end) in _AFTER_DATE)


def _stands_alone(words: Words, place: int) -> bool:
    """Whether the name of a weekday is one, and no part of a name: "the friday lamp"."""
    after = words.at(place + 1)
    ends = after in _PARTS or after in _AT or _closes(words, place + 1) or after[:1].isdecimal()
    return ends and words.at(place - 1) not in ("the", "my", "our")
