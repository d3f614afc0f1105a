"""What a question is about: from "the lights in the kitchen" to the slots of an intent.

There may be several readings; the likeliest comes first, and the catalogue decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lamplighter.understanding.context import Context
from lamplighter.understanding.kinds import KINDS, plural_of
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.questions.measures import MEASURES
from lamplighter.understanding.questions.words import (
    ANYTHING,
    DETERMINERS,
    EVERYTHING,
    FILLING,
    HOUSE,
)
from lamplighter.understanding.wording import key_of, stem

_PREPOSITIONS = frozenset(
    ["in", "on", "at", "of", "for", "inside", "within", "from", "over", "around"]
)
_PLACING = _PREPOSITIONS | DETERMINERS | {"whole", "entire", "up", "down", "out"}
_INSIDE = frozenset({"inside", "indoors", "indoor"})
_OUTSIDE = frozenset({"outside", "outdoors", "outdoor"})
_HERE = frozenset({"here", "in here", "this room", "the room", "room", "over here", "in this room"})
_PRONOUNS = frozenset({"it", "they", "them", "that", "this", "that one", "this one", "those"})
_OPENINGS: Mapping[str, Any] = {
    "domain": ["binary_sensor", "cover"],
    "device_class": ["door", "garage", "garage_door", "opening", "window"],
}
_GROUPS: Mapping[str, Mapping[str, Any]] = {
    "sensor": {"domain": ["sensor", "binary_sensor"]},
    "detector": {"domain": ["binary_sensor"]},
    "battery": {"device_class": "battery"},
    "update": {"domain": "update"},
    "tracker": {"domain": "device_tracker"},
    "cover": {"domain": "cover"},
    "scene": {"domain": "scene"},
    "door sensor": {"domain": ["binary_sensor"], "device_class": ["door", "garage_door"]},
    "window sensor": {"domain": ["binary_sensor"], "device_class": ["window"]},
    "doors and windows": _OPENINGS,
    "windows and doors": _OPENINGS,
    "appliance": {"domain": ["switch", "sensor", "fan", "climate"]},
}
"""What else things are called together, and the slots for it."""
_SIDES = frozenset({"left", "right", "up", "down", "rooms", "room", "to", "on", "in"})
"""Parts of names that alone say too little: "what is left to do"."""

_NO_KIND = frozenset({"device", "thing", "gadget", "entity", "equipment", "item"})


@dataclass(frozen=True, slots=True)
class Subject:
    """One reading of what is asked about.

    Attributes:
        slots: the intent's slots that it fills.
        many: True for plurals, "all", "any".
        here: True where the asker's area is meant.
        side: "inside" or "outside" where that was said instead of a place, "home" for "in the
            house", or "".
        quantity: "any" or "all" where that was said, or "".
    """

    slots: Mapping[str, Any] = field(default_factory=dict)
    many: bool = False
    here: bool = False
    side: str = ""
    quantity: str = ""

    @property
    def placed(self) -> bool:
        """True where it names a place."""
        return (
            self.here
            or self.side in ("inside", "outside")
            or not self.slots.keys().isdisjoint(("area", "floor"))
        )

    @property
    def named(self) -> bool:
        """True where it says what is meant, and not only where."""
        return not self.slots.keys() <= {"area", "floor"}


@dataclass(frozen=True, slots=True)
class Lookup:
    """What subjects are looked up in: names, and what was said before."""

    names: Names
    area: str | None = None
    context: Context | None = None


def subjects(words: Sequence[str], lookup: Lookup) -> Iterator[Subject]:
    """The readings of a noun phrase; none where it fits nothing of this home."""
    quantity, bare = _quantified(words)
    said = " ".join(bare)
    if not bare:
        yield Subject(many=bool(quantity), quantity=quantity)
        return
    if said in _PRONOUNS and lookup.context is not None and lookup.context.entities:
        yield Subject({"ids": lookup.context.entities}, many=len(lookup.context.entities) > 1)
        return
    whole = _place(bare, lookup)
    if whole is not None:
        yield from _somewhere(bare, whole, quantity, lookup)
        return
    for cut in range(len(bare)):
        # "the lights in the kitchen", and "the kitchen lights" from the other end.
        if cut and (bare[cut] in _PREPOSITIONS or _alone(bare[cut:])):
            where = _place(bare[cut:], lookup)
            if where is not None:
                yield from _things(bare[:cut], lookup, where, quantity)
    yield from _things(bare, lookup, Subject(), quantity)


def place(words: Sequence[str], lookup: Lookup) -> Subject | None:
    """The words as a place and nothing else; None where they are more, or none."""
    bare = [word for word in words if word not in FILLING]
    if not bare:
        return Subject()
    return _place(bare, lookup)


def _quantified(words: Sequence[str]) -> tuple[str, list[str]]:
    quantity, bare = "", [word for word in words if word not in FILLING or word == "there"]
    bare = [word for word in bare if word != "there"]
    while bare and (bare[0] in DETERMINERS | ANYTHING | EVERYTHING or bare[0] == "not"):
        first = bare.pop(0)
        if first in ANYTHING or first == "some":
            quantity = quantity or "any"
        elif first in EVERYTHING:
            quantity = "all"
    while bare and bare[-1] in ("all", "of", "the", "any", "else"):
        quantity = "all" if bare.pop() == "all" else quantity
    return quantity, bare


def _alone(words: Sequence[str]) -> bool:
    """True for places that need no preposition: "upstairs", "outside", "here"."""
    said = " ".join(words)
    return said in ("upstairs", "downstairs", "here", "indoors", "outdoors", "outside", "inside")


def _place(words: Sequence[str], lookup: Lookup) -> Subject | None:
    rest = list(words)
    while rest and rest[0] in _PLACING and not _side(rest, lookup):
        rest.pop(0)
    said = " ".join(rest)
    if not rest or (words[0] == "on" and _alone(rest)):
        return None  # "lights on upstairs" are not "on" upstairs as on a table
    if said in _HERE or " ".join(words) in _HERE:
        return Subject({"area": lookup.area}, here=True) if lookup.area else Subject(here=True)
    if said in HOUSE and len(words) > len(rest):
        return Subject(side="inside" if words[0] == "inside" else "home")
    return _side(rest, lookup) or _known_place(said, lookup)


def _side(words: Sequence[str], lookup: Lookup) -> Subject | None:
    said = " ".join(words)
    if said not in _INSIDE | _OUTSIDE:
        return None
    area = lookup.names.areas.get(said)
    if area is not None:
        return Subject({"area": area.name})
    return Subject(side="inside" if said in _INSIDE else "outside")


def _known_place(said: str, lookup: Lookup) -> Subject | None:
    names, spelt = lookup.names, fold(said)
    for each in dict.fromkeys((spelt, spelt.removesuffix(" floor"), spelt.removesuffix(" area"))):
        if (area := names.areas.get(each)) is not None:
            return Subject({"area": area.name})
        if (floor := names.floors.get(each)) is not None:
            return Subject({"floor": floor.name})
    # "the kids room" is the Kids' Room, and the front yard may be the Front-Yard.
    areas = names.places.get(key_of(said), frozenset())
    if len(areas) == 1 and (area := names.areas.get(next(iter(areas)))) is not None:
        return Subject({"area": area.name})
    return None


def _somewhere(
    bare: Sequence[str], whole: Subject, quantity: str, lookup: Lookup
) -> Iterator[Subject]:
    """A place alone: all that is there, unless a device is called so, too."""
    said = _bare(bare)
    kind = _kind(said)
    if kind is not None:
        yield Subject(kind[0], many=kind[1])
    if lookup.names.named(said):
        yield Subject({"name": said})
    yield Subject(
        whole.slots, many=True, here=whole.here, side=whole.side, quantity=quantity
    )  # fmt: skip


def _things(
    words: Sequence[str], lookup: Lookup, where: Subject, quantity: str
) -> Iterator[Subject]:
    names, said = lookup.names, _bare(words)
    if not said:
        return

    def subject(slots: Mapping[str, Any], *, many: bool) -> Subject:
        both = {**slots, **where.slots}
        return Subject(both, many or bool(quantity), where.here, where.side, quantity)

    exact, kind = names.named(said), _kind(said)
    if said in _NO_KIND or stem(said) in _NO_KIND:
        yield Subject(where.slots, True, where.here, where.side, quantity or "any")
        return
    if exact and not (kind and kind[1]):
        yield subject({"name": said}, many=False)
    if kind is not None:
        yield subject(kind[0], many=kind[1])
    vague = set(said.split()) <= _SIDES
    partly = () if exact or vague else names.partly_named(said)
    named = [subject({"name": said}, many=said.endswith("s") and len(partly) > 1)]
    if partly and not said.endswith("s"):
        yield from named
    if not where.placed:
        yield from _owned(words, lookup, quantity)
        yield from _placed_kind(words, lookup, quantity)
    if partly and said.endswith("s"):
        yield from named


def _owned(words: Sequence[str], lookup: Lookup, quantity: str) -> Iterator[Subject]:
    """Reads "Tyler's Xbox": the Xbox in Tyler's room."""
    bare = [word for word in words if word not in ("the", "our")]
    owner, thing = bare[:1], _bare(bare[1:])
    if not owner or not owner[0].endswith("'s") or not thing:
        return
    areas = {
        area.name for key, area in lookup.names.areas.items() if key.startswith(f"{owner[0]} ")
    }
    if len(areas) == 1 and (lookup.names.named(thing) or lookup.names.partly_named(thing)):
        yield Subject({"name": thing, "area": next(iter(areas))}, bool(quantity), quantity=quantity)


