"""Grounding: from what an intent names to entities of the catalogue, with the reason.

Nothing is guessed: where several entities fit equally, all of them are returned as candidates
and marked ambiguous, so that somebody is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import Entity
from lamplighter.config import Area
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.kinds import COVERINGS, KINDS
from lamplighter.understanding.names import Names, stem
from lamplighter.understanding.normalise import fold, words_of


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

    def resolve(
        self, intent: Intent, area: str | None, able: Callable[[Entity], bool]
    ) -> Grounding:
        """The entities the intent is about.

        Args:
            intent: what was said.
            area: the asker's area, or None.
            able: whether an entity can do (or tell) what the intent asks.
        """
        if name := intent.slots.get("name"):
            return self._by_name(str(name), intent, area, able)
        return self._by_kind(intent, area, able)

    def _by_name(
        self, name: str, intent: Intent, area: str | None, able: Callable[[Entity], bool]
    ) -> Grounding:
        exact = self.names.named(name)
        how = "is called" if exact else "has a name with"
        placed = self._placed(exact or self.names.partly_named(name), intent)
        found = [entity for entity in placed if _of_domains(entity, intent)]
        capable = [entity for entity in found if able(entity)]
        if not capable:
            # Entities that were named but can't do it: the handler says why.
            return Grounding(tuple(found[:1]), explain=f"only {how} {name!r}", missing=name)
        chosen, reason = _nearest(capable, area)
        if not exact and intent.many:
            chosen, reason = capable, "all of them were meant"
        explain = f"{_listed(chosen)} {how} {name!r}" + (f", {reason}" if reason else "")
        return Grounding(tuple(chosen), len(chosen) > 1 and not intent.many, explain)

    def _by_kind(
        self, intent: Intent, area: str | None, able: Callable[[Entity], bool]
    ) -> Grounding:
        what = _what(intent)
        everywhere = self._of_kind(intent, able)
        if not everywhere and _what(intent) in COVERINGS:
            # Where nothing is called a curtain, whatever covers the windows is meant.
            slots = {key: value for key, value in intent.slots.items() if key != "device_class"}
            for kind in COVERINGS:
                wider = replace(intent, slots={**slots, "kind": kind})
                found = self._of_kind(wider, able)
                everywhere += [each for each in found if each not in everywhere]
        placed = self._placed(everywhere, intent)
        if intent.here and not placed:
            # Nothing of the kind where the asker is: the only one there is will be meant.
            placed = everywhere if len(everywhere) == 1 else []
        if not placed:
            return Grounding(missing=what)
        if intent.slots.get("area") or intent.slots.get("floor"):
            place = intent.slots.get("area") or intent.slots.get("floor")
            return self._group(placed, intent, f"{what} in {place}")
        nearby, reason = _nearest(placed, area)
        if reason and not _whole_home(intent):
            return self._group(nearby, intent, f"{what} where the asker is")
        if intent.many and not intent.here and len({entity.area for entity in placed}) == 1:
            return Grounding(tuple(placed), explain=f"all {what} are in {placed[0].area}")
        alone = len(placed) == 1
        settled = alone or _whole_home(intent)
        explain = f"the only {what} there is" if alone else f"every {what} there is"
        if settled:
            return Grounding(tuple(placed), explain=explain)
        return Grounding(tuple(_as_worded(placed, intent)), True, f"several {what}")

    def _of_kind(self, intent: Intent, able: Callable[[Entity], bool]) -> list[Entity]:
        return [
            entity
            for entity in self.names.entities.values()
            if entity.category is None
            and entity.id not in intent.without
            and _is_kind(entity, intent)
            and able(entity)
        ]

    def _group(self, found: Sequence[Entity], intent: Intent, explain: str) -> Grounding:
        together = intent.many or _acts_as_a_room(intent) or len(found) == 1
        return Grounding(tuple(found), not together, f"{_listed(found)}: {explain}")

    def _placed(self, entities: Iterable[Entity], intent: Intent) -> list[Entity]:
        area, floor = intent.slots.get("area"), intent.slots.get("floor")
        found = list(entities)
        if area:
            found = [entity for entity in found if _same_area(entity, str(area))]
        if floor:
            wanted = fold(str(floor))
            found = [entity for entity in found if self._floor_of(entity) == wanted]
        return found

    def _floor_of(self, entity: Entity) -> str | None:
        area: Area | None = self.names.areas.get(fold(entity.area)) if entity.area else None
        if area is None or area.floor is None:
            return None
        floor = self.names.floors.get(fold(area.floor))
        return fold(floor.name if floor else area.floor)


def _same_area(entity: Entity, area: str) -> bool:
    return entity.area is not None and fold(entity.area) == fold(area)


def _nearest(found: Sequence[Entity], area: str | None) -> tuple[Sequence[Entity], str]:
    if len(found) > 1 and area is not None:
        near = [entity for entity in found if _same_area(entity, area)]
        if near:
            return near, "in the asker's area"
    return found, ""


def _of_domains(entity: Entity, intent: Intent) -> bool:
    return not intent.domains or entity.domain in intent.domains


def _is_kind(entity: Entity, intent: Intent) -> bool:
    if not _of_domains(entity, intent):
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


def _as_worded(found: Sequence[Entity], intent: Intent) -> Sequence[Entity]:
    """Those whose names have the very word that was said: "the lamp" offers lamps, if any."""
    said = {stem(word) for word in words_of(intent.text)}
    for kind in KINDS.values():
        for word in kind.words[1:]:
            if word not in said:
                continue
            called = [each for each in found if word in map(stem, words_of(each.name))]
            if called:
                return called
    return found


def _what(intent: Intent) -> str:
    for slot in ("kind", "device_class", "measure", "domain"):
        if value := intent.slots.get(slot):
            return str(value if isinstance(value, str) else value[0]).replace("_", " ")
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
    said = f" {fold(intent.text)} "
    return any(f" {word} " in said for word in ("all", "every", "everywhere", "both", "each"))


def _acts_as_a_room(intent: Intent) -> bool:
    """True for kinds that act together in a room ("the kitchen light" means all its lights)."""
    if intent.question:
        return True
    return intent.slots.get("domain") is not None or intent.slots.get("kind") in ("light", None)


def _listed(entities: Sequence[Entity]) -> str:
    names = [entity.name for entity in entities[:4]]
    more = f" and {len(entities) - 4} more" if len(entities) > 4 else ""
    return ", ".join(names) + more
