"""What a sentence leaves out: "turn off all lights except the kitchen and the hallway lamp"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lamplighter.understanding.kinds import KINDS, plural_of
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import fold

_EXCEPT = re.compile(
    r"^(?P<said>.+?),? (?:except(?: for)?|but(?: not)?|apart from|other than|besides|excluding|"
    r"save for|not) (?P<left>.+)$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"\s*,\s*(?:and |or )?|\s+(?:and|or)\s+", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:(?:for|the|my|our|those|one|ones|in|at|on|of|that|which|are|is|not) )+", re.IGNORECASE
)


def split(text: str) -> tuple[str, tuple[str, ...]] | None:
    """What is said of everything, and what is left out of it; None where nothing is."""
    match = _EXCEPT.match(text)
    if match is None:
        return None
    phrases = (_LEADING.sub("", each) for each in _BREAK.split(match["left"]))
    return match["said"], tuple(phrase for phrase in phrases if phrase)


def left_out(phrases: Sequence[str], names: Names) -> frozenset[str] | None:
    """The ids of the entities that the phrases name; None where one of them names nothing."""
    found: set[str] = set()
    for phrase in phrases:
        ids = _meant_by(fold(phrase), names)
        if not ids:
            return None
        found |= ids
    return frozenset(found)


def _meant_by(phrase: str, names: Names) -> set[str]:
    called = names.named(phrase)
    if called:
        return {entity.id for entity in called}
    place, kind = _parted(phrase, names)
    if place is not None or kind:
        return {
            entity.id
            for entity in names.entities.values()
            if (place is None or fold(entity.area or "") in place)
            and (not kind or KINDS[kind].covers(entity))
        }
    return {entity.id for entity in names.partly_named(phrase)}


def _parted(phrase: str, names: Names) -> tuple[frozenset[str] | None, str]:
    """The areas and the kind that the phrase consists of; (None, "") where it has other words."""
    kinds = _kinds()
    for said, areas in _places(names).items():
        if phrase == said:
            return areas, ""
        rest = phrase.removeprefix(f"{said} ").removesuffix(f" {said}").removesuffix(" in the")
        if rest != phrase and rest in kinds:
            return areas, kinds[rest]
    return None, kinds.get(phrase, "")


def _places(names: Names) -> dict[str, frozenset[str]]:
    places = {said: frozenset({fold(area.name)}) for said, area in names.areas.items()}
    for said, floor in names.floors.items():
        on_it = (
            area for area in names.areas.values() if fold(area.floor or "") == fold(floor.name)
        )
        places[said] = frozenset(fold(area.name) for area in on_it)
    return places


def _kinds() -> dict[str, str]:
    return {
        said: key
        for key, kind in KINDS.items()
        for word in kind.words
        for said in (word, plural_of(word))
    }
