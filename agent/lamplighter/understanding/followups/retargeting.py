"""The same once more for something else: "and the bedroom?", "the fan too", "no, the other one"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.context import Context
from lamplighter.understanding.followups.families import alike, closest, family_of, meant_by
from lamplighter.understanding.followups.targets import Target
from lamplighter.understanding.intents import QUESTIONS, Intent
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.names import stem
from lamplighter.understanding.normalise import fold, words_of
from lamplighter.understanding.rule_parser import Situation

_WHERE = frozenset({"area", "floor"})
_WHAT = frozenset({"name", "ids", "kind", "domain", "device_class"})


@dataclass(frozen=True, slots=True)
class Unclear:
    """Several things fit, and somebody has to say which."""

    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class Retargeting:
    """Carries intents over to another target.

    Attributes:
        context: what was said before.
        situation: what parsing depends on.
        text: the follow-up, as the text of the new intents.
    """

    context: Context
    situation: Situation
    text: str

    def carried(self, target: Target) -> tuple[Intent, ...] | Unclear | None:
        """The intents of the context for another target; None where that can't be meant."""
        found: list[Intent] = []
        for intent in self.context.intents:
            carried = self._one(intent, target)
            if carried is None or isinstance(carried, Unclear):
                return carried
            if carried not in found:
                found.append(carried)
        return tuple(found) or None

    def _one(self, intent: Intent, target: Target) -> Intent | Unclear | None:
        before = meant_by(intent, self.context, self.situation.names)
        if target.other or target.part:
            return self._pinned(intent, self._others(target, before, intent), many=target.many)
        if target.hint and "area" in intent.slots and not intent.slots.keys() & {"name", "ids"}:
            return self._elsewhere(intent, Target(target.hint), before)
        if target.entities:
            found = alike(target.entities, before, intent)
            nearer = _in_same_area(found, before) if len(found) > 1 else found
            return self._pinned(intent, nearer or found, many=target.many)
        if target.kind:
            return self._of_kind(intent, target, before)
        return self._elsewhere(intent, target, before)

    def _elsewhere(
        self, intent: Intent, target: Target, before: Sequence[Entity]
    ) -> Intent | Unclear | None:
        """The same things at another place."""
        place = dict(target.where)
        if target.here:
            if self.situation.area is None:
                return None
            place = {"area": self.situation.area}
        if not intent.slots.keys() & {"name", "ids"} or not before:
            kept = _without(intent, _WHERE | {"name", "ids"})
            return self._changed(intent, {**kept, **place})
        there = self._inside(place)
        found = closest(alike(there, before, intent), before, self.situation.names)
        kind = _kind_of(before)
        if kind and (not found or (len(found) > 1 and intent.name not in QUESTIONS)):
            kept = _without(intent, _WHERE | _WHAT)
            return self._changed(
                intent, {**kept, **place, "kind": kind}, domains=KINDS[kind].domains
            )
        return self._pinned(intent, found, many=intent.many)

    def _of_kind(self, intent: Intent, target: Target, before: Sequence[Entity]) -> Intent | None:
        """Another kind of thing, where the first ones are unless another place is named."""
        domains = KINDS[target.kind].domains
        question = intent.name in QUESTIONS
        if not question and before:
            allowed = frozenset().union(*(family_of(each.domain) for each in before))
            domains &= allowed
        if not domains:
            return None
        kept = {**_without(intent, _WHAT | _WHERE), "kind": target.kind}
        many = target.many or (intent.many and question)
        area = {key: value for key, value in intent.slots.items() if key in _WHERE}
        for place in (target.where or area, target.where):
            moved = self._changed(intent, {**kept, **place}, domains=domains, many=many)
            if self.situation.grounds(moved):
                return moved
        return self._changed(intent, {**kept, **target.where}, domains=domains, many=many)

    def _others(
        self, target: Target, before: Sequence[Entity], intent: Intent
    ) -> tuple[Entity, ...]:
        """What is like those before, and was not meant before."""
        names, context = self.situation.names, self.context
        known = before or [names.entities[i] for i in context.entities if i in names.entities]
        families = {domain for each in known for domain in family_of(each.domain)}
        everything = [
            each for domain in sorted(families) for each in names.by_domain.get(domain, ())
        ]
        left = [each for each in everything if each.id not in context.entities]
        if target.kind:
            left = [each for each in left if KINDS[target.kind].covers(each)]
        if target.part:
            wanted = {stem(word) for word in target.part.split()}
            left = [each for each in everything if wanted <= set(map(stem, words_of(each.name)))]
        if target.where:
            there = {each.id for each in self._inside(target.where)}
            left = [each for each in left if each.id in there]
        found = alike(left, known, intent)
        return (_in_same_area(found, known) or found) if not target.where else found

    def _pinned(
        self, intent: Intent, found: Sequence[Entity], *, many: bool
    ) -> Intent | Unclear | None:
        if not found:
            return None
        if len(found) > 1 and not many and intent.name not in QUESTIONS:
            return Unclear(tuple(found))
        return pinned(intent, found, self.text)

    def _changed(self, intent: Intent, slots: Mapping[str, Any], **facts: Any) -> Intent:
        return replace(intent, slots=slots, here=False, text=self.text, **facts)

    def _inside(self, place: Mapping[str, str]) -> list[Entity]:
        """The entities at a place."""
        names = self.situation.names
        if "area" in place:
            return list(names.by_area.get(fold(place["area"]), ()))
        areas = names.members.get(fold(place.get("floor", "")), frozenset())
        return [each for area in areas for each in names.by_area.get(area, ())]


def pinned(intent: Intent, entities: Sequence[Entity], text: str) -> Intent:
    """The intent for just these entities."""
    slots: dict[str, Any] = {
        **_without(intent, _WHAT | _WHERE),
        "ids": tuple(each.id for each in entities),
    }
    domains = frozenset(each.domain for each in entities)
    many = len(entities) > 1
    if intent.name in QUESTIONS and not many:
        slots["name"] = entities[0].name
    return replace(intent, slots=slots, domains=domains, here=False, many=many, text=text)


def _without(intent: Intent, keys: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in intent.slots.items() if key not in keys}


def _in_same_area(found: Sequence[Entity], before: Sequence[Entity]) -> tuple[Entity, ...]:
    areas = {entity.area for entity in before}
    return tuple(entity for entity in found if entity.area in areas)


def _kind_of(entities: Sequence[Entity]) -> str:
    """The kind that all of these are: one whose word their names have, else any."""
    keys = [key for key, kind in KINDS.items() if all(kind.covers(each) for each in entities)]
    said = {stem(word) for entity in entities for word in words_of(entity.name)}
    named = [key for key in keys if not said.isdisjoint(KINDS[key].words)]
    return next(iter(named or keys), "")
