"""Takes the times out of a clause: what is left says what is to be done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final, Literal

from lamplighter.understanding.normalise import words_of
from lamplighter.understanding.timing import levels
from lamplighter.understanding.timing.clocks import Clock
from lamplighter.understanding.timing.gathering import (
    AT_WHAT_TIME,
    TWO_TIMES,
    end_of,
    start_of,
)
from lamplighter.understanding.timing.pieces import (
    RARELY,
    WHEN,
    Days,
    Lasting,
    OnDay,
    Part,
    Sun,
    Unclear,
    Value,
    piece,
)
from lamplighter.understanding.timing.when import Until, When
from lamplighter.understanding.timing.words import Words

_UNTIL: Final = {"until": 1, "till": 1, "til": 1, "untill": 1, "up until": 1, "up till": 1}
_RANGE_ENDS: Final = frozenset({"until", "till", "til", "to", "through"})
_RANGES: Final = {"from": _RANGE_ENDS, "between": frozenset({"and"})}
_WHOLE: Final[dict[str, Value]] = {
    **dict.fromkeys(
        (
            *("all night", "all night long", "overnight", "for the night", "through the night"),
            *("for the rest of the night", "throughout the night"),
        ),
        Part("morning"),
    ),
    **dict.fromkeys(
        (
            *("all day", "all day long", "for the rest of the day", "for the day", "all evening"),
            *("for the rest of the evening", "for the evening", "all evening long"),
        ),
        Clock(24, known=True),
    ),
}
_JOINING: Final = frozenset({",", "and", "then"})
_ARMING: Final = frozenset({"arm", "armed", "arming", "alarm", "lock"})
"""An alarm is armed, and a door locked, "for the night", and not until its end."""
_LEVEL_VERBS: Final = frozenset(
    words_of("raise lower increase decrease change dim brighten set adjust")
)
_PARTED: Final = frozenset({"turn", "switch", "put", "flick", "power", "leave", "keep"})
_PARTICLES: Final = frozenset({"on", "off", "up", "down", "out", "to"})
"""Verbs that need a second word, and those words."""
_STATED: Final = re.compile(
    r"^(?:i'?m|i am|it'?s|it is|we'?re|we are|i feel|that'?s)\b", re.IGNORECASE
)
"""How a remark on today begins, which plans nothing."""
_TIMER: Final = re.compile(r"\btimers?\b", re.IGNORECASE)
_EDGES: Final = re.compile(r"^(?:[\s,;:]|\.(?=\s)|(?:and|then)\b(?=\s))+|[\s,;:]+$", re.IGNORECASE)
_DOUBLE: Final = re.compile(r"\s*,(?:\s*,)+")


@dataclass(frozen=True, slots=True)
class Timed:
    """A clause and its times.

    Attributes:
        rest: the clause without them; the whole clause where it has none.
        when: when it is to happen, or None.
        until: until when, or None.
        unclear: what to ask where it has a time that can't be told, or "".
        said: the words of the times, in order.
        gap: where in the clause the answer to ``unclear`` belongs: the characters it replaces;
            None where the clause has to be said anew.
    """

    rest: str
    when: When | None = None
    until: Until | None = None
    unclear: str = ""
    said: tuple[str, ...] = ()
    gap: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    value: Value
    start: int
    end: int
    role: Literal["when", "until"] = "when"


@lru_cache(maxsize=256)
def extract(text: str, now: datetime, *, values: bool = True) -> Timed:
    """The clause without its times, and what they say.

    Sentences about timers are left alone: a length in them belongs to the timer.

    Args:
        text: one English clause.
        now: the time of now in the home's time zone.
        values: False where no number in it can be a value that is set: "the lights at seven".
    """
    if values and _TIMER.search(text):
        return Timed(text)
    words = Words.of(text)
    found = _particles(words, _found(words, now.date()))
    if values:
        found, doubtful = _settled(words, found)
        if doubtful is not None:
            return _doubted(words, doubtful)
    if not found or (_STATED.match(text) and [each.value for each in found] == [OnDay(now.date())]):
        return Timed(text)
    return _gathered(words, found, now)


def _gathered(words: Words, found: Sequence[_Found], now: datetime) -> Timed:
    """What all the pieces come to together."""
    rest, said = _rest(words, found), _said(words, found)
    when, asked = start_of((each.value for each in _of(found, "when")), now)
    ends = [each.value for each in found if each.role == "until"]
    lasting = [value for each in found if isinstance(value := each.value, Lasting)]
    until, open_end = end_of(lasting[0] if lasting else None, [*ends, *lasting[1:]], when, now)
    starts = {each.start for each in found}
    if any(_has_choice(words, each) and each.end not in starts for each in found):
        return Timed(rest, unclear=WHEN, said=said)
    if when is not None and any(each.length.days for each in lasting):
        return Timed(rest, unclear=RARELY, said=said)  # "for three days at eight"
    if asked := asked or open_end:
        return Timed(rest, unclear=asked, said=said, gap=_gap(words, found, asked))
    return Timed(rest, when, until, said=said)


def _said(words: Words, found: Sequence[_Found]) -> tuple[str, ...]:
    spans = words.spans
    return tuple(words.text[spans[each.start][0] : spans[each.end - 1][1]] for each in found)


def _doubted(words: Words, doubtful: _Found) -> Timed:
    """The clause as it is, with the question whether a number in it is a time."""
    number = doubtful.value.hour if isinstance(doubtful.value, Clock) else 0
    gap = (words.spans[doubtful.start][0], words.spans[doubtful.end - 1][1])
    return Timed(words.text, unclear=levels.question(number), gap=gap)


def _gap(words: Words, found: Sequence[_Found], asked: str) -> tuple[int, int] | None:
    """Where the answer to a question belongs: in place of what is unclear, or behind the day."""
    if asked == TWO_TIMES:
        return None
    vague = [each for each in found if isinstance(each.value, Unclear)]
    first, last = (vague or found)[0], (vague or found)[-1]
    end = words.spans[last.end - 1][1]
    if asked == AT_WHAT_TIME:
        return end, end
    return words.spans[first.start][0], end


def _of(found: Iterable[_Found], role: str) -> list[_Found]:
    return [each for each in found if each.role == role and not isinstance(each.value, Lasting)]


def _has_choice(words: Words, each: _Found) -> bool:
    """Whether another time of day is said beside it: "at seven or eight", "at ten and four"."""
    number = words.number(each.end + 1)
    if not isinstance(each.value, Clock) or number is None:
        return False
    ends = words.at(number[1]) in ("", ".", "?", "!")
    return words.at(each.end) == "or" or (words.at(each.end) == "and" and ends)


def _found(words: Words, today: date) -> list[_Found]:
    """All pieces, in order; those right behind "until" belong to it."""
    found: list[_Found] = []
    place = 0
    while place < len(words):
        pieces = (
            _until(words, place, today) or _range(words, place, today) or _next(words, place, today)
        )
        if not pieces and found and found[-1].end == place:
            pieces = _next(words, place, today, found[-1])
        found += pieces
        place = found[-1].end if pieces else place + 1
    return found


def _next(
    words: Words, place: int, today: date, before: _Found | None = None, *, marked: bool = False
) -> list[_Found]:
    got = piece(words, place, today, before.value if before else None, marked=marked)
    role = before.role if before is not None and before.role == "until" else "when"
    return [] if got is None else [_Found(got[0], place, got[1], role)]


def _until(words: Words, place: int, today: date) -> list[_Found]:
    """An end: "until ten tomorrow"; the word itself belongs to the first piece."""
    whole = words.phrase(place, _WHOLE)
    if whole is not None and _ARMING.isdisjoint(words.tokens):
        return [_Found(whole[0], place, whole[1], "until")]
    marker = words.phrase(place, _UNTIL)
    if marker is None:
        return []
    return _point(words, place, marker[1], today, "until")


def _point(
    words: Words, start: int, place: int, today: date, role: Literal["when", "until"]
) -> list[_Found]:
    """The pieces of one point in time that a word at ``start`` announces."""
    first = piece(words, place, today, None, marked=True)
    if first is None or not isinstance(first[0], Clock | OnDay | Part | Sun | Unclear):
        return []
    found = [_Found(first[0], start, first[1], role)]
    while True:
        last = found[-1]
        more = piece(words, last.end, today, last.value)
        fits = more is not None and isinstance(more[0], Clock | OnDay | Part)
        if more is None or not fits or any(isinstance(more[0], type(each.value)) for each in found):
            return found
        found.append(_Found(more[0], last.end, more[1], role))


def _range(words: Words, place: int, today: date) -> list[_Found]:
    """A start and an end: "from ten to six", "between sunset and midnight"."""
    joints = _RANGES.get(words.at(place))
    if joints is None:
        return []
    joint = next((at for at in range(place, len(words)) if words.at(at) in joints), 0)
    # Cut off there, for "two to four" may be two minutes to four as well.
    start = _point(words.before(joint), place, place + 1, today, "when")
    if not start or start[-1].end != joint:
        return []
    end = _point(words, joint, joint + 1, today, "until")
    bare = all(isinstance(each.value, Clock) and each.value.bare for each in (*start, *end))
    if not end or (bare and _LEVEL_VERBS & set(words.tokens[:place])):
        return []
    return [*start, *_shared_day(start, end), *end]


def _shared_day(start: list[_Found], end: list[_Found]) -> list[_Found]:
    """What a day at the end says of the start as well: "from seven to nine tomorrow"."""
    first, last = start[0].value, end[0].value
    if len(start) > 1 or not isinstance(first, Clock) or not isinstance(last, Clock):
        return []
    if (first.hour, first.minute) >= (last.hour, last.minute):
        return []  # "from ten to six tomorrow" may be from this evening on
    at = start[0].end
    return [_Found(each.value, at, at) for each in end[1:] if isinstance(each.value, OnDay | Part)]


def _particles(words: Words, found: list[_Found]) -> list[_Found]:
    """Gives "on" back to its verb: "turn the boiler on tomorrow at six"."""
    inside = {place for each in found for place in range(each.start, each.end)}
    left = {words.at(place) for place in range(len(words)) if place not in inside}
    if left & _PARTICLES:
        return found
    wanted = bool(left & _PARTED) or levels.without_verb(left)
    return [
        replace(each, start=each.start + 1) if _takes_particle(words, each, wanted=wanted) else each
        for each in found
    ]


def _takes_particle(words: Words, each: _Found, *, wanted: bool) -> bool:
    """Whether "on" is not the day's: nobody says "on tomorrow", or the clause has no other verb."""
    if words.at(each.start) != "on" or not isinstance(each.value, OnDay | Days):
        return False
    return wanted or words.at(each.start + 1) in ("tomorrow", "today")


