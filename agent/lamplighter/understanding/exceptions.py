"""What a sentence leaves out: "turn off all lights except the kitchen and the hallway lamp"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lamplighter.understanding.kinds import KINDS, kinds_said
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.wording import key_of

_EXCEPT = re.compile(
    r"^(?P<said>.+?),? (?:except(?:ing)?(?: for)?|but(?: not)?(?: for)?|apart from|aside from|"
    r"other than|besides|excluding|leaving out|without|save for|not) (?P<left>.+)$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"\s*,\s*(?:and |or )?|\s+(?:and|or)\s+", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:(?:for|the|my|our|those|one|ones|in|at|on|of|that|which|are|is|not|anything|everything|all|"
    r"both|two|three|four) )+",
    re.IGNORECASE,
)
_FOND = frozenset(
    ("little", "small", "big", "wee", "tiny", "old", "new", "lovely", "nice", "own", "dear", "one")
)
_ONES = re.compile(r" (?:ones?|stuff|things?|devices?)$")
_IN = re.compile(r" (?:in|on|at|of|from|inside)(?: (?:the|my|our))? ")


def split(text: str) -> tuple[str, tuple[str, ...]] | None:
    """What is said of everything, and what is left out of it; None where nothing is."""
    match = _EXCEPT.match(text)
    if match is None:
        return None
    phrases = (_LEADING.sub("", each) for each in _BREAK.split(match["left"].rstrip(" .!,;")))
    return match["said"], tuple(phrase for phrase in phrases if phrase)


def left_out(phrases: Sequence[str], names: Names) -> frozenset[str] | None:
    """The ids of the entities that the phrases name; None where one of them names nothing."""
    found: set[str] = set()
    for phrase in phrases:
        said = fold(phrase)
        ids = _meant_by(said, names) or _meant_by(_plainly(said, names), names)
        if not ids:
            return None
        found |= ids
    return frozenset(found)


def _plainly(phrase: str, names: Names) -> str:
    """Without words of size and fondness that belong to no name: "Tom's little bedside lamp"."""
    left = [word for word in phrase.split() if word not in _FOND or word in names.words]
    return " ".join(left)


def _meant_by(phrase: str, names: Names) -> set[str]:
    if called := names.named(phrase):
        return {entity.id for entity in called}
    place, kind = _parted(_ONES.sub("", phrase), names)
    if place is not None or kind:
        return {
            entity.id
            for entity in names.entities.values()
            if (place is None or fold(entity.area or "") in place)
            and (not kind or KINDS[kind].covers(entity))
        }
    return {entity.id for entity in names.partly_named(_ONES.sub("", phrase) or phrase)}


def _parted(phrase: str, names: Names) -> tuple[frozenset[str] | None, str]:
    """The areas and the kind that the phrase consists of; (None, "") where it has other words."""
    key = key_of(_IN.sub(" ", phrase))
    if key in names.places:
        return names.places[key], ""
    if kinds := kinds_said(key):
        return None, kinds[0]
    for at in range(1, len(key)):
        for place, kind in ((key[:at], key[at:]), (key[at:], key[:at])):
            if place in names.places and (kinds := kinds_said(kind)):
                return names.places[place], kinds[0]
    return None, ""
