"""Everything of one home that can be said, found by the words it starts with.

Made once for each revision of the catalogue; looking a sentence up costs the same in a large home
as in a small one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.clauses.lexicon import PARTICLES, QUANTIFIERS
from lamplighter.understanding.clauses.tokens import words_in
from lamplighter.understanding.kinds import KINDS, plural_of
from lamplighter.understanding.names import Names, stem
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.spoken_numbers import UNITS

_NO_OPTION = frozenset(PARTICLES) | frozenset(QUANTIFIERS) | {"none", "unknown", "no", "yes", "a"}
_UPPER = frozenset(["upper", "first", "top", "second", "upstairs", "upstair"])
_LOWER = frozenset(["ground", "lower", "downstairs", "main", "down"])


@dataclass(frozen=True, slots=True)
class Place:
    """An area or a floor by the name that the catalogue has for it; both empty mean "here"."""

    area: str = ""
    floor: str = ""


@dataclass(frozen=True, slots=True)
class KindSaid:
    """A kind of device as it was said, and whether in the plural."""

    key: str
    word: str
    many: bool


Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The phrases of a home by their words, stems for names.

    Attributes:
        names: whole names of devices: the folded name by its stems.
        places: areas and floors.
        kinds: kinds of devices.
        options: what devices can be set to, as it is said.
        by_word: entities that can be told something, by each stem of their names, areas, aliases.
        domains: domains of entities by id.
        generic: stems that say a kind or a place.
        said: every word of a name, as it is said.
        joined: words with a hyphen, by their parts: "cut-in".
        longest: how many words the longest phrase has.
    """

    names: Mapping[Phrase, str] = field(default_factory=dict)
    places: Mapping[Phrase, Place] = field(default_factory=dict)
    kinds: Mapping[Phrase, KindSaid] = field(default_factory=dict)
    options: Mapping[Phrase, str] = field(default_factory=dict)
    by_word: Mapping[str, frozenset[str]] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)
    generic: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()
    joined: frozenset[Phrase] = frozenset()
    longest: int = 1

    def is_of_kind(self, words: Iterable[str], kind: str) -> bool:
        """True where something with these words in its name may be called by the kind, too.

        A switch may be called by what it switches: "kettle plug", "kitchen island lights".
        """
        words = tuple(words)
        stems = [each for each in map(stem, words) if each in self.by_word]
        ids = frozenset.intersection(*(self.by_word[each] for each in stems)) if stems else ()
        found = {self.domains[each] for each in ids}
        if found & KINDS[kind].domains:
            return True
        saying_a_kind = any((each,) in self.kinds for each in words)
        return "switch" in found and kind in ("light", "fan", "thermostat") and not saying_a_kind

    def is_awning(self, words: Phrase) -> bool:
        """True for "awning", and for a name with that word."""
        return any((kind := self.kinds.get((word,))) and kind.key == "awning" for word in words)

    def named_by_part(self, words: Iterable[str]) -> frozenset[str]:
        """The entities whose names hold all of these words, of which one says more than a kind."""
        stems = [stem(word) for word in words]
        if all(each in self.generic for each in stems):
            return frozenset()
        found: frozenset[str] | None = None
        for each in stems:
            holders = self.by_word.get(each, frozenset())
            found = holders if found is None else found & holders
            if not found:
                return frozenset()
        return found or frozenset()


def vocabulary_of(names: Names) -> Vocabulary:
    """The vocabulary of a home."""
    told = {each.id: each for each in names.entities.values() if each.services}
    by_name = dict(_names(told.values()))
    places = dict(_places(names))
    kinds = dict(_kinds())
    options = {words: said for said in names.options if (words := _option(said))}
    by_word: defaultdict[str, set[str]] = defaultdict(set)
    for entity in told.values():
        if entity.category is None:
            for word in _words_about(entity):
                by_word[word].add(entity.id)
    generic = {stem(word) for phrase in (*places, *kinds) for word in phrase}
    heads = {stem(words[-1]) for each in told.values() if (words := words_in(each.name))}
    generic -= heads - {stem(word) for phrase in kinds for word in phrase} - {"room"}
    return Vocabulary(
        names=by_name,
        places=places,
        kinds=kinds,
        options=options,
        by_word={word: frozenset(ids) for word, ids in by_word.items()},
        domains={entity.id: entity.domain for entity in told.values()},
        generic=frozenset(generic),
        said=frozenset(
            word
            for entity in told.values()
            for name in (entity.name, *entity.aliases)
            for word in words_in(name)
        ),
        joined=frozenset(
            words_in(word)
            for entity in told.values()
            for name in (entity.name, *entity.aliases)
            for word in name.split()
            if "-" in word
        ),
        longest=max(map(len, (*by_name, *places, *kinds, *options)), default=1),
    )


_MOST_IN_A_NAME = 12
_SPOKEN = {str(number): word for word, number in UNITS.items() if 0 < number <= _MOST_IN_A_NAME}
"""Numbers in names as they are dictated: "hue go two"."""


def _names(entities: Iterable[Entity]) -> Iterator[tuple[Phrase, str]]:
    for entity in entities:
        for name in (*entity.aliases, entity.name):
            if words := words_in(name):
                yield stems_of(words), fold(name)
                if any(word in _SPOKEN for word in words):
                    yield stems_of([_SPOKEN.get(word, word) for word in words]), fold(name)


def _places(names: Names) -> Iterator[tuple[Phrase, Place]]:
    yield from _by_height(names)
    things = {stem(words[-1]) for each in names.entities.values() if (words := words_in(each.name))}
    for area in names.areas.values():
        words = words_in(area.name)
        if words[-1:] == ("room",) and len(words) == 2 and stem(words[0]) not in things:
            yield words[:1], Place(area=area.name)  # "the laundry" is the laundry room
    for said, floor in names.floors.items():
        words = words_in(said)
        yield words, Place(floor=floor.name)
        if words and words[-1] != "floor" and len(words) == 1:
            yield (*words, "floor"), Place(floor=floor.name)
    for said, area in names.areas.items():
        words = words_in(said)
        if "'s " in said.replace("\u2019", "'") and words[-1] == "room":
            yield words[:-1], Place(area=area.name)  # "Anna's lamp" is the one in her room
        yield words, Place(area=area.name)


def _by_height(names: Names) -> Iterator[tuple[Phrase, Place]]:
    """Upstairs and downstairs, where just one floor each can be meant."""
    floors = {floor.name for floor in names.floors.values()}
    for said, words in (("upstairs", _UPPER), ("downstairs", _LOWER)):
        meant = [name for name in floors if not words.isdisjoint(words_in(name))]
        if len(meant) == 1 and len(floors) > 1:
            yield (said,), Place(floor=meant[0])


def _kinds() -> Iterator[tuple[Phrase, KindSaid]]:
    for key, kind in KINDS.items():
        for word in kind.words:
            for said in dict.fromkeys((word, plural_of(word))):
                yield words_in(said), KindSaid(key, word, many=said != word)


def _option(said: str) -> Phrase:
    words = words_in(said)
    return () if said in _NO_OPTION or all(word.isdigit() for word in words) else words


def _words_about(entity: Entity) -> set[str]:
    said = (entity.name, *entity.aliases, entity.area or "")
    return {stem(word) for text in said for word in words_in(text)}


def stems_of(words: Iterable[str]) -> Phrase:
    """The words without plural endings."""
    return tuple(stem(word) for word in words)
