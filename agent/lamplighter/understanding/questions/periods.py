"""Stretches of the past as people say them: "last night", "since noon", "yesterday at ten".

A question keeps the words; they become times only when it is answered, in the home's time zone, so
that "today" means the day on which it is answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from lamplighter.understanding.spoken_numbers import numbers_in

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = rf"(?:on )?(?:(?:last|this|this past|the previous) )?(?:{'|'.join(_DAYS)})"
_PART = r"(?:morning|afternoon|evening|night)"
_NUMBER = r"\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty"
_HOUR = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[01]?\d|2[0-3])"
    r"(?![\d.]*\s?(?:%|percent|degree|°|seconds?\b|minutes?\b|mins?\b|hours?\b|days?\b))"
)
_CLOCK = (
    rf"(?:half past|half|quarter past|quarter to|"
    rf"(?:five|ten|twenty|twenty five) (?:past|to)) {_HOUR}|"
    rf"[012]?\d[:.][0-5]\d(?: ?[ap]\.?m\b)?|"
    rf"{_HOUR}(?: ?[ap]\.?m\b| o'?clock| thirty| fifteen| forty five)?|noon|midday|midnight|"
    rf"lunchtime|breakfast|lunch|dinner|supper|dawn|sunrise"
)
_SPAN = (
    rf"(?:(?P<count>{_NUMBER}|couple of|few|half an?) )?"
    r"\b(?P<unit>minute|min|hour|hr|day|week|month)s?"
)
_AT = rf"(?:at|around|about|by)(?: about| around)? (?P<clock>{_CLOCK})"
_WHOLE_DAY = (
    rf"(?:so far |earlier |all day )?today|(?:the )?day before yesterday|yesterday(?: {_PART})?|"
    rf"tonight|(?:during the |over |all )?last night|this (?:{_PART})|overnight|over night|"
    rf"(?:during|in|over) the night|all night|all day(?: long)?|{_DAY}(?: {_PART})?"
)
_LONG = (
    r"(?:in |over |during |for )?(?:this|last|the last|the past|past) (?:week|month|year|weekend)|"
    r"all week|so far this week"
)


def _again(pattern: str, nth: int) -> str:
    """The pattern once more in one expression: no two groups of it may be called the same."""
    return re.sub(r"\(\?P<(\w+)>", rf"(?P<\1_{nth}>", pattern)


_PERIOD = re.compile(
    rf"\b(?:{_AT} (?P<day_after>{_WHOLE_DAY})|(?P<day_before>{_WHOLE_DAY}) {_again(_AT, 2)}|"
    rf"(?:in|over|during|within|for) (?:the )?(?:last|past) {_SPAN}|"
    rf"(?:the )?(?:last|past) {_again(_SPAN, 2)}(?!\w)|{_again(_SPAN, 3)} ago|"
    rf"since (?:{_WHOLE_DAY}|{_CLOCK}|this {_PART})|between (?:{_CLOCK}) and (?:{_CLOCK})|"
    rf"(?:(?:today|yesterday|this morning) )?(?:before|after) (?:{_CLOCK})"
    rf"(?: (?:today|yesterday))?|"
    rf"(?:from|since) (?:{_CLOCK}) (?:to|till|until) (?:{_CLOCK})|"
    rf"{_LONG}|{_WHOLE_DAY}|{_again(_AT, 3)})(?!\w)"
)
_SECONDS = {"min": 60, "minute": 60, "hr": 3600, "hour": 3600, "day": 86400, "week": 604800}
_PARTS = {"morning": (5, 12), "afternoon": (12, 18), "evening": (18, 24)}
_DAYS_SAID = frozenset({"today", "yesterday", "this morning"})
_SHIFTS = {
    "half past": 30, "half": 30, "quarter past": 15, "quarter to": -15, "five past": 5,
    "ten past": 10, "twenty past": 20, "twenty five past": 25, "five to": -5, "ten to": -10,
    "twenty to": -20, "twenty five to": -25,
}  # fmt: skip
_MEALS = {"breakfast": time(8), "lunch": time(12), "dinner": time(18), "supper": time(18),
          "dawn": time(6), "sunrise": time(6)}  # fmt: skip
_NOON = {"noon": time(12), "midday": time(12), "lunchtime": time(12), "midnight": time(0)}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the past, or one moment of it.

    Attributes:
        start: UTC seconds.
        end: UTC seconds; never in the future; equal to ``start`` for a moment.
        said: how to say it, to stand at the end of a sentence.
        whole: True where all of it was meant: "all night".
    """

    start: float
    end: float
    said: str
    whole: bool = False

    @property
    def moment(self) -> bool:
        """True for a single point in time."""
        return self.start == self.end


