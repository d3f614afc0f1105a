"""The sun's events as people say them: "twenty minutes before sunset", "when it gets dark"."""

from __future__ import annotations

from typing import Final

from lamplighter.understanding.normalise import words_of
from lamplighter.understanding.timing.when import SunEvent
from lamplighter.understanding.timing.words import Words

_EVENTS: Final[dict[str, SunEvent]] = {
    "sunrise": "sunrise",
    "sun rise": "sunrise",
    "sunup": "sunrise",
    "sun up": "sunrise",
    "sunset": "sunset",
    "sun set": "sunset",
    "sundown": "sunset",
    "sun down": "sunset",
    "dawn": "dawn",
    "daybreak": "dawn",
    "first light": "dawn",
    "dusk": "dusk",
    "nightfall": "dusk",
    "dark": "dusk",
    "daylight": "dawn",
}
_DETERMINED: Final[dict[str, SunEvent]] = {f"the {said}": event for said, event in _EVENTS.items()}
NOUNS: Final[dict[str, SunEvent]] = {**_EVENTS, **_DETERMINED}
_SETTING: Final = ("sets", "goes down", "has set", "is down", "has gone down", "is setting")
_RISING: Final = ("rises", "comes up", "goes up", "has risen", "is up", "is rising", "came up")
CLAUSES: Final[dict[str, SunEvent]] = {
    **{f"the sun {verb}": "sunset" for verb in _SETTING},
    **{f"sun {verb}": "sunset" for verb in _SETTING},
    **{f"the sun {verb}": "sunrise" for verb in _RISING},
    **{f"sun {verb}": "sunrise" for verb in _RISING},
    **dict.fromkeys(("it gets dark", "it's dark", "it is dark", "it becomes dark"), "dusk"),
    **dict.fromkeys(("it gets light", "it's light", "it is light", "it becomes light"), "dawn"),
    **dict.fromkeys(("night falls", "it's dark outside", "it gets dark outside"), "dusk"),
    **dict.fromkeys(("day breaks", "it gets light outside"), "dawn"),
}
_WHEN: Final = {"when": 1, "once": 1, "as soon as": 1, "after": 1, "at the time": 1}
_AT: Final = frozenset({"at", "by", "around", "about", "from", "after"})
_NAMED_SO: Final = frozenset(
    words_of("scene mode light lights lamp lamps routine setting simulation button switch theme")
)


def sun(words: Words, place: int) -> tuple[SunEvent, int] | None:
    """The sun's event that is said with a word for "at" before it, and the place after it."""
    start = words.phrase(place, _WHEN)
    if start is not None and (clause := words.phrase(start[1], CLAUSES)) is not None:
        return clause
    if words.at(place) not in _AT:
        return None
    after = place + 1
    while words.at(after) in _AT:
        after += 1
    if words.at(after - 1) != "after" and words.phrase(after, {"dark": 1, "daylight": 1}):
        return None
    return noun(words, after)


def noun(words: Words, place: int) -> tuple[SunEvent, int] | None:
    """The sun's event that is named here, and no thing of that name ("the sunset scene")."""
    found = words.phrase(place, NOUNS)
    return None if found is None or words.at(found[1]) in _NAMED_SO else found


def beside(words: Words, place: int) -> tuple[int, SunEvent, int] | None:
    """The event that something is before (-1) or after (1), and the place behind it."""
    side = {"before": -1, "after": 1, "past": 1, "to": -1, "prior": -1}.get(words.at(place))
    if side is None:
        return None
    start = place + 1 + (words.at(place) == "prior")
    found = noun(words, start) or words.phrase(start, CLAUSES)
    return None if found is None else (side, *found)
