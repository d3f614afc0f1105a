"""What a frame can say of a sentence: what the sentence mentions or implies, and the grammar."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lamplighter.model.decoding import grammar
from lamplighter.understanding.frames import NONE, SETTING, VERBS, Mentions, Verb, mentions_in
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.leftovers import left_unsaid
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import words_of

IMPLIED = {
    "light": "light",
    "heating": "thermostat",
    "blind": "blind",
    "fan": "fan",
    "vacuum": "vacuum",
}
"""Kinds that a sentence can be about which names a place and no device ("the loft is dark")."""

HERE = re.compile(r"\b(?:here|this (?:room|area|space|place))\b", re.IGNORECASE)
"""How the asker's own place is said."""

ENDING = re.compile(r"(?<=\w)'s\b")
"""An ending that a name may carry: "the lamp's too bright"."""

MAX_PARTS = 4
"""Sentences of more parts are not read part by part."""

_BREAK = re.compile(
    r"\s*[,;.!]\s+(?:(?:and|then|also|oh|plus|please)\s+)*|"
    r"\s+(?:and then|and also|and|then|plus)\s+",
    re.IGNORECASE,
)
_SAID_BY_NAME = frozenset({"scene", "button"})
"""Domains of which a name is a command."""

_ARTICLES = frozenset(
    ["the", "a", "an", "my", "our", "your", "that", "this", "those", "these", "in", "of", "also"]
)
_FELT = re.compile(
    r"\b(?:dark|darker|gloomy|dim|murky|bright|brighter|glare|glaring|light|see|cold|colder|chilly|"
    r"freezing|frozen|icy|nippy|shivering|draughty|drafty|cool|cooler|hot|hotter|warm|warmer|"
    r"boiling|roasting|sweltering|sweating|melting|baking|stuffy|stifling|muggy|smelly|smells|"
    r"stinks|smoky|steamy|dusty|dirty|filthy|crumbs|fluff|mess|messy|brr+|phew)\b",
    re.IGNORECASE,
)
_FELT_WORDS = 9
"""A longer sentence that names no place and no device is a story."""


def all_mentions(text: str, names: Names) -> Mentions:
    """What is mentioned, also before "'s" ("the lamp's too bright"), and what a place implies.

    Kinds are implied where a place is named and no device, as in "it is dark in the loft", and
    where only a feeling is ("it's freezing"). Only kinds that the home has are.
    """
    found = mentions_in(text, names)
    parted = mentions_in(ENDING.sub(" ", text), names)
    if sum(map(len, parted.names)) > sum(map(len, found.names)) or not (
        found.device() or found.areas
    ):
        found = parted
    placed = found.areas or HERE.search(text) or _felt(text)
    if found.names or not placed or not set(found.kinds) <= set(found.areas):
        return found
    domains = {entity.domain for entity in names.entities.values()}
    kinds = {said: key for said, key in IMPLIED.items() if KINDS[key].domains & domains}
    kinds |= found.kinds
    able = frozenset().union(*(KINDS[key].domains for key in kinds.values()))
    return replace(found, kinds=kinds, domains=able & domains, implied=True)


def parts_about(text: str, names: Names) -> list[str]:
    """The parts of a sentence that each say something of a device, where the rest says nothing.

    None where a part has only a name: it shares its verb with another.
    """
    parts = [part for part in _BREAK.split(text) if part.strip()]
    if not 1 < len(parts) <= MAX_PARTS:
        return []
    mentions = {part: mentions_in(part, names) for part in parts}
    about = [part for part in parts if mentions[part].device()]
    if any(left_unsaid(part, ()) for part in parts if part not in about):
        return []
    return about if all(_says_more(part, mentions[part]) for part in about) else []


def _says_more(part: str, mentions: Mentions) -> bool:
    """True where there is more in it than names and articles."""
    named = {
        word
        for each in (*mentions.names, *mentions.kinds, *mentions.areas)
        for word in words_of(each)
    }
    alone = bool(mentions.domains) and mentions.domains <= _SAID_BY_NAME
    return alone or not set(words_of(part)) <= named | _ARTICLES


def _felt(text: str) -> bool:
    return len(text.split()) <= _FELT_WORDS and _FELT.search(text) is not None


def line_of(mentions: Mentions, verbs: Mapping[str, Verb] = VERBS) -> grammar.Part:
    """Every frame that can be about what was mentioned: no verb that nothing of it can do."""
    about = _about(mentions)
    possible = [
        verb
        for verb, known in verbs.items()
        if (not known.domains or known.domains & mentions.domains)
        and (verb != SETTING or mentions.values)
    ]
    lines = [
        grammar.sequence(
            grammar.literal(f"{verb}|"),
            about,
            grammar.literal("|"),
            _one_of(mentions.values if verb == SETTING else ()),
        )
        for verb in possible
    ]
    return grammar.choice(grammar.literal(NONE), *lines)


def _about(mentions: Mentions) -> grammar.Part:
    """Kind, name and area: a name where one was said, else a kind; the area where one was said.

    An area that is only a word of the name ("hall" of the "hall light") is no place of its own.
    """
    names = " | ".join(mentions.names)
    places = [area for area in mentions.areas if area not in names]
    return grammar.sequence(
        _one_of(() if mentions.names else mentions.kinds),
        grammar.literal("|"),
        _one_of(mentions.names),
        grammar.literal("|"),
        _one_of(places),
    )


def _one_of(texts: Iterable[str]) -> grammar.Part:
    known = [text for text in texts if text]
    return grammar.names(known) if known else grammar.literal("")
