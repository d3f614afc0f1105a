"""What a follow-up is about instead: "the bedroom", "the fan upstairs", "the other one"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.kinds import KINDS, plural_of
from lamplighter.understanding.names import Names, stem
from lamplighter.understanding.normalise import fold, words_of

_LEADING = re.compile(
    r"^(?:(?:for|in|on|at|with|to|of|from|the|my|our|a|an|just|only|maybe|that|this|those|these)"
    r"(?: |$))+"
)
_ALL = re.compile(r"^(?:all(?: of)?|every|each|both(?: of)?)(?: |$)(?:the |my |our )?")
_HERE = frozenset({"here", "in here", "this room", "in this room", "the room", "room"})
_OTHERS = re.compile(
    r"^(?:all )?(?:the |my )?(?:others?|rest|remaining|everything else)"
    r"(?: of (?:them|the \w+)| (?P<what>.+))?$"
)
_PLACED = re.compile(r"^(?P<what>.+?) (?:in|on|at|from|of) (?:the |my |our )?(?P<where>.+)$")
_ONE = re.compile(r"^(?:one|ones|side|room|area|bit)$")
_ARTICLES = frozenset({"the", "a", "an", "my", "our", "of", "in", "by"})
_PLACE_ENDS = (" room", " area", " floor", " side")


def _kind_words() -> dict[str, tuple[str, bool]]:
    found: dict[str, tuple[str, bool]] = {}
    for key, kind in KINDS.items():
        for word in kind.words:
            found.setdefault(plural_of(word), (key, True))
        for word in kind.words:
            found[word] = (key, False)
    return found


_KINDS: Mapping[str, tuple[str, bool]] = _kind_words()


@dataclass(frozen=True, slots=True)
class Target:
    """What a phrase names.

    Attributes:
        where: slots of the place: ``area`` or ``floor``; empty where none is named.
        kind: key of the kind that is named, or "".
        entities: the entities that the phrase names, whole or in part.
        here: True for the asker's own area.
        many: True for plurals and "all".
        other: True for those not meant before: "the other one", "the rest".
        hint: slots of the place that may be meant where entities are named by a part of its name:
            "Anna's" of "Anna's room".
        part: words that the name of what is meant has besides: "left" of "the left one".
    """

    where: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    entities: tuple[Entity, ...] = ()
    here: bool = False
    many: bool = False
    other: bool = False
    hint: Mapping[str, str] = field(default_factory=dict)
    part: str = ""

    @property
    def only_place(self) -> bool:
        """True where nothing but a place is named."""
        return not (self.kind or self.entities or self.other or self.part)


def target_of(phrase: str, names: Names) -> Target | None:
    """What a folded phrase names; None where a word of it is not known."""
    phrase = phrase.strip()
    others = _OTHERS.match(phrase)
    if others is not None:
        return _others(phrase, others["what"] or "", names)
    if named := names.named(_bare(phrase)) or names.named(phrase):
        return Target(entities=tuple(named))
    if phrase in _HERE or _bare(phrase) in ("here", "this room"):
        return Target(here=True)
    every = _ALL.match(phrase)
    bare = _bare(phrase[every.end() :] if every else phrase)
    if not bare:
        return None
    found = _described(bare, names)
    if found is not None and every is not None:
        return Target(found.where, found.kind, found.entities, found.here, True, found.other)
    return found


def place_of(phrase: str, names: Names) -> Mapping[str, str] | None:
    """The slots of the place that a folded phrase is the name of; None where it is none."""
    for said in (phrase, *(phrase.removesuffix(end) for end in _PLACE_ENDS)):
        if area := names.areas.get(said):
            return {"area": area.name}
        if floor := names.floors.get(said):
            return {"floor": floor.name}
    return None


def _bare(phrase: str) -> str:
    return _LEADING.sub("", phrase).strip()


def _others(phrase: str, what: str, names: Names) -> Target | None:
    words = [] if _ONE.match(what) else what.split()
    many = re.search(r"\b(?:others|rest|remaining|else|all|ones)\b", phrase) is not None
    if not words:
        return Target(other=True, many=many)
    found = _described(" ".join(words), names)
    if found is None:
        return None
    return Target(found.where, found.kind, found.entities, other=True, many=many or found.many)


def _described(bare: str, names: Names) -> Target | None:
    """A place, a kind, both together, or a part of a name."""
    if place := place_of(bare, names):
        return Target(place)
    if bare in _KINDS:
        key, many = _KINDS[bare]
        return Target(kind=key, many=many)
    if placed := _with_place(bare, names):
        return placed
    if bare.endswith((" one", " ones")):
        part = bare.rsplit(" ", 1)[0]
        return Target(part=part, many=bare.endswith("s")) if _known(part, names) else None
    if not _known(bare, names):
        return None
    entities = names.partly_named(bare)
    return Target(entities=entities, hint=_hint(bare, names)) if entities else None


def _hint(bare: str, names: Names) -> Mapping[str, str]:
    """The only area whose name begins so."""
    found = {area.name for said, area in names.areas.items() if said.startswith(f"{bare} ")}
    return {"area": next(iter(found))} if len(found) == 1 else {}


def _with_place(bare: str, names: Names) -> Target | None:
    for what, where in _splits(bare):
        place = place_of(where, names)
        if place is None:
            continue
        if _ONE.match(what):
            return Target(place, many=what == "ones")
        if what in _KINDS:
            key, many = _KINDS[what]
            return Target(place, kind=key, many=many)
        found = names.named(what) or names.partly_named(what)
        inside = [entity for entity in found if _is_in(entity, place, names)]
        if inside:
            return Target(place, entities=tuple(inside))
    return None


def _splits(bare: str) -> list[tuple[str, str]]:
    """The ways in which a phrase may be a thing and its place."""
    found = []
    if match := _PLACED.match(bare):
        what = _ALL.sub("", _bare(match["what"]) or match["what"])
        found.append((what, match["where"]))
    words = bare.split()
    sizes = range(len(words) - 1, 0, -1)
    found.extend((" ".join(words[size:]), " ".join(words[:size])) for size in sizes)
    if words[-1] in ("upstairs", "downstairs", "outside", "inside"):
        found.append((" ".join(words[:-1]), words[-1]))
    return found


def _is_in(entity: Entity, place: Mapping[str, str], names: Names) -> bool:
    if "area" in place:
        return fold(entity.area or "") == fold(place["area"])
    area = names.areas.get(fold(entity.area or ""))
    if area is None or area.floor is None:
        return False
    floor = names.floors.get(fold(area.floor))
    return floor is not None and floor.name == place["floor"]


def _known(part: str, names: Names) -> bool:
    """True where the phrase has no word but such as names have, articles aside."""
    words = [word for word in words_of(part) if word not in _ARTICLES]
    return bool(words) and all({word, stem(word)} & names.words for word in words)
