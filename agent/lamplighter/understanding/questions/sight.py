"""What a question can see: the catalogue's names, states, and where it was asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.places import OUTSIDE
from lamplighter.understanding.questions.measures import is_outdoors
from lamplighter.understanding.resolver import Grounding, Resolver

_WORK = frozenset({"binary_sensor", "sensor"})
_RUNNING = re.compile(
    r"\b(?:run|runs|running|ran|finish|finished|done|ready|complete|completed|started|start|through|"
    r"busy|working|wash|dry)\b"
)


def asks_of_work(intent: Intent) -> bool:
    """True where it is asked whether something works, and not whether it is switched on."""
    wanted = intent.slots.get("state")
    return wanted == "finished" or (
        wanted in ("on", "off") and _RUNNING.search(intent.text.casefold()) is not None
    )


@dataclass(frozen=True, slots=True)
class Sight:
    """What there is to answer from.

    Attributes:
        resolver: finds entities.
        area: the asker's area, or None.
        state_of: the state of an entity by its id.
        degrees: the home's unit of temperature.
    """

    resolver: Resolver
    area: str | None
    state_of: Callable[[str], State]
    degrees: str = "°C"

    def state(self, entity: Entity) -> State:
        """The entity's state."""
        return self.state_of(entity.id)

    def find(self, intent: Intent, able: Callable[[Entity], bool]) -> Grounding:
        """The entities that are meant and can tell; those of the same device where it can't."""
        side = intent.slots.get("side")
        if side is not None:
            outside = side == "outside"
            told = able

            def able(entity: Entity) -> bool:
                return told(entity) and self.outdoors(entity) == outside

        found = self.resolver.resolve(intent, self.area, able)
        if not found.missing or "name" not in intent.slots:
            return found
        parts = self._parts(str(intent.slots["name"]), intent, able)
        if not parts:
            return found
        names = ", ".join(each.name for each in parts)
        return Grounding(tuple(parts), len(parts) > 1, f"{names}: of the device that was named")

    def find_running(self, intent: Intent, able: Callable[[Entity], bool]) -> Grounding | None:
        """What tells of a machine's work better than that it has power: its own state."""
        if "name" not in intent.slots:
            return None
        parts = self._parts(
            str(intent.slots["name"]), intent, lambda each: each.domain in _WORK and able(each)
        )
        telling = [
            each for each in parts if each.domain == "sensor" or each.device_class == "running"
        ]
        if len(telling) != 1:
            return None
        return Grounding(tuple(telling), explain=f"{telling[0].name}: it tells whether it runs")

    def outdoors(self, entity: Entity) -> bool:
        """True where the entity is known to be outside."""
        if entity.area and fold(entity.area) in self.resolver.names.areas_on(OUTSIDE):
            return True
        return is_outdoors(entity)

    def entities(self) -> tuple[Entity, ...]:
        """Every entity that is neither a setting nor a diagnostic."""
        return tuple(each for group in self.resolver.names.by_domain.values() for each in group)

    def _parts(self, name: str, intent: Intent, able: Callable[[Entity], bool]) -> list[Entity]:
        """What else the device has that was named, or what is called after it."""
        names = self.resolver.names
        loose = replace(intent, slots={**intent.slots, "name": name}, domains=frozenset())
        named = [*names.named(name), *names.partly_named(name)]
        devices = {each.device.id for each in named if each.device is not None}
        wanted = fold(name)
        found = []
        for entity in names.entities.values():
            same = entity.device is not None and (
                entity.device.id in devices or fold(entity.device.name) == wanted
            )
            if (same or fold(entity.name).startswith(f"{wanted} ")) and able(entity):
                found.append(entity)
        area = loose.slots.get("area")
        if area is not None:
            found = [each for each in found if each.area and fold(each.area) == fold(str(area))]
        return found
