"""What is never done on a guess: opening the home to others."""

from __future__ import annotations

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.names import Names

_HARMLESS = frozenset({"blind", "curtain", "shade", "shutter", "awning"})
"""Covers that let in nothing but light."""


def opens_up(intent: Intent, names: Names) -> bool:
    """True where the intent may unlock, disarm, or open a door, a gate or a garage."""
    if intent.name == "HomeDisarmAlarm":
        return True
    if intent.name == "HassTurnOff":
        return bool(intent.domains & {"lock", "alarm_control_panel"})
    if intent.name not in ("HassTurnOn", "HassSetPosition") or "cover" not in intent.domains:
        return False
    kind = intent.slots.get("kind") or intent.slots.get("device_class")
    if kind is not None:
        return kind not in _HARMLESS
    return any(_is_a_door(entity) for entity in _named(intent, names))


def _named(intent: Intent, names: Names) -> tuple[Entity, ...]:
    if ids := intent.slots.get("ids"):
        return tuple(names.entities[each] for each in ids if each in names.entities)
    name = str(intent.slots.get("name", ""))
    return names.named(name) or names.partly_named(name)


def _is_a_door(entity: Entity) -> bool:
    return entity.domain == "cover" and entity.device_class not in _HARMLESS