def _placed_kind(words: Sequence[str], lookup: Lookup, quantity: str) -> Iterator[Subject]:
    """Reads "The kitchen lights", "upstairs windows", "kitchen's light"."""
    for cut in range(len(words) - 1, 0, -1):
        first = [*words[: cut - 1], re.sub(r"'s$", "", words[cut - 1])]
        kind = _kind(" ".join(words[cut:]))
        where = _place(first, lookup)
        if kind is None or where is None:
            continue
        both = {**kind[0], **where.slots}
        yield Subject(both, kind[1] or bool(quantity), where.here, where.side, quantity)


def _bare(words: Sequence[str]) -> str:
    rest = list(words)
    while rest and rest[0] in DETERMINERS:
        rest.pop(0)
    return re.sub(r"'s$", "", " ".join(rest))


def _kind(said: str) -> tuple[Mapping[str, Any], bool] | None:
    """The slots of a kind's word, and whether it is a plural."""
    return _kinds().get(said)


@lru_cache(maxsize=1)
def _kinds() -> Mapping[str, tuple[Mapping[str, Any], bool]]:
    found: dict[str, tuple[Mapping[str, Any], bool]] = {}
    for measure in MEASURES.values():
        told = {"domain": "sensor", "device_class": sorted(measure.classes)}
        for word in measure.words:
            found[f"{word} sensor"], found[f"{word} sensors"] = (told, False), (told, True)
    found["thermometer"], found["thermometers"] = (
        found["temperature sensor"],
        found["temperature sensors"],
    )
    for word, slots in _GROUPS.items():
        plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
        found[word], found[plural] = (slots, False), (slots, True)
    for key, kind in KINDS.items():
        for word in kind.words:
            found[plural_of(word)] = ({"kind": key}, True)
    for key, kind in KINDS.items():
        for word in kind.words:
            found[word] = ({"kind": key}, False)
    found["water"] = ({"kind": "boiler"}, False)
    found["doors and windows"] = found["windows and doors"] = (_OPENINGS, True)
    return found


def known_words() -> AbstractSet[str]:
    """Every word that subjects are made of, beside names."""
    return {word for said in _kinds() for word in said.split()}
