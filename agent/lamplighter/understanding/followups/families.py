"""Which domains the same words act on: "on" said of a lamp must not become "lock" or "open"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.context import Context
from lamplighter.understanding.intents import QUESTIONS, Intent
from lamplighter.understanding.names import Names, stem
from lamplighter.understanding.normalise import words_of

SWITCHED = frozenset(
    ("climate", "fan", "humidifier", "light", "scene", "siren", "switch", "water_heater")
)
OPENED = frozenset({"cover", "valve"})
_FAMILIES = (
    SWITCHED,
    OPENED,
    frozenset({"lock"}),
    frozenset({"vacuum", "lawn_mower"}),
    frozenset({"alarm_control_panel"}),
    frozenset({"sensor", "binary_sensor", "number"}),
)


def family_of(domain: str) -> frozenset[str]:
    """The domains that are told with the same verbs as this one."""
    return next((family for family in _FAMILIES if domain in family), frozenset({domain}))


def meant_by(intent: Intent, context: Context, names: Names) -> tuple[Entity, ...]:
    """The entities that an intent of the context was about, as far as that is known."""
    ids: Iterable[str] = intent.slots.get("ids") or ()
    name = str(intent.slots.get("name") or "")
    known = [names.entities[each] for each in context.entities if each in names.entities]
    if ids:
        return tuple(names.entities[each] for each in ids if each in names.entities)
    if name:
        called = names.named(name) or names.partly_named(name)
        mentioned = tuple(entity for entity in called if entity in known)
        if called and (mentioned or not known or len(context.intents) > 1):
            return mentioned or tuple(called)
    if len(context.intents) == 1:
        return tuple(known)
    return tuple(
        entity for entity in known if not intent.domains or entity.domain in intent.domains
    )


def spoken_of(context: Context, names: Names) -> tuple[Entity, ...]:
    """The entities that the sentence before was about: those it mentioned, else those it named."""
    known = [names.entities[each] for each in context.entities if each in names.entities]
    if not known and len(context.intents) == 1:
        return meant_by(context.intents[0], context, names)
    return tuple(known)


def alike(
    candidates: Iterable[Entity], before: Sequence[Entity], intent: Intent
) -> tuple[Entity, ...]:
    """Those of the candidates that can stand where the entities before stood.

    The most alike that there are: of one class, of one domain, of domains with the same verbs. A
    command never goes beyond those; a question may.
    """
    found = [entity for entity in candidates if entity.category is None]
    if not before:
        wanted = intent.domains
        return tuple(entity for entity in found if not wanted or entity.domain in wanted)
    classes = {(entity.domain, entity.device_class) for entity in before}
    domains = {domain for domain, _ in classes}
    families = frozenset().union(*(family_of(domain) for domain in domains))
    for chosen in (
        [entity for entity in found if (entity.domain, entity.device_class) in classes],
        [entity for entity in found if entity.domain in domains],
        [entity for entity in found if entity.domain in families],
    ):
        if chosen:
            return tuple(chosen)
    return tuple(found) if intent.name in QUESTIONS else ()


def closest(
    candidates: Sequence[Entity], before: Sequence[Entity], names: Names
) -> tuple[Entity, ...]:
    """The candidates whose names share most words with those before, their places aside."""
    if len(candidates) < 2 or not before:
        return tuple(candidates)
    places = {stem(word) for said in (*names.areas, *names.floors) for word in words_of(said)}
    said = {stem(word) for entity in before for word in words_of(entity.name)} - places
    shared = {
        entity.id: len(said & {stem(word) for word in words_of(entity.name)})
        for entity in candidates
    }
    most = max(shared.values())
    return tuple(entity for entity in candidates if shared[entity.id] == most)
