"""Complaints that only give the reason of a request: "I'm cold in the lounge, close the window".

Said alone, a complaint is a request of its own. Next to a request or a question it is not: it only
tells why, and perhaps where.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lamplighter.understanding.normalise import fold

_SUBJECTS = (
    r"(?:it|i|we|he|she|they)(?: (?:am|is|are|feel|feels|getting)|'s|'m|'re|'ve)?|im|its|that's|"
    r"my \w+ (?:is|are|feel|feels)|everybody is|everyone is|"
    r"(?:the|my|our|this) (?P<subject>\w+(?: \w+)?) (?:is|are|feels|looks|gets|'s)"
)
_DEGREES = (
    r"far|way|much|just|still|getting|a bit|a little(?: bit)?|ever so|ever|too|so|very|really|"
    r"quite|rather|pretty|terribly|awfully|absolutely|feeling|all|already|again|always|kind of"
)
_COMPLAINTS = (
    r"cold|freezing|chilly|nippy|hot|warm|cool|boiling|roasting|sweating|stuffy|dark|dim|gloomy|"
    r"bright|light|blinding|glaring|blinded|dry|humid|damp|muggy|loud|noisy|quiet|draughty|drafty|"
    r"smelly|dusty|dirty|messy|tired|sleepy|hungry|thirsty|exhausted|bored|late|early|night|"
    r"bedtime|raining|snowing|windy|sunny|home|back|done|"
    r"(?:going|heading|off|leaving)(?: (?:out|to bed|to sleep|to work|away|home|now|shopping))*"
)
_WHERE = (
    r"(?: (?:in|on|at|over|up|down) (?P<where>(?:the |my |our |this )?\w+(?: \w+)?)| over here| "
    r"here|(?P<floor> upstairs| downstairs))?"
)
_LATER = r"(?: (?:now|again|today|tonight|right now|at the moment|already|dear|love))*"
_BREAK = re.compile(
    r"\s*(?:[,;.!]+\s*(?:(?:so|and|then|but)\s+)?|\s-+\s|\s(?:so|and)\s)\s*", re.IGNORECASE
)
_HERE = frozenset({"here", "this room", "the room", "room", "this", "house", "this place", "air"})


@dataclass(frozen=True, slots=True)
class Request:
    """What remains of a sentence without the reasons that it gives.

    Attributes:
        text: the request or question.
        place: where the reason is said to be the case, as it was said; "" where it names no place.
    """

    text: str
    place: str = ""


def is_reason(text: str, places: Iterable[str]) -> bool:
    """True where the clause complains of something, here or at one of the places."""
    return _place_of(text, places) is not None


def request_of(text: str, places: Iterable[str]) -> Request | None:
    """The request without the reasons before and after it; None where the sentence gives none.

    Args:
        text: the sentence, without greetings.
        places: the folded names of the areas and floors there are.
    """
    known = frozenset(places)
    place, left = "", text
    while (gap := _BREAK.search(left)) and gap.end() < len(left):
        found = _place_of(left[: gap.start()], known)
        if found is None:
            break
        place, left = place or found, left[gap.end() :]
    for gap in reversed(list(_BREAK.finditer(left))):
        if gap[0].strip().casefold() == "so":
            break  # what follows is the consequence
        found = _place_of(left[gap.end() :].rstrip(" ?"), known)
        if found is None or not gap.start():
            break
        place, left = place or found, left[: gap.start()]
    if left == text or is_reason(left, known):
        return None
    return Request(left, place)


def _place_of(text: str, places: Iterable[str]) -> str | None:
    """Where the clause says that something is the case; None where it is no complaint."""
    match = _pattern().match(fold(text))
    if match is None:
        return None
    known = frozenset(places)
    said = [match["where"], match["subject"], (match["floor"] or "").strip()]
    named = [_bare(place) for place in said if place]
    found = [place for place in named if place in known]
    if found:
        return found[0]
    strange = match["where"] and _bare(match["where"]) not in _HERE
    return None if strange else ""


def _bare(place: str) -> str:
    return re.sub(r"^(?:the|my|our|this) ", "", place)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    return re.compile(
        rf"^(?:(?:oh|ugh|wow|god|gosh|brr+|phew|man|well|hey|hmm) )*"
        rf"(?:(?:{_SUBJECTS}) |(?=(?:(?:far|way|much) )?(?:too|so) ))"
        rf"(?:(?:{_DEGREES}) )*(?:{_COMPLAINTS}){_WHERE}{_LATER}$"
    )
