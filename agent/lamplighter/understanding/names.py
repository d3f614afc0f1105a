"""The names that people can say, and what each stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lamplighter.catalogue.entity import Choice, Entity
from lamplighter.config import Area, Floor
from lamplighter.understanding.kinds import KINDS, kind_words, kinds_said
from lamplighter.understanding.normalise import fold, words_of
from lamplighter.understanding.places import Places, places_of
from lamplighter.understanding.wording import bare, joined, key_of, merged, spelt_out, stem

__all__ = ["MAX_SPAN", "Names", "collect", "spoken_option", "stem"]

MAX_SPAN = 6
"""The longest part of a name, in words, that is looked for."""

_BREAKS = "and or all every both it is are up down off out open close turn set what which how"
_BREAKING = frozenset(_BREAKS.split())
_LINKS = "the a an my our your of in on at to for with by from number nr"
_CONNECTING = _BREAKING | frozenset(_LINKS.split())
"""Words that a part of a name may have inside, but is not said by."""


Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that has a name in one revision of the catalogue.

    Attributes:
        revision: the catalogue's revision it was made from.
        exact: entities by their whole folded name or alias.
        by_key: entities by the key of their whole name or alias (see ``wording``).
        by_word: ids of entities by each word of their name and aliases, also two words as one.
        entities: entities by id.
        by_domain: the entities that are no settings or diagnostics, by domain.
        by_area: the same by the folded name of their area; those in none by "".
        areas: areas by folded name, alias or other word that means only this one.
        floors: floors, and groups like "outside", by folded name, alias or other word.
        members: folded names of the areas on a floor or in a group, by its folded name.
        places: folded names of areas by the keys of what places are called.
        generic: words that say a kind, an area or a floor, and so name no single device.
        options: the options that some entity offers, by how people say them.
        words: every word of a name, area, floor or option, and of a kind.
    """

    revision: int
    exact: Mapping[str, tuple[Entity, ...]]
    by_key: Mapping[Key, tuple[Entity, ...]]
    by_word: Mapping[str, frozenset[str]]
    entities: Mapping[str, Entity]
    by_domain: Mapping[str, tuple[Entity, ...]]
    by_area: Mapping[str, tuple[Entity, ...]]
    areas: Mapping[str, Area]
    floors: Mapping[str, Floor]
    members: Mapping[str, frozenset[str]]
    places: Mapping[Key, frozenset[str]]
    generic: frozenset[str]
    options: Mapping[str, frozenset[str]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()

    def within(self, text: str) -> list[str]:
        """The folded whole names that stand in the folded text."""
        padded = f" {text} "
        return [name for name in self.exact if name in padded]

    def named(self, name: str) -> tuple[Entity, ...]:
        """The entities called exactly this, in any spelling (see ``wording``)."""
        exact = self.exact.get(fold(name))
        if exact:
            return exact
        found = self.by_key.get(key_of(name), ())
        return () if found and self._told_apart(name, found) else found

    def _told_apart(self, name: str, found: Iterable[Entity]) -> bool:
        """True where the very words stand in other names, and only other words for them in these.

        Beside "Gran's radiator", "the radiator" is not the device that is called "heating".
        """
        said = _naming(name)
        if not said or any(word not in self.by_word for word in said):
            return False
        have = frozenset.intersection(*(self.by_word[word] for word in said))
        literally = {each.id for each in found if any(_has(each, said))}
        return not literally and bool(have - {each.id for each in found})

    def partly_named(self, name: str) -> tuple[Entity, ...]:
        """The entities that this part of a name fits; none where it only says a kind or a place.

        Every word of it has to be one of the name. Where nothing has them all, the area may stand
        beside the name ("lounge reading lamp"), or a kind of which the entity is ("play corner
        lights").
        """
        words = _naming(name)
        for key in dict.fromkeys((merged(words), tuple(words), *self._joined(words))):
            if key and not self.only_generic(key) and (found := self._fitting(key)):
                return found
        return ()

    def parts_within(self, text: str) -> Iterator[str]:
        """The parts of names that stand in the folded text, and are not whole names."""
        words = text.split()
        keys = [bare(word.replace("-", "")) for word in words]
        known = [self._knows(keys, at) for at in range(len(words))]
        # "the hall light's too bright" is no name, but "Mia's" is a part of one.
        ending = [word.endswith("'s") and word not in self.words for word in words]
        for start in range(len(words)):
            if not known[start] or words[start] in _CONNECTING:
                continue
            for end in range(start + 1, min(start + MAX_SPAN, len(words)) + 1):
                if words[end - 1] in _BREAKING:
                    break
                if words[end - 1] in _CONNECTING or ending[end - 1]:
                    continue
                if not known[end - 1]:
                    break
                span = " ".join(words[start:end])
                if span not in self.exact and (self.named(span) or self.partly_named(span)):
                    yield span

    def only_generic(self, key: Key) -> bool:
        """True where the words are a kind, a place, or both: then they name no single device."""
        if any(word not in self.generic for word in key):
            return False
        if key in self.places or self._only_kind(key):
            return True
        return any(
            (key[:at] in self.places and self._only_kind(key[at:]))
            or (key[at:] in self.places and self._only_kind(key[:at]))
            for at in range(1, len(key))
        )

    def _only_kind(self, key: Key) -> bool:
        """True where the words say a kind, and no names tell those of it from the rest."""
        kinds = kinds_said(key)
        told = any(KINDS[kind].named for kind in kinds)
        return bool(kinds) and not (told and self._with_all(key))

    def areas_on(self, floor: str) -> frozenset[str]:
        """The folded names of the areas on a floor or in a group; none where it is unknown."""
        found = self.floors.get(fold(floor))
        return self.members.get(fold(found.name) if found else fold(floor), frozenset())

    def _knows(self, keys: Sequence[str], at: int) -> bool:
        if (
            keys[at] in self.by_word
            or keys[at] in self.generic
            or merged(keys[at : at + 1])[0] in (self.by_word)
        ):
            return True
        pairs = (keys[max(0, at - 1) : at + 1], keys[at : at + 2])
        return any(
            len(pair) > 1 and ("".join(pair) in self.by_word or merged(pair)[0] in self.by_word)
            for pair in pairs
        )

    def _joined(self, words: Sequence[str]) -> Iterator[Key]:
        """The words with two written as one, where a name has them so: "night stand"."""
        for at, word in joined(words):
            if word in self.by_word:
                yield merged([*words[:at], word, *words[at + 2 :]])

    def _fitting(self, key: Key) -> tuple[Entity, ...]:
        found = self._with_all(key)
        if found:
            return found
        for rest, areas in self._without_place(key):
            there = [
                each
                for each in self._with_all(rest) or self._of_a_kind(rest)
                if each.area is not None and fold(each.area) in areas
            ]
            if there:
                return tuple(there)
        return self._of_a_kind(key)

    def _with_all(self, key: Key) -> tuple[Entity, ...]:
        """The entities with every one of the words in their names."""
        found: frozenset[str] | None = None
        for word in key:
            holders = self.by_word.get(word, frozenset())
            found = holders if found is None else found & holders
            if not found:
                return ()
        return tuple(self.entities[each] for each in sorted(found or ()))

    def _without_place(self, key: Key) -> Iterator[tuple[Key, frozenset[str]]]:
        for length in range(len(key) - 1, 0, -1):
            for rest, place in ((key[length:], key[:length]), (key[:-length], key[-length:])):
                areas = self.places.get(place)
                if areas and not self.only_generic(rest):
                    yield rest, areas

    def _of_a_kind(self, key: Key) -> tuple[Entity, ...]:
        """The entities with some of the words in their names, of the kind that the others say."""
        for length in range(1, len(key)):
            rest, kinds = key[:length], kinds_said(key[length:])
            if kinds and rest not in self.places:
                found = [
                    each
                    for each in self._with_all(rest)
                    if any(KINDS[kind].covers(each) for kind in kinds)
                ]
                if found:
                    return tuple(found)
        return ()


def collect(
    revision: int, entities: Iterable[Entity], areas: Iterable[Area], floors: Iterable[Floor]
) -> Names:
    """The names of everything that is enabled."""
    usable = {entity.id: entity for entity in entities if entity.enabled}
    places = places_of(areas, floors)
    exact, by_key, by_word = _index(usable.values())
    options: defaultdict[str, set[str]] = defaultdict(set)
    by_domain: defaultdict[str, list[Entity]] = defaultdict(list)
    by_area: defaultdict[str, list[Entity]] = defaultdict(list)
    for entity in usable.values():
        if entity.category is None:
            by_domain[entity.domain].append(entity)
            by_area[fold(entity.area or "")].append(entity)
        for option in _options_of(entity):
            options[option].add(entity.id)
    said = (*exact, *places.areas, *places.floors, *options)
    return Names(
        revision=revision,
        exact=exact,
        by_key=by_key,
        by_word=by_word,
        entities=usable,
        by_domain={domain: tuple(found) for domain, found in by_domain.items()},
        by_area={area: tuple(found) for area, found in by_area.items()},
        areas=places.areas,
        floors=places.floors,
        members=places.members,
        places=_places_by_key(places),
        generic=_generic(places),
        options={option: frozenset(found) for option, found in options.items()},
        words=frozenset(word for each in said for word in each.replace("-", " ").split())
        | kind_words(),
    )


def _index(
    entities: Iterable[Entity],
) -> tuple[
    Mapping[str, tuple[Entity, ...]], Mapping[Key, tuple[Entity, ...]], Mapping[str, frozenset[str]]
]:
    exact: defaultdict[str, dict[str, Entity]] = defaultdict(dict)
    by_key: defaultdict[Key, dict[str, Entity]] = defaultdict(dict)
    by_word: defaultdict[str, set[str]] = defaultdict(set)
    for entity in entities:
        for name in dict.fromkeys(fold(each) for each in (entity.name, *entity.aliases)):
            if not name:
                continue
            exact[name][entity.id] = entity
            for spelling in dict.fromkeys((name, spelt_out(name))):
                by_key[key_of(spelling)][entity.id] = entity
                if entity.category is None:
                    for word in _words_in(spelling):
                        by_word[word].add(entity.id)
    return (
        {name: tuple(found.values()) for name, found in exact.items()},
        {key: tuple(found.values()) for key, found in by_key.items() if key},
        {word: frozenset(found) for word, found in by_word.items()},
    )


def _naming(name: str) -> list[str]:
    """The words of a name as keys, without those that only connect."""
    return [key for word in words_of(name) if word not in _CONNECTING and (key := bare(word))]


def _has(entity: Entity, said: Sequence[str]) -> Iterator[bool]:
    """For each name of the entity, whether all the words stand in it as they were said."""
    for name in (entity.name, *entity.aliases):
        yield set(said) <= set(_naming(spelt_out(fold(name)))) | set(_naming(name))


def _words_in(name: str) -> set[str]:
    """The words of a name as keys: as they are, as synonyms, and two as one."""
    words = _naming(name)
    return {*words, *merged(words), *(word for _, word in joined(words))}


def _places_by_key(places: Places) -> dict[Key, frozenset[str]]:
    found = {
        key_of(said): places.members.get(fold(floor.name), frozenset())
        for said, floor in places.floors.items()
    }
    for said, area in places.areas.items():
        found[key_of(said)] = frozenset({fold(area.name)})
    return found


def _generic(places: Places) -> frozenset[str]:
    said = (*kind_words(), *places.areas, *places.floors)
    keys = {word for each in said for word in key_of(each)}
    return frozenset(keys | {bare(word) for each in said for word in words_of(each)})


def _options_of(entity: Entity) -> Iterator[str]:
    for service in entity.services.values():
        for parameter in service.params.values():
            if isinstance(parameter, Choice):
                yield from (spoken_option(option) for option in parameter.options)


def spoken_option(option: str) -> str:
    """How people say an option: "heat_cool" as "heat cool"."""
    return fold(option.replace("_", " "))
