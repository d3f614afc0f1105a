"""Temperatures, humidity and air: climate, water heaters, humidifiers, fans."""

from __future__ import annotations

import math

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.handlers.outcome import Cannot, Handler, call, moved, step_by, takes
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.speech import called

SLOWEST = 5.0
"""Where slower ends, in percent: slower is never off."""

_TEMPERED = frozenset({"climate", "water_heater"})


def set_temperature(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """The wanted temperature, in the home's unit."""
    if entity.domain not in _TEMPERED:
        return None
    if not takes(entity, "set_temperature", "temperature"):
        return Cannot(f"{called(entity)} has no temperature to set.")
    return call(entity, "set_temperature", {"temperature": intent.slots["temperature"]})


def change_temperature(intent: Intent, entity: Entity, state: State) -> Step | Cannot | None:
    """Warmer or cooler than is wanted now, in degrees.

    By ``by`` degrees, else by ``temperature_step``, twice that where ``amount`` says "a lot".
    """
    if entity.domain != "climate":
        return None
    now = state.attributes.get("temperature")
    if not isinstance(now, (int, float)):
        return Cannot(
            f"I don't know what {called(entity)} is set to. Say a temperature instead.",
            for_now=True,
        )
    step = float(intent.slots["temperature_step"])
    by = intent.slots.get("by", abs(step) * max(1.0, float(intent.slots.get("amount", 1))))
    wanted = now + math.copysign(float(by), step)
    return call(entity, "set_temperature", {"temperature": wanted})


def set_fan_mode(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """The fan mode of a climate device."""
    if entity.domain != "climate":
        return None
    return call(entity, "set_fan_mode", {"fan_mode": intent.slots["fan_mode"]})


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


def set_humidity(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """The wanted humidity in percent."""
    if entity.domain not in ("humidifier", "climate"):
        return None
    return call(entity, "set_humidity", {"humidity": intent.slots["number"]})


HANDLERS: dict[str, Handler] = {
    "HassClimateSetTemperature": set_temperature,
    "HomeChangeTemperature": change_temperature,
    "HassClimateSetFanMode": set_fan_mode,
    "HassFanSetSpeed": set_fan_speed,
    "HomeChangeSpeed": change_speed,
    "HomeSetHumidity": set_humidity,
}
