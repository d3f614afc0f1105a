"""Grounding: from what an intent names to entities of the catalogue, with the reason.

Nothing is guessed: where several entities fit equally, all of them are returned as candidates
and marked ambiguous, so that somebody is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.choosing import Situated, in_one_area, near, preferred
from lamplighter.understanding.finding import Finder, of_domains
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.kinds import KINDS, kinds_said
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import fold, words_of
from lamplighter.understanding.wording import bare, key_of

_EVERY = re.compile(r"\b(?:all|every|everywhere|everything|each|both)\b")
_HERE = re.compile(r"\b(?:in|over|up|down) here\b|\bhere$|\bin this room\b")
_LAMP = re.compile(r"^(?!.*\b(?:all|every|everywhere|each|both|any)\b).*\b(?:lamp|bulb)\b")
_BOTH = re.compile(r"\bboth\b")
_TWO = 2


@dataclass(frozen=True, slots=True)
class Grounding:
    """The entities an intent can be about.

    Attributes:
        entities: those meant, or the candidates where ``ambiguous``.
        ambiguous: True where it has to be asked which of them is meant.
        explain: why these.
        missing: what was looked for in vain, in words; "" where something was found.
    """

    entities: tuple[Entity, ...] = ()
    ambiguous: bool = False
    explain: str = ""
    missing: str = ""


class Resolver:
    """Finds entities by name, area, floor and kind in one revision of the catalogue."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._finder = Finder(names)

    def resolve(
        self,
        intent: Intent,
        area: str | None,
        able: Callable[[Entity], bool],
        situated: Situated | None = None,
    ) -> Grounding:
        """The entities the intent is about.

        Args:
            intent: what was said. Slot ``ids`` settles it; ``other`` means another one of the kind
                than those that were mentioned last.
            area: the asker's area, or None.
            able: whether an entity can do (or tell) what the intent asks.
            situated: what else tells which are meant; its area is ``area``.
        """
        told = replace(situated or Situated(), area=area and self._finder.known_area(area))
        if ids := intent.slots.get("ids"):
            return self._pinned(ids, able)
        if intent.slots.get("other"):
            return self._other(intent, able, told)
        if name := intent.slots.get("name"):
            return self._by_name(str(name), intent, able, told)
        return self._by_kind(intent, able, told)

    def _pinned(self, ids: Iterable[str], able: Callable[[Entity], bool]) -> Grounding:
        known = [self.names.entities[each] for each in ids if each in self.names.entities]
        capable = [each for each in known if able(each)]
        if not capable:
            return Grounding(tuple(known[:1]), explain="settled before", missing="such device")
        return Grounding(tuple(capable), explain=f"{_listed(capable)}: settled before")

    def _other(
        self, intent: Intent, able: Callable[[Entity], bool], situated: Situated
    ) -> Grounding:
        """Another one of the kind: where one is left besides those mentioned, it is meant."""
        last = [self.names.entities.get(each) for each in situated.recent]
        mentioned = [each for each in last if each is not None]
        if not mentioned:
            return Grounding(missing="other one: I don't know which one was meant before")
        found = self._of_the_same(intent, able, mentioned)
        left = [
            each for each in self._finder.placed(found, intent) if each.id not in situated.recent
        ]
        there = [each for each in left if each.area in {other.area for other in mentioned}]
        close = there or near(left, situated.area) or left
        if not close:
            return Grounding(missing=f"other {_what(intent)}")
        what = f"the other one than {_listed(mentioned)}"
        if intent.many:
            return Grounding(tuple(close), explain=what)
        alike = _alike(close, mentioned)
        # Beside several, as after a question, nobody can tell which one was the first.
        return Grounding(tuple(alike), len(alike) > 1 or len(mentioned) > 1, what)

    def _of_the_same(
        self, intent: Intent, able: Callable[[Entity], bool], mentioned: Sequence[Entity]
    ) -> list[Entity]:
        """What is called so, or of the kind, that was said; else of the domain of those before."""
        if name := intent.slots.get("name"):
            found, _ = self._called(str(name), intent, None)
            return [each for each in found if able(each)]
        if any(slot in intent.slots for slot in ("kind", "domain", "device_class")):
            kind = self._finder.of_kind(intent, able)
            return list(_as_worded(kind, intent)) if _told_by_words(intent) else kind
        domains = dict.fromkeys(each.domain for each in mentioned)
        same = [each for name in domains for each in self.names.by_domain.get(name, ())]
        return [each for each in same if of_domains(each, intent) and able(each)]

    def _by_name(
        self, name: str, intent: Intent, able: Callable[[Entity], bool], situated: Situated
    ) -> Grounding:
        found, how = self._called(name, intent, situated.area)
        capable = [entity for entity in found if able(entity)]
        kinds = kinds_said(key_of(name)) if "area" in intent.slots and not found else ()
        if kinds:  # one elsewhere is called "heating", and here it is said of the kind
            slots = {key: value for key, value in intent.slots.items() if key != "name"}
            domains = KINDS[kinds[0]].domains
            there = replace(intent, slots={**slots, "kind": kinds[0]}, domains=domains)
            return self._by_kind(there, able, situated)
        if not capable:
            # Entities that were named but can't do it: the handler says why.
            return Grounding(tuple(found[:1]), explain=f"only {how} {name!r}", missing=name)
        if intent.many and (how != _WHOLE or _plural(name, capable)):
            explain = f"{_listed(capable)} {how} {name!r}, all of them were meant"
            return Grounding(tuple(capable), explain=explain)
        chosen, reason = preferred(capable, situated)
        explain = f"{_listed(chosen)} {how} {name!r}" + (f", {reason}" if reason else "")
        return Grounding(tuple(chosen), len(chosen) > 1 and not intent.many, explain)

    def _called(self, name: str, intent: Intent, area: str | None) -> tuple[list[Entity], str]:
        """Those called so where the intent says, by the whole name before a part of it.

        A part of the name of what is beside the asker goes before the whole name of what is not.
        """
        whole = self._meant(self.names.named(name), intent)
        part = self._meant(self.names.partly_named(name), intent)
        domains = {each.domain for each in whole}
        beside = [each for each in near(part, area) if each.domain in domains]
        if whole and not (beside and not near(whole, area)):
            return whole, _WHOLE
        return beside or part, _PART

    def _meant(self, found: Iterable[Entity], intent: Intent) -> list[Entity]:
        return [each for each in self._finder.placed(found, intent) if of_domains(each, intent)]

    def _by_kind(
        self, intent: Intent, able: Callable[[Entity], bool], situated: Situated
    ) -> Grounding:
        what = _what(intent)
        place = intent.slots.get("area") or intent.slots.get("floor")
        if place:
            placed = self._finder.of_kind(intent, able) or self._finder.instead(intent, able)
            if not placed and intent.here:
                # Nothing of the kind where the asker is: the only one there is will be meant.
                slots = {key: value for key, value in intent.slots.items() if key != "area"}
                everywhere = self._finder.of_kind(replace(intent, slots=slots), able)
                placed = everywhere if len(everywhere) == 1 else []
            if not placed:
                return Grounding(missing=what)
            where = f"{what} in {place}"
        else:
            placed = [] if _whole_home(intent) else self._beside(intent, able, situated.area)
            where = f"{what} where the asker is"
            if not placed:
                return self._unplaced(intent, able, situated)
        return self._group(placed, intent, situated, where)

    def _beside(
        self, intent: Intent, able: Callable[[Entity], bool], area: str | None
    ) -> list[Entity]:
        """What is of the kind where the asker is."""
        if area is None:
            return []
        there = replace(intent, slots={**intent.slots, "area": area})
        return self._finder.of_kind(there, able) or near(self._elsewhere(intent, able), area)

    def _elsewhere(self, intent: Intent, able: Callable[[Entity], bool]) -> list[Entity]:
        return [] if self._finder.of_kind(intent, able) else self._finder.instead(intent, able)

    def _unplaced(
        self, intent: Intent, able: Callable[[Entity], bool], situated: Situated
    ) -> Grounding:
        """Those of a kind where neither a place was said nor the asker's area has any."""
        what = _what(intent)
        placed = self._finder.of_kind(intent, able) or self._finder.instead(intent, able)
        if _told_by_words(intent):
            placed = list(_as_worded(placed, intent))
        here = not intent.question and _HERE.search(fold(intent.text))
        if not placed or (situated.area is not None and here):
            return Grounding(missing=what)  # "here" means no other room
        return self._one_of(placed, intent, situated)

    def _one_of(self, placed: list[Entity], intent: Intent, situated: Situated) -> Grounding:
        what = _what(intent)
        if len(placed) == 1:
            return Grounding(tuple(placed), explain=f"the only {what} there is")
        if _too_many_for_both(placed, intent):
            return Grounding(tuple(placed), True, f"more than two {what}")
        if _whole_home(intent):
            return Grounding(tuple(placed), explain=f"every {what} there is")
        if intent.many and not intent.here:
            one = len({each.area for each in placed}) == 1
            if meant := placed if one else in_one_area(placed, situated):
                how = f"all {what} are in" if one else f"the state tells which {what}, in"
                return Grounding(tuple(meant), explain=f"{how} {meant[0].area}")
        chosen, reason = preferred(placed, situated)
        if len(chosen) == 1:
            return Grounding(tuple(chosen), explain=f"{_listed(chosen)}: {reason}")
        return Grounding(tuple(_as_worded(chosen, intent)), True, f"several {what}")

    def _group(
        self, found: Sequence[Entity], intent: Intent, situated: Situated, explain: str
    ) -> Grounding:
        lamps = _as_worded(found, intent) if _told_by_words(intent) else found
        if len(found) > len(lamps) > 1 and _LAMP.search(fold(intent.text)):
            # "The lamp" is one of the lamps; "the light" of a room may be all of them.
            chosen, reason = preferred(lamps, situated)
            why = f"called so, {explain}" + (f", {reason}" if reason else "")
            return Grounding(tuple(chosen), len(chosen) > 1, f"{_listed(chosen)}: {why}")
        found = lamps
        if _too_many_for_both(found, intent):
            return Grounding(tuple(found), True, f"{_listed(found)}: more than two {explain}")
        if intent.many or _acts_as_a_room(intent) or len(found) == 1:
            return Grounding(tuple(found), explain=f"{_listed(found)}: {explain}")
        chosen, reason = preferred(found, situated)
        why = f"{explain}, {reason}" if reason else explain
        return Grounding(tuple(chosen), len(chosen) > 1, f"{_listed(chosen)}: {why}")


