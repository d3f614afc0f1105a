"""Options, modes, presets, numbers and texts."""

from __future__ import annotations

import math

from lamplighter.catalogue.entity import Choice, Entity, State
from lamplighter.understanding.handlers.outcome import (
    Cannot,
    Handler,
    call,
    fit,
    kept_within,
    limits_of,
)
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.speech import called
from lamplighter.understanding.spoken_numbers import tidy_number
from lamplighter.understanding.values.units import converted

_PARTS = 10
"""A step of a number entity is its range divided by this."""

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
    """Sets a number entity, in its own unit; to an end of its range where ``extreme`` says so."""
    if entity.domain != "number":
        return None
    limits = limits_of(entity, "set_value", "value")
    if limits is not None and (extreme := intent.slots.get("extreme")):
        end = limits.maximum if extreme == "maximum" else limits.minimum
        return call(entity, "set_value", {"value": tidy_number(end)})
    said = str(intent.slots.get("unit", ""))
    value = _in_its_unit(entity, float(intent.slots["number"]), said)
    if value is None:
        return Cannot(f"{called(entity)} is set in {_unit_of(entity)}, not in {said}.")
    return call(entity, "set_value", {"value": tidy_number(value)})


def change_number(intent: Intent, entity: Entity, state: State) -> Step | Cannot | None:
    """More or less than it is now: ``by`` its units, a factor, or a tenth of its range."""
    if entity.domain != "number":
        return None
    limits = limits_of(entity, "set_value", "value")
    now = _number(state.value)
    if limits is None or now is None:
        return Cannot(f"I don't know what {called(entity)} is set to.", for_now=True)
    usual = max(limits.step, (limits.maximum - limits.minimum) / _PARTS)
    way = math.copysign(1.0, float(intent.slots["number_step"]))
    said = str(intent.slots.get("unit", ""))
    by = converted(float(intent.slots.get("by", 0)), said, _unit_of(entity))
    if by is None:
        return Cannot(f"{called(entity)} is set in {_unit_of(entity)}, not in {said}.")
    by = by if "by" in intent.slots else usual * float(intent.slots.get("amount", 1))
    factor = intent.slots.get("factor")
    wanted = now + way * by if factor is None else now * float(factor)
    kept = kept_within(limits, wanted)
    if kept == now:
        return Cannot(f"{called(entity)} is already at {tidy_number(now)}.", for_now=True)
    return call(entity, "set_value", {"value": tidy_number(kept)})


def _in_its_unit(entity: Entity, value: float, said: str) -> float | None:
    limits = limits_of(entity, "set_value", "value")
    if said == "%" and limits is not None and _unit_of(entity) != "%":
        return limits.minimum + (limits.maximum - limits.minimum) * value / 100
    return converted(value, said, _unit_of(entity))


def _unit_of(entity: Entity) -> str:
    limits = limits_of(entity, "set_value", "value")
    return entity.unit or (limits.unit if limits is not None else "")


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def set_text(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """Sets a text entity."""
    if entity.domain != "text":
        return None
    return call(entity, "set_value", {"value": str(intent.slots["value"])})


HANDLERS: dict[str, Handler] = {
    "HomeSetOption": set_option,
    "HomeSetNumber": set_number,
    "HomeChangeNumber": change_number,
    "HomeSetText": set_text,
}
