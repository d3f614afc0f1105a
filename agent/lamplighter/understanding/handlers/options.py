"""Options, modes, presets, numbers and texts."""

from __future__ import annotations

from lamplighter.catalogue.entity import Choice, Entity, State
from lamplighter.understanding.handlers.outcome import Cannot, Handler, call, fit
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.speech import called

_SERVICES: dict[str, tuple[tuple[str, str], ...]] = {
    "select": (("select_option", "option"),),
    "climate": (
        ("set_hvac_mode", "hvac_mode"),
        ("set_preset_mode", "preset_mode"),
        ("set_fan_mode", "fan_mode"),
        ("set_swing_mode", "swing_mode"),
    ),
    "fan": (("set_preset_mode", "preset_mode"), ("set_direction", "direction")),
    "humidifier": (("set_mode", "mode"),),
    "light": (("turn_on", "effect"),),
    "vacuum": (("set_fan_speed", "fan_speed"),),
    "water_heater": (("set_operation_mode", "operation_mode"),),
}
"""The services that take an option, the one meant most first."""


def set_option(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """Chooses an option by the first service of the entity that has it."""
    services = _SERVICES.get(entity.domain)
    if services is None:
        return None
    option = intent.slots["option"]
    offered: list[str] = []
    for service, parameter in services:
        known = entity.services.get(service)
        choice = known.params.get(parameter) if known else None
        if not isinstance(choice, Choice):
            continue
        if not isinstance(fit(choice, option), Cannot):
            return call(entity, service, {parameter: option})
        offered.extend(choice.options)
    if not offered:
        return Cannot(f"{called(entity)} has no modes to choose from.")
    return Cannot(f"{called(entity)} has {', '.join(offered)}, but not {option}.")


def set_number(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """Sets a number entity."""
    if entity.domain != "number":
        return None
    return call(entity, "set_value", {"value": intent.slots["number"]})


def set_text(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """Sets a text entity."""
    if entity.domain != "text":
        return None
    return call(entity, "set_value", {"value": str(intent.slots["value"])})


HANDLERS: dict[str, Handler] = {
    "HomeSetOption": set_option,
    "HomeSetNumber": set_number,
    "HomeSetText": set_text,
}
