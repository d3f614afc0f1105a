"""Speeds of fans, and which way they blow."""

from __future__ import annotations

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.handlers.outcome import (
    Cannot,
    Handler,
    call,
    limits_of,
    moved,
    step_by,
)
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.speech import called

SLOWEST = 5.0
"""Where slower ends, in percent: slower is never off."""

_LEVELS = 10
"""A fan with more speeds than this is set in percent, not by the number of a speed."""


def set_fan_speed(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """The speed of a fan in percent; 0 turns it off."""
    if entity.domain != "fan":
        return None
    percentage = float(intent.slots["percentage"])
    if percentage == 0:
        return call(entity, "turn_off")
    return call(entity, "set_percentage", {"percentage": percentage})


def change_speed(intent: Intent, entity: Entity, state: State) -> Step | Cannot | None:
    """Faster or slower in percent points; a fan that is off turns on where it should be faster."""
    if entity.domain != "fan":
        return None
    step = step_by(intent, "speed_step")
    if state.value == "off":
        if step > 0:
            return call(entity, "turn_on")
        return Cannot(f"{called(entity)} is off.", for_now=True)
    now = state.attributes.get("percentage")
    if not isinstance(now, (int, float)):
        return Cannot(f"I don't know how fast {called(entity)} runs.", for_now=True)
    return moved(entity, ("set_percentage", "percentage"), float(now), max(SLOWEST, now + step))


def set_speed_level(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """The speed with a number: "speed 2" of three is 67 %."""
    if entity.domain != "fan":
        return None
    limits = limits_of(entity, "set_percentage", "percentage")
    if limits is None:
        return Cannot(f"{called(entity)} has no speeds to set.")
    level = float(intent.slots["level"])
    count = round(limits.maximum / limits.step) if limits.step else 0
    if not 1 < count <= _LEVELS:
        return Cannot(f"{called(entity)} takes a percentage, not speed {level:g}.")
    if not 1 <= level <= count:
        return Cannot(f"{called(entity)} has {count} speeds, not {level:g}.")
    return call(entity, "set_percentage", {"percentage": round(100 * level / count, 2)})


def oscillate(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """Swinging from side to side, or not."""
    if entity.domain != "fan":
        return None
    if "oscillate" not in entity.services:
        return Cannot(f"{called(entity)} can't swing.")
    return call(entity, "oscillate", {"oscillating": bool(intent.slots.get("oscillating", True))})


HANDLERS: dict[str, Handler] = {
    "HassFanSetSpeed": set_fan_speed,
    "HomeChangeSpeed": change_speed,
    "HomeOscillate": oscillate,
    "HomeSetSpeedLevel": set_speed_level,
}