_WHOLE, _PART = "is called", "has a name with"


def _alike(found: Sequence[Entity], mentioned: Sequence[Entity]) -> Sequence[Entity]:
    """The only one whose name is most like one of those mentioned; else all."""
    before = [set(words_of(each.name)) for each in mentioned]
    shared = [max(len(set(words_of(each.name)) & words) for words in before) for each in found]
    most = max(shared)
    return [found[shared.index(most)]] if most >= _TWO and shared.count(most) == 1 else found


def _as_worded(found: Sequence[Entity], intent: Intent) -> Sequence[Entity]:
    """Those whose names have the very word that was said: "the lamp" means lamps, if any."""
    said = {bare(word) for word in words_of(intent.text)}
    meant = KINDS.get(str(intent.slots.get("kind")))
    for kind in (meant,) if meant else KINDS.values():
        for word in kind.words[1:]:
            if word not in said:
                continue
            called = [each for each in found if word in map(bare, words_of(each.name))]
            if called:
                return called
    return found


def _told_by_words(intent: Intent) -> bool:
    """True for kinds whose devices are told apart by what they are called: lamp, radiator."""
    said = (intent.slots.get("kind"), intent.slots.get("domain"))
    return "light" in said or "thermostat" in said


def _plural(name: str, found: Sequence[Entity]) -> bool:
    """True where a whole name was said of several: "ceiling lights" of every ceiling light."""
    return len(found) > 1 and name.endswith("s")


