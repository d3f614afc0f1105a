"""What a sentence names that nobody knows here, so that "not understood" says what to change."""

from __future__ import annotations

import re

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.handlers.outcome import taken_by
from lamplighter.understanding.kinds import KINDS, kinds_said, plural_of
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import fold, plain
from lamplighter.understanding.speech import called, sentence
from lamplighter.understanding.wording import key_of

_PLACE = re.compile(r" (?:in|at) (?:the|my|our) (?P<place>[^\W\d]+(?: [^\W\d]+)?)$")
_HERE = re.compile(r"\b(?:here|this (?:room|area|space))$")
_OPEN = r"(?:turn|switch|put|power)"
_COMMANDS = (
    re.compile(r"^(?:set|change|put|move|dim|raise|lower) (?P<what>.+?) (?:to|at) (?P<value>.+)$"),
    re.compile(rf"^{_OPEN} (?:on|off) (?P<what>.+?)(?: (?:to|at) .+)?$"),
    re.compile(rf"^{_OPEN} (?P<what>.+) (?:on|off)$"),
    re.compile(r"^(?:open|close) (?P<what>.+?) to (?P<value>.+)$"),
    re.compile(r"^(?:open|close|shut|lock|unlock|dim|brighten|toggle|activate) (?P<what>.+)$"),
)
_ARTICLE = re.compile(r"^(?:the|my|our|a|an|that|this|all|every|some) ")
_NO_PLACES = frozenset({"moment", "time", "end", "day", "evening", "morning", "background"})
_POINTING = frozenset({"it", "them", "that", "this", "those", "these", "that one", "this one"})
MAX_WORDS = 4
"""Longer parts of a sentence are no name."""


def hint(text: str, names: Names, area: str | None = None) -> str | None:
    """What to say about the part of the sentence that names nothing known; None without one.

    ``area`` is the asker's, or None where that is not known.
    """
    said = fold(plain(text))
    if area is None and _HERE.search(said):
        return "I don't know where you are. Please say the room."
    place = _PLACE.search(said)
    if place is not None and _is_no_place(place["place"], names):
        kind = _kind_in(said[: place.start()])
        return sentence(
            f"I know of no {kind or 'place'} {'in' if kind else 'called'} "
            f"{'the ' if kind else ''}{place['place']}"
        )
    for pattern in _COMMANDS:
        match = pattern.match(said)
        if match is not None:
            what = _ARTICLE.sub("", match["what"])
            value = match.groupdict().get("value")
            limits = value and _limits(what, value, names, area)
            return limits or _about(what, names)
    return None


def _limits(what: str, value: str, names: Names, area: str | None) -> str | None:
    """What the only device meant takes, where it was to be set to something else."""
    found = names.named(what) or names.partly_named(what) or _of_kind(what, names, area)
    offered = taken_by(found[0]) if len(found) == 1 else ""
    if not offered:
        return None
    return sentence(f"{called(found[0])} takes {offered}, not {value}")


def _of_kind(what: str, names: Names, area: str | None) -> tuple[Entity, ...]:
    kinds = [
        kind for kind in KINDS.values() for word in kind.words if what in (word, plural_of(word))
    ]
    found = tuple(
        entity
        for entity in names.entities.values()
        if entity.category is None and any(kind.covers(entity) for kind in kinds)
    )
    near = tuple(entity for entity in found if entity.area == area)
    return near or found


def _about(what: str, names: Names) -> str | None:
    if what in _POINTING:
        return f"I don't know what you mean by {what!r}. Please say its name."
    if what == "everything":
        return "That is too much at once. Please say which lights or devices."
    words = what.split()
    if known := names.named(what):
        return sentence(f"{called(known[0])} can't do that")
    if len(words) > MAX_WORDS:
        return None
    kinds = kinds_said(key_of(what))
    if kinds and not any(_has(kind, names) for kind in kinds):
        return f"I know of no {what}."
    strange = [word for word in words if word not in names.words and word not in _SMALL]
    return f"I know of nothing called {what!r}." if strange else None


def _has(kind: str, names: Names) -> bool:
    known = KINDS[kind]
    found = (each for domain in known.domains for each in names.by_domain.get(domain, ()))
    return any(known.covers(each) for each in found)


_SMALL = frozenset(
    {
        "the",
        "my",
        "our",
        "in",
        "on",
        "at",
        "of",
        "and",
        "all",
        "everything",
        "to",
        "a",
        "bit",
        "little",
    }
)


def _is_no_place(place: str, names: Names) -> bool:
    known = {*names.areas, *names.floors, *_NO_PLACES}
    return not any(word in names.words for word in place.split()) and place not in known


def _kind_in(said: str) -> str:
    words = f" {said} "
    for kind in KINDS.values():
        for word in kind.words:
            if f" {word} " in words or f" {plural_of(word)} " in words:
                return kind.words[0]
    return ""
