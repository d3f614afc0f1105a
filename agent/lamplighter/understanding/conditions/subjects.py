"""What a clause is said of: from its words to entities that can tell such a thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.conditions import abilities
from lamplighter.understanding.conditions.claim import Claim
from lamplighter.understanding.kinds import KINDS, MEASURES, plural_of
from lamplighter.understanding.names import Names, stem
from lamplighter.understanding.normalise import fold, words_of
from lamplighter.understanding.spelling import corrections
from lamplighter.understanding.wording import key_of

MAX_PHRASE = 4
"""The longest phrase, in words, that is looked up as a whole."""

_SMALL_WORDS = """
the a an my our your this that these those of in on at by to from is are inside within there
here it us one ones and up down somewhere anywhere near under underneath behind room's get got
draws uses consumes using drawing consuming currently itself own
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_FEELERS_WORDS = """
sensor detector reading level value contact probe meter gauge measurement monitor thermometer
hygrometer state status sensors' device
"""
_FEELERS = frozenset(_FEELERS_WORDS.split())
_EACH = re.compile(r"\b(?:all|both|every|each)\b(?: of)?(?: the)?|\bthe whole\b")
_ANY = re.compile(r"\b(?:any|one|either|some|at least one)\b(?: of)?(?: the)?|^(?:a|an)\b")
_NONE = re.compile(r"^(?:no|none of|neither of|not any)\b(?: of)?(?: the)?")
_OR = re.compile(r",? or (?:the )?")
_AND = re.compile(r",? and (?:the )?")
_CLASSES: Mapping[str, tuple[str, ...]] = {
    **MEASURES,
    "illuminance": (*MEASURES["illuminance"], "light", "brightness", "daylight"),
    "power": (*MEASURES["power"], "consumption", "draw", "load", "wattage"),
    "pressure": (*MEASURES["pressure"], "water pressure", "air"),
    "moisture": (*MEASURES["moisture"], "moisture", "soil"),
    "temperature": (*MEASURES["temperature"], "thermometer", "heat", "warmth"),
    "humidity": (*MEASURES["humidity"], "hygrometer", "dampness", "moisture"),
    "battery": (*MEASURES["battery"], "charge"),
    "volume_flow_rate": ("flow", "flow rate"),
    "voltage": ("voltage",),
    "current": ("current",),
    "wind_speed": ("wind", "wind speed"),
    "speed": ("speed",),
    "frequency": ("frequency",),
    "water": ("water", "water level"),
    "weight": ("weight",),
    "distance": ("distance",),
    "signal_strength": ("signal", "signal strength"),
    "sound_pressure": ("noise", "noise level", "sound"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """The entities that a clause is about.

    Attributes:
        entities: those meant.
        every: True where it is said of all of them.
        denied: True for "no window".
        rivals: those among which it has to be asked; then ``entities`` is empty.
        missing: what was looked for in vain, or "".
    """

    entities: tuple[Entity, ...] = ()
    every: bool = False
    denied: bool = False
    rivals: tuple[Entity, ...] = ()
    missing: str = ""


Test = Callable[[Entity], bool]
Called = tuple[Entity, frozenset[str]]
"""An entity with the words of its names."""


@dataclass(frozen=True, slots=True)
class Search:
    """Finds entities in one home.

    Attributes:
        names: the names of the catalogue.
        area: the asker's area, or None.
        state_of: the state of an entity by its id.
    """

    names: Names
    area: str | None
    state_of: Callable[[str], State]

    def find(self, claim: Claim) -> Found:
        """The entities that the claim is about, or what is missing or unclear."""
        subject, quantity = _quantified(claim.subject)
        phrases = self._phrases(subject)
        found: list[Entity] = []
        for phrase in phrases:
            one = self._one(phrase, claim, several=quantity != "")
            if one.rivals or one.missing:
                return one
            found += [each for each in one.entities if each not in found]
        joined = len(phrases) > 1 and not _OR.search(subject)
        every = quantity in ("every", "none") or (quantity == "" and (joined or _all_meant(claim)))
        return Found(tuple(found), every=every and len(found) > 1, denied=quantity == "none")

    def _phrases(self, subject: str) -> tuple[str, ...]:
        """What is coordinated in the subject: "the front and back door" are two doors."""
        for pattern in (_OR, _AND):
            parts = [each for each in pattern.split(subject) if each]
            if len(parts) < 2 or self.names.named(subject):
                continue
            *others, last = parts
            *_, ending = last.split()
            whole = [each if self._tells(each) else f"{each} {ending}" for each in others]
            return (*whole, last)
        return (subject,)

    def _tells(self, phrase: str) -> bool:
        """True where the phrase names something by itself, and needs no noun from the next."""
        if self.names.named(_bare(phrase)):
            return True
        last = stem(phrase.rsplit(maxsplit=1)[-1])
        return last in _kind_stems() or _bare(phrase) in self.names.areas

    def _one(self, phrase: str, claim: Claim, *, several: bool) -> Found:
        able = abilities.ability(claim, self.state_of)
        bare = _bare(phrase)
        pool = [each for each in self.names.entities.values() if able(each)]
        if claim.sense == "home":
            return Found(tuple(pool), missing="" if pool else "anybody")
        exact = [each for each in self.names.named(bare) if able(each)]
        if exact:
            return self._chosen(exact, claim, bare, several=several)
        called = [(each, _words_about(each)) for each in pool]
        for reading in (bare, " ".join(key_of(bare)), *self._corrected(bare)):
            found = self._matching(reading, called)
            if found:
                return self._chosen(found, claim, reading, several=several)
        return Found(missing=bare or claim.sense)

    def _corrected(self, phrase: str) -> Iterator[str]:
        known = self.names.words | _kind_stems() | _SMALL | _FEELERS | _measure_words()
        yield from corrections(phrase, known)

    def _matching(self, phrase: str, called: Sequence[Called]) -> list[Entity]:
        """The entities of which every word of the phrase is true."""
        words = phrase.split()
        tests: list[Callable[[Called], bool]] = []
        start = 0
        while start < len(words):
            length, test = self._test_at(words, start)
            if test is not None:
                tests.append(test)
            start += length
        return [each[0] for each in called if all(test(each) for test in tests)]

    def _test_at(
        self, words: Sequence[str], start: int
    ) -> tuple[int, Callable[[Called], bool] | None]:
        """How many words from here on say one thing, and what is true of entities by it."""
        for length in range(min(MAX_PHRASE, len(words) - start), 0, -1):
            phrase = words[start : start + length]
            if tests := tuple(self._meanings(" ".join(phrase))):
                return length, _either(tests, {_key(word) for word in phrase})
        word = words[start]
        if word in _SMALL or stem(word) in _FEELERS:
            return 1, None
        return 1, _either((), {_key(word)})

    def _meanings(self, said: str) -> Iterable[Test]:
        """What a phrase says besides being a part of a name: a place, a kind, a measure."""
        if places := self.names.places.get(key_of(said)):
            yield lambda entity: fold(entity.area or "") in places
        if floor := self.names.floors.get(said):
            yield lambda entity: self._floor(entity) == fold(floor.name)
        if said in ("here", "in here", "this room") and self.area:
            here = fold(self.area)
            yield lambda entity: fold(entity.area or "") == here
        if said in ("outside", "outdoors"):
            yield lambda entity: bool(
                _OUTSIDE & set(words_of(f"{entity.name} {entity.area or ''}"))
            )
        if said in ("inside", "indoors"):
            yield lambda entity: not _OUTSIDE & set(words_of(f"{entity.name} {entity.area or ''}"))
        for key in _kinds_called(said):
            yield KINDS[key].covers
        for measure in _measures_called(said):
            yield lambda entity, measure=measure: abilities.measures(entity, measure)  # type: ignore[misc]

    def _floor(self, entity: Entity) -> str:
        area = self.names.areas.get(fold(entity.area or ""))
        floor = self.names.floors.get(fold(area.floor)) if area and area.floor else None
        return fold(floor.name) if floor else fold((area and area.floor) or "")

    def _chosen(
        self, found: Sequence[Entity], claim: Claim, phrase: str, *, several: bool
    ) -> Found:
        """Those that are meant of the ones that fit."""
        found = abilities.preferred(found, claim)
        if len(found) == 1 or several:
            return Found(tuple(found))
        plural = any(stem(word) != word and stem(word) in _kind_stems() for word in phrase.split())
        if plural or (claim.sense != "number" and not phrase) or claim.sense in _TOGETHER:
            near = [each for each in found if self.area and each.area == self.area]
            return Found(tuple(found if plural or phrase or not near else near))
        near = [each for each in found if self.area and each.area == self.area]
        if len(near) == 1:
            return Found(tuple(near))
        closest = _closest(near or found, phrase)
        if len(closest) == 1:
            return Found(tuple(closest))
        return Found(rivals=tuple(closest))


def _either(tests: Sequence[Test], words: set[str]) -> Callable[[Called], bool]:
    """True of what a phrase describes, and of what has its words in the name."""
    return lambda called: words <= called[1] or any(test(called[0]) for test in tests)


def _words_about(entity: Entity) -> frozenset[str]:
    if not entity.aliases:
        return _words_in(entity.name)
    return _words_in(entity.name).union(*map(_words_in, entity.aliases))


@lru_cache(maxsize=8192)
def _words_in(name: str) -> frozenset[str]:
    """The words of a name, as they are and as others would say them."""
    return frozenset((*map(_key, words_of(name)), *key_of(name)))


def _key(word: str) -> str:
    """A word under which its plural and its possessive are the same: "Giulia's", "giulias"."""
    return stem(word.replace("'s", "").replace("'", ""))


_TOGETHER = frozenset({"motion", "moisture", "smoke", "gas", "home"})
_OUTSIDE_WORDS = """
outside outdoor outdoors garden patio terrace balcony porch yard backyard exterior
"""
_OUTSIDE = frozenset(_OUTSIDE_WORDS.split())


def _quantified(subject: str) -> tuple[str, str]:
    """The subject without "all", "any" or "no", and which of these it had."""
    for pattern, quantity in ((_NONE, "none"), (_EACH, "every"), (_ANY, "any")):
        if match := pattern.search(subject):
            return " ".join((subject[: match.start()] + subject[match.end() :]).split()), quantity
    return subject, ""


def _bare(phrase: str) -> str:
    return re.sub(
        r"^(?:(?:the|my|our|your|this|that) )+", "", fold(phrase).replace("'s", "")
    ).strip()


def _all_meant(claim: Claim) -> bool:
    """True where several are meant together: closed windows are all closed, open ones are any."""
    if claim.event or claim.sense != "state":
        return claim.sense == "motion" and claim.value == "off"
    return claim.value in ("closed", "locked", "off", "available")


def _closest(found: Sequence[Entity], phrase: str) -> Sequence[Entity]:
    """Those with every word that was said in their names, and of these the one called just so."""
    said = {_key(word) for word in words_of(phrase)} - _SMALL
    named = {
        entity.id: {_key(word) for word in words_of(entity.name)} - _FEELERS - _measure_words()
        for entity in found
    }
    whole = [each for each in found if said <= named[each.id] | _FEELERS | _measure_words()]
    just_so = [each for each in whole if named[each.id] <= said]
    return just_so or whole or found


@lru_cache(maxsize=1)
def _kinds_by_word() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, kind in KINDS.items():
        for word in kind.words:
            for said in (word, plural_of(word)):
                found[said] = (*found.get(said, ()), key)
    return found


def _kinds_called(said: str) -> tuple[str, ...]:
    return _kinds_by_word().get(said, _MORE_KINDS.get(said, ()))


_MORE_KINDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("motion detector", "movement sensor", "presence sensor", "pir", "occupancy sensor"),
        ("motion",),
    ),
    **dict.fromkeys(("motion", "movement", "presence"), ("motion",)),
    **dict.fromkeys(("leak detector", "water sensor", "flood sensor", "leak"), ("leak",)),
    **dict.fromkeys(("smoke sensor", "fire alarm", "smoke", "smoke detectors"), ("smoke",)),
    **dict.fromkeys(("door sensor", "door contact"), ("door",)),
    **dict.fromkeys(("window sensor", "window contact"), ("window",)),
    **dict.fromkeys(("doors and windows",), ("door", "window")),
}


@lru_cache(maxsize=1)
def _kind_stems() -> frozenset[str]:
    return frozenset(
        stem(word) for said in (*_kinds_by_word(), *_MORE_KINDS) for word in said.split()
    )


@lru_cache(maxsize=1)
def _measure_words() -> frozenset[str]:
    return frozenset(word for words in _CLASSES.values() for said in words for word in said.split())


def _measures_called(said: str) -> tuple[str, ...]:
    return tuple(measure for measure, words in _CLASSES.items() if said in words)