def taken_from(text: str) -> tuple[str, str]:
    """The folded text without the stretch of time that it names, and that stretch in its words."""
    match = _PERIOD.search(text)
    if match is None:
        return text, ""
    rest = " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())
    beside = _PERIOD.search(rest) if match[0] in _DAYS_SAID else None
    if beside is not None and beside[0].startswith(("before", "after")):
        rest = " ".join(f"{rest[: beside.start()]} {rest[beside.end() :]}".split())
        return rest, f"{match[0]} {beside[0]}"
    return rest, match[0]


def resolved(words: str, now: float, zone: tzinfo | None) -> Period | None:
    """The stretch that the words of :func:`taken_from` mean now; None where they mean none."""
    try:
        today = datetime.fromtimestamp(now, zone)
        for read in (_relative, _since, _between, _beside, _moment, _longer, _of_a_day):
            period = read(words, today)
            if period is not None:
                start = min(period.start, now)
                end = max(start, min(period.end, now))
                return Period(start, end, period.said, words.startswith("all "))
    except (ValueError, OverflowError, OSError):
        return None
    return None


def since_always(now: float) -> Period:
    """Everything that is known."""
    return Period(0.0, now, "")


def _midnight(day: datetime) -> datetime:
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def _at(day: datetime, at: time) -> datetime:
    return day.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)


def _days_on(day: datetime, days: int) -> datetime:
    """The same time of day, days later: a day is not always 24 hours long."""
    moved = day.replace(tzinfo=None) + timedelta(days=days)
    return moved.replace(tzinfo=day.tzinfo) if day.tzinfo is not None else moved


def _span(words: str) -> float | None:
    match = re.search(rf"{_SPAN}(?!\w)", words)
    if match is None:
        return None
    count, unit = match["count"] or "1", match["unit"]
    factor = {"couple of": 2.0, "few": 3.0, "half a": 0.5, "half an": 0.5, "a": 1.0, "an": 1.0}
    number = factor.get(count) or next(iter(numbers_in(count).values()), 1.0)
    return number * _SECONDS.get(unit, 30 * 86400)


def _relative(words: str, now: datetime) -> Period | None:
    seconds = _span(words)
    if seconds is None or not re.search(r"\b(?:last|past|ago)\b", words):
        return None
    if re.fullmatch(r".*\b(?:this|last|past) (?:week|month|year)", words) and "the" not in words:
        return None
    start = now.timestamp() - seconds
    if words.endswith("ago"):
        return Period(start, start, words)
    said = "in the " + re.sub(r"^(?:(?:over|during|within|for|in) )?(?:the )?", "", words)
    return Period(start, now.timestamp(), said)


def _since(words: str, now: datetime) -> Period | None:
    if not words.startswith("since "):
        return None
    rest = words.removeprefix("since ")
    if re.search(r" (?:to|till|until) ", rest):
        return None
    clock = _clock(rest)
    if clock is not None:
        start = _latest(clock, now).timestamp()
    else:
        day = _of_a_day(rest, now)
        if day is None:
            return None
        start = day.start
    said = re.sub("|".join(_DAYS), lambda match: match[0].capitalize(), words)
    return Period(start, now.timestamp(), said)


def _between(words: str, now: datetime) -> Period | None:
    match = re.fullmatch(r"(?:between|from|since) (.+?) (?:and|to|till|until) (.+)", words)
    if match is None:
        return None
    first, second = _clock(match[1]), _clock(match[2])
    if first is None or second is None:
        return None
    plain = not re.search(r":|[ap]\.?m|noon|midday|midnight", f"{match[1]} {match[2]}")
    end = _latest_of_day(second, now, plain=plain)
    start = _latest_of_day(first, end - timedelta(seconds=1), plain=plain)
    if start >= end:
        start = _days_on(start, -1)
    said = f"between {start:%H:%M} and {end:%H:%M} {_day_word(end, now)}"
    return Period(start.timestamp(), end.timestamp(), said)


