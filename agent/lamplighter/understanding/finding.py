"""Finding what is of a kind, or called something, in a place: every one, without choosing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.choosing import in_area
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.kinds import COVERINGS, KINDS, Kind
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.places import OUTSIDE, is_outdoors
from lamplighter.understanding.wording import key_of

_STANDING_IN = frozenset({"switch", "binary_sensor"})
"""Domains of what stands for another kind by its name alone: a plug called "heater"."""


class Finder:
    """Finds entities in one revision of the catalogue.

    Args:
        names: of that revision.
    """

    def __init__(self, names: Names) -> None:
        self.names = names

    def known_area(self, area: str) -> str:
        """The area by its own name, where it was given by another."""
        found = self.names.areas.get(fold(area))
        return found.name if found else area

    def of_kind(self, intent: Intent, able: Callable[[Entity], bool]) -> list[Entity]:
        """Everything of the kind, domain or device class that is where the intent says."""
        return [
            entity
            for entity in self._candidates(intent)
            if entity.id not in intent.without and _is_kind(entity, intent) and able(entity)
        ]

    def _candidates(self, intent: Intent) -> Iterable[Entity]:
        """The entities of the place and of the domains that can be meant."""
        domains = intent.domains
        if kind := intent.slots.get("kind"):
            covered = KINDS[kind].domains
            domains = domains & covered if domains else covered
        elif domain := intent.slots.get("domain"):
            said = frozenset([domain] if isinstance(domain, str) else domain)
            domains = domains & said if domains else said
        there = self._there(intent)
        if there is not None:
            return (each for each in there if not domains or each.domain in domains)
        by_domain = self.names.by_domain
        return (
            each
            for domain in (sorted(domains) if domains else by_domain)
            for each in by_domain.get(domain, ())
        )

    def _there(self, intent: Intent) -> list[Entity] | None:
        """Everything in the place that was said; None where none was."""
        area, floor = intent.slots.get("area"), intent.slots.get("floor")
        if not area and not floor:
            return None
        areas = {fold(self.known_area(str(area)))} if area else self.names.areas_on(str(floor))
        found = [each for name in sorted(areas) for each in self.names.by_area.get(name, ())]
        if not area and fold(str(floor)) == fold(OUTSIDE):
            found += [each for each in self.names.by_area.get("", ()) if is_outdoors(each.name)]
        return self.placed(found, intent) if area and floor else found

    def instead(self, intent: Intent, able: Callable[[Entity], bool]) -> list[Entity]:
        """What is meant where nothing is of the kind.

        First what has the kind in its name (a plug called "heater"); then, for coverings of
        windows, the other coverings; then the wider kind, where it has only one.
        """
        key, device_class = intent.slots.get("kind"), intent.slots.get("device_class")
        if key is None and device_class in COVERINGS:
            key = str(device_class)
        if key is None:
            return []
        found = [each for each in self._named_so(KINDS[key], intent) if able(each)]
        if placed := self.placed(found, intent):
            return placed
        if key in COVERINGS:
            return self._of_other_kinds(COVERINGS, intent, able)
        wider = self._of_other_kinds((KINDS[key].wider,), intent, able) if KINDS[key].wider else []
        return wider if len(wider) == 1 else []

    def _named_so(self, kind: Kind, intent: Intent) -> Iterable[Entity]:
        words = {word for said in kind.words for word in key_of(said)[-1:]}
        ids = dict.fromkeys(
            each for word in sorted(words) for each in sorted(self.names.by_word.get(word, ()))
        )
        for each in ids:
            entity = self.names.entities[each]
            stands_in = entity.domain in _STANDING_IN and each not in intent.without
            if stands_in and of_domains(entity, intent):
                yield entity

    def _of_other_kinds(
        self, kinds: Iterable[str], intent: Intent, able: Callable[[Entity], bool]
    ) -> list[Entity]:
        slots = {key: value for key, value in intent.slots.items() if key != "device_class"}
        found: dict[str, Entity] = {}
        for kind in kinds:
            wider = replace(intent, slots={**slots, "kind": kind})
            found |= {each.id: each for each in self.of_kind(wider, able)}
        return list(found.values())

    def placed(self, entities: Iterable[Entity], intent: Intent) -> list[Entity]:
        """Those that are where the intent says; all where it says no place."""
        found = list(entities)
        if area := intent.slots.get("area"):
            known = self.known_area(str(area))
            found = [each for each in found if in_area(each, str(known))]
        if floor := intent.slots.get("floor"):
            areas, outside = self.names.areas_on(str(floor)), fold(str(floor)) == fold(OUTSIDE)
            found = [
                each
                for each in found
                if (fold(each.area) in areas if each.area else outside and is_outdoors(each.name))
            ]
        return found


def of_domains(entity: Entity, intent: Intent) -> bool:
    """True where the intent may be of the entity's domain."""
    return not intent.domains or entity.domain in intent.domains


def _is_kind(entity: Entity, intent: Intent) -> bool:
    if not of_domains(entity, intent):
        return False
    key = intent.slots.get("kind")
    if key is not None and not KINDS[key].covers(entity):
        return False
    domain, device_class = intent.slots.get("domain"), intent.slots.get("device_class")
    if domain is not None and entity.domain not in (
        [domain] if isinstance(domain, str) else domain
    ):
        return False
    if device_class is not None:
        wanted = [device_class] if isinstance(device_class, str) else device_class
        return entity.device_class in wanted
    return True