def _what(intent: Intent) -> str:
    if kind := intent.slots.get("kind"):
        return KINDS[str(kind)].words[0]
    for slot in ("device_class", "measure", "domain"):
        if value := intent.slots.get(slot):
            said = [value] if isinstance(value, str) else list(value)
            return " or ".join(str(each).replace("_", " ") for each in said)
    return "device"


def _whole_home(intent: Intent) -> bool:
    """True where "all" or "every" was said, or a question looks at everything."""
    if intent.question and intent.question != "one":
        return True
    if intent.here:
        return False
    if intent.without:
        return True  # what is left out tells that all the rest is meant
    if intent.slots.get("domain") and not intent.slots.get("device_class"):
        return True  # Home Assistant's templates take "all" or "everywhere" for this
    return _EVERY.search(fold(intent.text)) is not None


def _too_many_for_both(found: Sequence[Entity], intent: Intent) -> bool:
    return len(found) > _TWO and _BOTH.search(fold(intent.text)) is not None


def _acts_as_a_room(intent: Intent) -> bool:
    """True for kinds that act together in a room ("the kitchen light" means all its lights)."""
    if intent.question:
        return True
    return intent.slots.get("domain") is not None or intent.slots.get("kind") in ("light", None)


def _listed(entities: Sequence[Entity]) -> str:
    names = [entity.name for entity in entities[:4]]
    more = f" and {len(entities) - 4} more" if len(entities) > 4 else ""
    return ", ".join(names) + more