def _beside(words: str, now: datetime) -> Period | None:
    """Reads "today before ten", "after lunch": the part of a day on one side of a time."""
    match = re.search(rf"\b(before|after) ({_CLOCK})(?!\w)", words)
    at = _clock(match[2]) if match else None
    if match is None or at is None:
        return None
    last = _midnight(now) - timedelta(seconds=1) if "yesterday" in words else now
    plain = match[2] not in _MEALS and match[2] not in _NOON and ":" not in match[2]
    cut = _latest_of_day(at, last, plain=plain and not re.search(r"[ap]\.?m", match[2]))
    day = _midnight(cut)
    start, end = (day, cut) if match[1] == "before" else (cut, _days_on(day, 1))
    said = f"{match[1]} {cut:%H:%M} {_day_word(day, now)}"
    return Period(start.timestamp(), end.timestamp(), said)


def _moment(words: str, now: datetime) -> Period | None:
    match = re.search(rf"\b(?:at|around|about|by)(?: about| around)? ({_CLOCK})(?!\w)", words)
    if match is None:
        return None
    at = _clock(match[1])
    if at is None:
        return None
    rest = (words[: match.start()] + words[match.end() :]).strip()
    plain = ":" not in match[1] and not re.search(r"[ap]\.?m|noon|midday|midnight", match[1])
    if not rest:
        found = _latest_of_day(at, now, plain=plain)
    else:
        day = _of_a_day(rest, now)
        if day is None:
            return None
        begin = datetime.fromtimestamp(day.start, now.tzinfo)
        found = _at(begin, at)
        while plain and at.hour <= 12 and found.timestamp() < day.start:
            found += timedelta(hours=12)
        if found.timestamp() < day.start:
            found = _days_on(found, 1)
    when = found.timestamp()
    return Period(when, when, f"at {found:%H:%M} {_day_word(found, now)}")


def _latest(at: time, now: datetime) -> datetime:
    found = _at(now, at)
    return found if found <= now else _days_on(found, -1)


def _latest_of_day(at: time, now: datetime, *, plain: bool) -> datetime:
    """The latest time that a clock showed this; "ten" may be ten in the evening."""
    times = [at]
    if plain and at.hour <= 12:
        times.append(time((at.hour + 12) % 24, at.minute))
    return max(_latest(each, now) for each in times)


