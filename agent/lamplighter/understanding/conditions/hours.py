"""Parts of the day in a condition: "after dark", "between ten and six", "at weekends"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time

from lamplighter.orders.order import Hours
from lamplighter.understanding.conditions.quantities import number_of
from lamplighter.understanding.timing.when import EVERY_DAY, SunEvent

DARK = Hours("sunset", "sunrise")
LIGHT = Hours("sunrise", "sunset")

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = rf"(?:{'|'.join(_DAYS)})s?"
_SUN: Mapping[str, SunEvent] = {
    "sunrise": "sunrise",
    "sunset": "sunset",
    "dawn": "dawn",
    "dusk": "dusk",
    "noon": "noon",
    "midday": "noon",
    "daybreak": "dawn",
    "sundown": "sunset",
    "sunup": "sunrise",
    "nightfall": "sunset",
    "dark": "sunset",
}
_CLOCK = (
    r"(?:(?:half|quarter|(?:five|ten|twenty|\d{1,2})(?: minutes)?) (?:past|to) )?"
    r"(?:\d{1,2}(?:[:. ]\d\d)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"midnight|noon|midday)(?: (?:thirty|fifteen|forty-five|fifty|twenty|ten))?"
    r"(?: ?(?:am|pm|a\.m\.?|p\.m\.?|o'clock|in the morning|in the evening|in the afternoon|"
    r"at night))?"
)
_POINT = rf"(?:{'|'.join(_SUN)}|{_CLOCK})"
_PARTS: Mapping[str, Hours] = {
    r"(?:only )?(?:after|once) (?:it is |it gets )?dark|(?:at|in the|during the|by|late at) night"
    r"(?:[ -]?time)?|overnight|(?:in|during) the (?:dark|hours of darkness)|when it is dark|"
    r"while it is dark|after (?:sunset|sundown|nightfall)": DARK,
    r"(?:during|in) the day(?:[ -]?time)?|by day|(?:in|during|by) (?:the )?daylight(?: hours)?|"
    r"when it is light|while it is light|after sunrise|in daytime": LIGHT,
    r"in the mornings?": Hours(time(5), time(12)),
    r"in the afternoons?": Hours(time(12), time(18)),
    r"in the evenings?": Hours(time(17), time(23)),
    r"(?:on|during) (?:a )?week ?days?|(?:on|during) (?:a )?working days?|during the week|"
    r"(?:on )?weekdays only": Hours(days=frozenset(range(5))),
    r"(?:at|on|during)(?: the| a)? week ?ends?": Hours(days=frozenset((5, 6))),
}
_IS: Mapping[str, Hours] = {
    r"(?:already |still |getting )?(?:dark(?: outside| out)?|night(?:[ -]?time)?|"
    r"after (?:dark|sunset|sundown|nightfall))": DARK,
    r"(?:already |still )?(?:light(?: outside| out)?|day(?:[ -]?time)?|daylight)": LIGHT,
    r"(?:a )?(?:weekday|work(?:ing)? ?day)": Hours(days=frozenset(range(5))),
    r"(?:the |a )?week ?end": Hours(days=frozenset((5, 6))),
    r"(?:the )?morning": Hours(time(5), time(12)),
    r"(?:the )?afternoon": Hours(time(12), time(18)),
    r"(?:the )?evening": Hours(time(17), time(23)),
}
_BETWEEN = rf"(?:between|from) (?P<start>{_POINT}) (?:and|to|until|till|-) (?P<end>{_POINT})"
_OPEN = (
    rf"(?P<side>after|before|past|until|till|from)(?: about)? (?P<point>{_POINT})(?: on(?:wards)?)?"
)
_ON_DAYS = rf"on (?P<days>{_DAY}(?:(?: and| or)? {_DAY})*)"
_PHRASE = rf"(?:{'|'.join(_PARTS)}|{_BETWEEN}|{_OPEN}|{_ON_DAYS})"
_WHOLE_PARTS = tuple((re.compile(said), hours) for said, hours in _PARTS.items())
_STATED = tuple((re.compile(said), hours) for said, hours in _IS.items())
_FROM_TO = re.compile(_BETWEEN)
_ONE_SIDE = re.compile(_OPEN)
_BY_DAYS = re.compile(_ON_DAYS)
_AT_END = re.compile(
    rf"^(?:(?P<rest>.*?),? )?(?P<said>(?:(?:but )?only |but )?{_PHRASE})(?: only)?$"
)
_AT_START = re.compile(rf"^(?:only )?(?P<said>{_PHRASE}),?(?: (?P<rest>.*))?$")
_IT_IS = re.compile(
    r"^(?:it is|it gets|it becomes|it has got|it has gotten|it turns|it goes|it grows|it starts)"
    r" (?P<what>.+)$"
)
_SUN_SETS = re.compile(r"^the sun (?:is |has )?(?P<what>sets?|goes down|down|rises?|comes up|up)$")
_BEGINS = re.compile(r"^(?P<what>night|darkness|dusk) (?:falls|comes|begins|starts)$")


def at_end(text: str) -> tuple[str, Hours] | None:
    """The folded text without the part of the day at its end, and that; None without one."""
    match = _AT_END.match(text)
    if match is None:
        return None
    hours = hours_of(re.sub(r"^(?:but )?(?:only )?", "", match["said"]))
    return None if hours is None else (match["rest"] or "", hours)


def at_start(text: str) -> tuple[Hours, str] | None:
    """The part of the day at the start of the folded text, and the rest; None without one."""
    match = _AT_START.match(text)
    hours = match and hours_of(match["said"])
    return (hours, match["rest"] or "") if match and hours else None


def hours_of(text: str) -> Hours | None:
    """The part of the day that folded text says, and nothing else; None where it says none."""
    for pattern, hours in _WHOLE_PARTS:
        if pattern.fullmatch(text):
            return hours
    if match := _FROM_TO.fullmatch(text):
        return _between(match["start"], match["end"])
    if match := _ONE_SIDE.fullmatch(text):
        return _one_sided(match["side"], match["point"])
    if match := _BY_DAYS.fullmatch(text):
        said = match["days"].split()
        return Hours(
            days=frozenset(_DAYS.index(each.rstrip("s")) for each in said if _is_day(each))
        )
    return None


def stated(clause: str) -> Hours | None:
    """The part of the day that a folded clause states: "it is dark"; None where it states none."""
    if match := _SUN_SETS.match(clause):
        return LIGHT if match["what"].startswith(("rise", "comes up", "up")) else DARK
    if _BEGINS.match(clause):
        return DARK
    match = _IT_IS.match(clause)
    if match is None:
        return None
    what = match["what"]
    negated = what.startswith("not ")
    what = what.removeprefix("not ")
    for pattern, hours in _STATED:
        if pattern.fullmatch(what):
            return _opposite(hours) if negated else hours
    found = hours_of(what)
    if found is None and _is_day(what):
        found = hours_of(f"on {what}")
    return found and (_opposite(found) if negated else found)


def begins(clause: str) -> bool:
    """True where a clause says that a part of the day begins, rather than that it is so."""
    return not re.match(r"^it is\b", clause)


def opposite(hours: Hours) -> Hours | None:
    """All the rest of the time; None where that is not one part of the day."""
    return _opposite(hours)


def _opposite(hours: Hours) -> Hours | None:
    if hours.days != EVERY_DAY:
        if hours.start is None and hours.end is None:
            return Hours(days=EVERY_DAY - hours.days)
        return None
    return Hours(hours.end, hours.start)


def _is_day(word: str) -> bool:
    return word.rstrip("s") in _DAYS


def _between(start: str, end: str) -> Hours | None:
    """A span; the halves of the day are taken so that it is as people mean it.

    "Between ten and six" goes over the night: from ten in the evening to six in the morning.
    """
    first, last = _point(start), _point(end)
    if first is None or last is None or first == last:
        return None
    if isinstance(first, time) and isinstance(last, time):
        said = [_says_half(start), _says_half(end)]
        if not any(said) and first.hour in range(7, 13) and last < first and last.hour > 0:
            first = first.replace(hour=(first.hour + 12) % 24)
        elif said == [False, True] and last.hour >= 12 and first.hour < 12 and first < last:
            later = first.replace(hour=first.hour + 12)
            first = later if later < last else first
    return Hours(first, last)


def _one_sided(side: str, said: str) -> Hours | None:
    point = _point(said)
    if point is None:
        return None
    if side in ("after", "past", "from"):
        if isinstance(point, time):
            late = point.hour < 12 and not _says_half(said) and point.hour >= 5
            start = point.replace(hour=point.hour + 12) if late else point
            # "After eleven" at night goes on after midnight.
            return Hours(start, time(5) if start.hour >= 18 else None)
        return Hours(point, "sunrise" if point in ("sunset", "dusk") else None)
    if isinstance(point, time):
        return Hours(None, point)
    return Hours("sunset" if point in ("sunrise", "dawn") else None, point)


def _says_half(said: str) -> bool:
    """True where the words leave no doubt which half of the day is meant."""
    if re.search(r"[ap]\.?m|morning|evening|night|noon|midday", said):
        return True
    match = re.match(r"(\d{1,2})[:. ]\d\d$", said)
    return bool(match and (int(match[1]) > 12 or said.startswith("0")))


def _point(said: str) -> time | SunEvent | None:
    if said in _SUN and said not in ("noon", "midday"):
        return _SUN[said]
    return _clock(said)


def _clock(said: str) -> time | None:
    late = bool(re.search(r"pm|p\.m|evening|afternoon|at night", said))
    early = bool(re.search(r"am|a\.m|morning", said))
    text = re.sub(
        r" ?(?:am|pm|a\.m\.?|p\.m\.?|o'clock|in the morning|in the evening|in the afternoon|"
        r"at night)$",
        "",
        said,
    )
    minutes = _minutes(text)
    if minutes is None:
        return None
    hour, minute = divmod(minutes, 60)
    if late and hour < 12:
        hour += 12
    if early and hour == 12:
        hour = 0
    return time(hour % 24, minute) if 0 <= hour <= 24 else None


def _minutes(text: str) -> int | None:
    """Minutes since midnight."""
    if text in _NAMED:
        return _NAMED[text]
    if match := re.fullmatch(r"(.+?)(?: minutes)? (past|to) (.+)", text):
        base = _minutes(match[3])
        portion = {"half": 30.0, "quarter": 15.0}.get(match[1], number_of(match[1]))
        if base is None or portion is None:
            return None
        return int(base + portion if match[2] == "past" else base - portion) % 1440
    return _of_hour(text)


_NAMED = {"midnight": 0, "noon": 720, "midday": 720}


def _of_hour(text: str) -> int | None:
    match = re.fullmatch(r"(\d{1,2})[:. ](\d\d)", text)
    first, rest = match.groups() if match else text.partition(" ")[::2]
    hour = number_of(first)
    minute = number_of(rest) if rest else 0.0
    if hour is None or minute is None or not 0 <= hour <= 24 or not 0 <= minute < 60:
        return None
    return int(hour * 60 + minute)
