"""Intents in the very slots that the templates fill, where they mean the same.

A cache, a follow-up or a comparison then need not know which parser read a sentence. Templates say
a domain and a device class instead of a kind, and leave the kind out where the intent implies it.
"""

from __future__ import annotations

from dataclasses import replace

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.clauses.targeting import Meant
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.rule_parser import Situation

_SWITCHING = frozenset({"HassTurnOn", "HassTurnOff"})
_IMPLYING = frozenset({"HassLightSet", "HassFanSetSpeed", "HassClimateSetTemperature"})
_ALONE = frozenset(
    {
        "HassLawnMowerDock",
        "HassLawnMowerStartMowing",
        "HassVacuumStart",
        "HassVacuumReturnToBase",
    }
)
_COVERS = frozenset({"blind", "curtain", "shade", "shutter", "awning", "gate", "garage", "window"})


def templated(intent: Intent, meant: Meant, situation: Situation) -> Intent:
    """The intent with the templates' slots; itself where they have none that mean the same."""
    kind = str(intent.slots.get("kind", ""))
    if not kind or intent.without:
        return intent
    if kind in ("light", "fan") and intent.name in _SWITCHING:
        return _by_domain(intent, kind, situation)
    if intent.name in _IMPLYING:
        together = kind == "light" or intent.many or meant.implied
        alone = len(_found(intent, kind, situation.names)) == 1
        return _without_kind(intent, situation) if together or alone else intent
    if kind in _COVERS and intent.name in _SWITCHING | {"HassSetPosition"}:
        found = _found(intent, kind, situation.names)
        if found and all(each.device_class == kind for each in found):
            return _with(intent, domain="cover", device_class=kind)
    elif intent.name in _ALONE and not _placed(intent) and _alone(intent, situation.names):
        return _with(intent)
    return intent


def _by_domain(intent: Intent, kind: str, situation: Situation) -> Intent:
    together = kind == "light" or intent.many or len(_found(intent, kind, situation.names)) == 1
    if _placed(intent):
        return _with(intent, domain=kind) if together else intent
    if intent.text.startswith("all"):
        return _with(intent, domain=kind)
    if intent.many and situation.area:
        near = replace(_with(intent, domain=kind, area=situation.area), here=True)
        return near if situation.grounds(near) else intent
    return intent


def _without_kind(intent: Intent, situation: Situation) -> Intent:
    if _placed(intent):
        return _with(intent)
    if situation.area and not intent.text.startswith("all"):
        near = replace(_with(intent, area=situation.area), here=True)
        return near if situation.grounds(near) else intent
    return intent


def _with(intent: Intent, **more: str) -> Intent:
    slots = {key: value for key, value in intent.slots.items() if key != "kind"}
    return replace(intent, slots={**slots, **more})


def _placed(intent: Intent) -> bool:
    return "area" in intent.slots or "floor" in intent.slots


def _found(intent: Intent, kind: str, names: Names) -> list[Entity]:
    """The entities of the kind in the place that the intent names."""
    area, floor = intent.slots.get("area"), intent.slots.get("floor")
    return [
        each
        for each in names.entities.values()
        if each.domain in intent.domains
        and KINDS[kind].covers(each)
        and (not area or fold(each.area or "") == fold(str(area)))
        and (not floor or _floor_of(each, names) == fold(str(floor)))
    ]


def _floor_of(entity: Entity, names: Names) -> str:
    area = names.areas.get(fold(entity.area or ""))
    return fold(area.floor or "") if area else ""


def _alone(intent: Intent, names: Names) -> bool:
    return sum(each.domain in intent.domains for each in names.entities.values()) == 1