def _clock(words: str) -> time | None:
    words = words.strip()
    if words in _NOON or words in _MEALS:
        return _NOON.get(words) or _MEALS[words]
    half = re.fullmatch(
        rf"(half past|half|quarter past|quarter to|(?:five|ten|twenty|twenty five) (?:past|to)) "
        rf"({_HOUR})",
        words,
    )
    if half:
        hour = int(next(iter(numbers_in(half[2]).values())))
        shift = _SHIFTS[half[1]]
        minutes = (hour * 60 + shift) % 1440
        return time(minutes // 60, minutes % 60)
    match = re.fullmatch(
        rf"(?P<hour>{_HOUR}|[012]?\d)(?:[:.](?P<minute>[0-5]\d))?(?P<spoken> thirty| fifteen|"
        r" forty five)?(?: o'?clock)?(?: ?(?P<half>[ap])\.?m\.?)?",
        words,
    )
    if match is None:
        return None
    hour = int(next(iter(numbers_in(match["hour"]).values())))
    spoken = {" thirty": 30, " fifteen": 15, " forty five": 45}.get(match["spoken"] or "", 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    return time(hour, int(match["minute"] or spoken)) if hour < 24 else None


def _longer(words: str, now: datetime) -> Period | None:
    match = re.search(r"\b(this|last|past|all) (week|month|year|weekend)\b", words)
    if match is None:
        return None
    this, unit = match[1] in ("this", "all"), match[2]
    today = _midnight(now)
    monday = _days_on(today, -today.weekday())
    if unit == "week":
        start, end = (monday, now) if this else (_days_on(monday, -7), monday)
    elif unit == "weekend":
        saturday = _days_on(monday, 5 if this and now.weekday() >= 5 else -2)
        start, end = saturday, _days_on(saturday, 2)
    elif unit == "month":
        first = today.replace(day=1)
        start, end = (first, now) if this else (_days_on(first, -1).replace(day=1), first)
    else:
        first = today.replace(month=1, day=1)
        start, end = (first, now) if this else (first.replace(year=first.year - 1), first)
    said = f"{'this' if this else 'last'} {unit}"
    return Period(start.timestamp(), end.timestamp(), said)


def _of_a_day(words: str, now: datetime) -> Period | None:
    today = _midnight(now)
    found = _night(words, now) or _part_of(words, now)
    if found is not None:
        return found
    if "day before yesterday" in words:
        start, said = _days_on(today, -2), "the day before yesterday"
    elif "yesterday" in words:
        start, said = _days_on(today, -1), "yesterday"
    elif "today" in words or words.startswith("all day"):
        start, said = today, "today"
    elif weekday := _weekday(words):
        back = (now.weekday() - _DAYS.index(weekday)) % 7
        if back == 0 and ("last" in words or "previous" in words):
            back = 7
        start, said = _days_on(today, -back), f"on {weekday.capitalize()}" if back else "today"
    else:
        return None
    return Period(start.timestamp(), _days_on(start, 1).timestamp(), said)


def _weekday(words: str) -> str | None:
    return next((day for day in _DAYS if day in words), None)


def _night(words: str, now: datetime) -> Period | None:
    today = _midnight(now)
    if words in {"tonight", "this night"}:
        evening = _at(now, time(18))
        if now < _at(now, time(5)):
            evening = _days_on(evening, -1)
        if now >= evening:
            return Period(evening.timestamp(), now.timestamp(), "tonight")
        words = "last night"  # before the evening, the night that is over is meant
    if "night" not in words or _weekday(words):
        return None
    if words == "all night" and now.hour >= 20:
        return Period(_at(now, time(18)).timestamp(), now.timestamp(), "tonight")
    # The night that ended this morning, or the one that is not over yet.
    evening = _days_on(today, -1).replace(hour=20)
    return Period(evening.timestamp(), _at(today, time(8)).timestamp(), "last night")


def _part_of(words: str, now: datetime) -> Period | None:
    match = re.search(rf"\b({_PART})\b", words)
    if match is None:
        return None
    start_day = _midnight(now)
    if "yesterday" in words:
        start_day, day = _days_on(start_day, -1), "yesterday"
    elif weekday := _weekday(words):
        start_day = _days_on(start_day, -((now.weekday() - _DAYS.index(weekday)) % 7))
        day = f"on {weekday.capitalize()}"
    else:
        day = "this"
    if match[1] == "night":
        start, end = start_day.replace(hour=20), _days_on(start_day, 1).replace(hour=8)
    else:
        first, last = _PARTS[match[1]]
        start = start_day.replace(hour=first)
        end = _days_on(start_day, 1) if last == 24 else start_day.replace(hour=last)
    return Period(start.timestamp(), end.timestamp(), f"{day} {match[1]}")


def _day_word(when: datetime, now: datetime) -> str:
    return spoken_day(when, now)


def spoken_day(when: datetime, now: datetime) -> str:
    """The day as people say it now: "today", "yesterday", "on Monday", "on 3 May"."""
    days = (_midnight(now).date() - when.date()).days
    if days == 0:
        return "today"
    if days == 1:
        return "yesterday"
    if 1 < days < 7:
        return f"on {when:%A}"
    year = "" if when.year == now.year else f" {when.year}"
    return f"on {when.day} {when:%B}{year}"


def spoken_time(when: float, now: float, zone: tzinfo | None) -> str:
    """The time as people say it now: "today at 8:12", "yesterday at 22:03"."""
    moment, present = datetime.fromtimestamp(when, zone), datetime.fromtimestamp(now, zone)
    return f"{spoken_day(moment, present)} at {moment.hour}:{moment:%M}"


Clock = Callable[[], float]
