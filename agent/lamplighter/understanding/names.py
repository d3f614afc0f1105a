"""The names that people can say, and what each stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lamplighter.catalogue.entity import Choice, Entity
from lamplighter.config import Area, Floor
from lamplighter.understanding.kinds import kind_words
from lamplighter.understanding.normalise import fold, words_of

MAX_SPAN = 5
"""The longest part of a name, in words, that is looked for."""

_CONNECTING = frozenset(
    [
        "the",
        "a",
        "an",
        "my",
        "our",
        "your",
        "of",
        "in",
        "on",
        "at",
        "to",
        "and",
        "or",
        "for",
        "with",
        "by",
        "from",
        "all",
        "every",
        "both",
        "it",
        "is",
        "are",
        "up",
        "down",
        "off",
        "out",
        "open",
        "close",
        "turn",
        "set",
        "what",
        "which",
        "how",
    ]
)


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that has a name in one revision of the catalogue.

    Attributes:
        revision: the catalogue's revision it was made from.
        exact: entities by their whole folded name or alias.
        by_word: entities by each word of their name, aliases, area and floor.
        entities: entities by id.
        areas: areas by folded name or alias.
        floors: floors by folded name or alias.
        generic: words that say a kind, an area or a floor, and so name no single device.
        options: the options that some entity offers, by how people say them.
        words: every word of a name, area, floor or option, and of a kind.
    """

    revision: int
    exact: Mapping[str, tuple[Entity, ...]]
    by_word: Mapping[str, frozenset[str]]
    entities: Mapping[str, Entity]
    areas: Mapping[str, Area]
    floors: Mapping[str, Floor]
    generic: frozenset[str]
    options: Mapping[str, frozenset[str]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()

    def within(self, text: str) -> list[str]:
        """The folded whole names that stand in the folded text."""
        padded = f" {text} "
        return [name for name in self.exact if name in padded]

    def named(self, name: str) -> tuple[Entity, ...]:
        """The entities called exactly this."""
        return self.exact.get(fold(name), ())

    def partly_named(self, name: str) -> tuple[Entity, ...]:
        """The entities whose names hold every word of this; none where it only says a kind."""
        words = [stem(word) for word in words_of(name) if word not in _CONNECTING]
        if not words or all(word in self.generic for word in words):
            return ()
        found: frozenset[str] | None = None
        for word in words:
            holders = self.by_word.get(word, frozenset())
            found = holders if found is None else found & holders
            if not found:
                return ()
        chosen = (self.entities[each] for each in sorted(found or ()))
        return tuple(entity for entity in chosen if entity.category is None)

    def parts_within(self, text: str) -> Iterator[str]:
        """The parts of names that stand in the folded text, and are not whole names."""
        words = text.split()
        for start in range(len(words)):
            if stem(words[start]) not in self.by_word or words[start] in _CONNECTING:
                continue
            for end in range(start + 1, min(start + MAX_SPAN, len(words)) + 1):
                if stem(words[end - 1]) not in self.by_word:
                    if words[end - 1] in _CONNECTING:
                        continue
                    break
                span = " ".join(words[start:end])
                if span not in self.exact and self.partly_named(span):
                    yield span


def stem(word: str) -> str:
    """The word without a plural's ending, so that "lamps" finds "lamp"."""
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def collect(
    revision: int, entities: Iterable[Entity], areas: Iterable[Area], floors: Iterable[Floor]
) -> Names:
    """The names of everything that is enabled."""
    usable = {entity.id: entity for entity in entities if entity.enabled}
    exact: defaultdict[str, list[Entity]] = defaultdict(list)
    by_word: defaultdict[str, set[str]] = defaultdict(set)
    options: defaultdict[str, set[str]] = defaultdict(set)
    areas_by_name = {fold(name): area for area in areas for name in (area.name, *area.aliases)}
    floors_by_name = {
        fold(name): floor for floor in floors for name in (floor.name, *floor.aliases)
    }
    for entity in usable.values():
        for name in dict.fromkeys(fold(each) for each in (entity.name, *entity.aliases)):
            if name:
                exact[name].append(entity)
        for word in _words_about(entity):
            by_word[word].add(entity.id)
        for option in _options_of(entity):
            options[option].add(entity.id)
    return Names(
        revision=revision,
        exact={name: tuple(found) for name, found in exact.items()},
        by_word={word: frozenset(found) for word, found in by_word.items()},
        entities=usable,
        areas=areas_by_name,
        floors=floors_by_name,
        generic=_generic(areas_by_name, floors_by_name),
        options={option: frozenset(found) for option, found in options.items()},
        words=frozenset(
            word
            for said in (*exact, *areas_by_name, *floors_by_name, *options)
            for word in said.replace("-", " ").split()
        )
        | kind_words(),
    )


def _words_about(entity: Entity) -> set[str]:
    said = [entity.name, *entity.aliases, entity.area or ""]
    return {stem(word) for text in said for word in words_of(text) if word not in _CONNECTING}


def _generic(areas: Mapping[str, Area], floors: Mapping[str, Floor]) -> frozenset[str]:
    places = {word for name in (*areas, *floors) for word in words_of(name)}
    return frozenset(stem(word) for word in kind_words() | places)


def _options_of(entity: Entity) -> Iterator[str]:
    for service in entity.services.values():
        for parameter in service.params.values():
            if isinstance(parameter, Choice):
                yield from (spoken_option(option) for option in parameter.options)


def spoken_option(option: str) -> str:
    """How people say an option: "heat_cool" as "heat cool"."""
    return fold(option.replace("_", " "))