def _settled(words: Words, found: list[_Found]) -> tuple[list[_Found], _Found | None]:
    """Without numbers that are values; the one that can be either, where there is one."""
    kept = []
    inside = {place for each in found for place in range(each.start, each.end)}
    for each in found:
        if not _doubtful(words, each, found):
            kept.append(each)
            continue
        before = [words.at(place) for place in range(each.start) if place not in inside]
        after = [words.at(place) for place in range(each.end, len(words)) if place not in inside]
        number = each.value.hour if isinstance(each.value, Clock) else 0
        following = words.at(each.end)
        match levels.reading(before, after, number, following=following):
            case "time":
                kept.append(each)
            case "unclear":
                return [], each
            case "value":
                inside.difference_update(range(each.start, each.end))
    return kept, None


def _doubtful(words: Words, each: _Found, found: Sequence[_Found]) -> bool:
    """Whether it is but a number behind "at": a part of the day beside it makes it a time."""
    bare = isinstance(each.value, Clock) and each.value.bare
    if not bare or each.role == "until" or words.at(each.start) in _RANGES:
        return False
    parts = [other for other in found if isinstance(other.value, Part)]
    return not any(other.start == each.end or other.end == each.start for other in parts)


def _rest(words: Words, found: Sequence[_Found]) -> str:
    """The text without the pieces and what joined them."""
    kept, last = [], 0
    for each, after in zip(found, [*found[1:], None], strict=True):
        kept.append(words.text[last : words.spans[each.start][0]])
        last = words.spans[each.end - 1][1]
        between = words.tokens[each.end : after.start] if after else ()
        if between and all(token in _JOINING for token in between):
            last = words.spans[each.end + len(between) - 1][1]
    kept.append(words.text[last:])
    rest = " ".join(part for part in (each.strip() for each in kept) if part)
    return _EDGES.sub("", _DOUBLE.sub(",", rest).replace(" ,", ",").replace(" ?", "?"))
