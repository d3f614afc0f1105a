"""The devices and entities known now, where they are, and their states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lamplighter.catalogue.areas import area_named
from lamplighter.catalogue.entity import Entity, Reading, State
from lamplighter.config import Area, EntityOverride, Floor, Home

_NOTHING_KNOWN = State()


class Catalogue:
    """Entities and states, looked at by everything that understands, acts or answers.

    Owned by the asyncio loop: no other thread touches it.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self.revision = 0
        self._entities: dict[str, Entity] = {}
        self._announced: dict[str, Entity] = {}
        self._states: dict[str, State] = {}

    @property
    def areas(self) -> tuple[Area, ...]:
        """The configured areas, then those that only devices suggested."""
        known = {area.name.casefold() for area in self.home.areas}
        suggested: dict[str, str] = {}
        for entity in self._entities.values():
            if entity.area and area_named(self.home.areas, entity.area) is None:
                suggested.setdefault(entity.area.casefold(), entity.area)
        extra = (Area(name) for key, name in suggested.items() if key not in known)
        return (*self.home.areas, *extra)

    @property
    def floors(self) -> tuple[Floor, ...]:
        """The configured floors, then those that areas name."""
        floors = {floor.name.casefold(): floor for floor in self.home.floors}
        for area in self.home.areas:
            if area.floor:
                floors.setdefault(area.floor.casefold(), Floor(area.floor))
        return tuple(floors.values())

    def announce(self, entity: Entity) -> bool:
        """Takes in a new or changed entity. True where that changed anything."""
        if self._announced.get(entity.id) == entity:
            return False
        self._announced[entity.id] = entity
        override = self.home.entities.get(entity.id, EntityOverride())
        if override.ignore:
            return False
        self._entities[entity.id] = _apply(override, entity, self.home.areas)
        self.revision += 1
        return True

    def withdraw(self, entity_id: str) -> bool:
        """Forgets an entity and its state. True where it was known."""
        self._announced.pop(entity_id, None)
        self._states.pop(entity_id, None)
        if self._entities.pop(entity_id, None) is None:
            return False
        self.revision += 1
        return True

    def configure(self, home: Home) -> None:
        """Applies a changed configuration to everything known."""
        self.home = home
        announced, self._announced, self._entities = self._announced, {}, {}
        for entity in announced.values():
            self.announce(entity)
        self.revision += 1

    def read(self, entity_id: str, reading: Reading, now: float) -> State | None:
        """Merges a reading into the entity's state; returns it, or None for an unknown entity."""
        if entity_id not in self._entities:
            return None
        before = self._states.get(entity_id, _NOTHING_KNOWN)
        value = before.value if reading.value is None else reading.value
        after = State(
            value=value,
            attributes=_merged(before.attributes, reading.attributes),
            available=before.available if reading.available is None else reading.available,
            changed=now if value != before.value else before.changed,
            updated=now,
        )
        self._states[entity_id] = after
        return after

    def restore(self, entity_id: str, state: State) -> None:
        """Puts back a state that an earlier run kept, in place of what is known."""
        self._states[entity_id] = state

    def entities(self) -> Iterable[Entity]:
        """Every entity that was not ignored by configuration."""
        return self._entities.values()

    def __len__(self) -> int:
        return len(self._entities)

    def get(self, entity_id: str) -> Entity | None:
        """The entity with this id, or None."""
        return self._entities.get(entity_id)

    def state(self, entity_id: str) -> State:
        """What is known of the entity; an empty state where nothing is."""
        return self._states.get(entity_id, _NOTHING_KNOWN)

    def area_of(self, entity: Entity) -> Area | None:
        """The area the entity is in, or None."""
        return None if entity.area is None else area_named(self.areas, entity.area)


def _merged(before: Mapping[str, object], after: Mapping[str, object]) -> Mapping[str, object]:
    return {**before, **after} if after else before


def _apply(override: EntityOverride, entity: Entity, areas: tuple[Area, ...]) -> Entity:
    """The entity as the user names and places it."""
    suggested = entity.device.suggested_area if entity.device else None
    area = override.area or entity.area or suggested or _area_in_name(entity.name, areas)
    return replace(
        entity,
        name=override.name or entity.name,
        aliases=(*entity.aliases, *override.aliases),
        area=area,
    )


def _area_in_name(name: str, areas: tuple[Area, ...]) -> str | None:
    """The area whose name (or alias) starts the entity's name: "Kitchen ceiling light"."""
    words = f"{name.casefold()} "
    for area in areas:
        if any(words.startswith(f"{each.casefold()} ") for each in (area.name, *area.aliases)):
            return area.name
    return None
