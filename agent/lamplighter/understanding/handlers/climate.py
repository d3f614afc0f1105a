"""Temperatures and humidity: climate, water heaters, humidifiers."""

from __future__ import annotations

import math

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.handlers.outcome import (
    Cannot,
    Handler,
    call,
    kept_within,
    limits_of,
    step_by,
    takes,
)
from lamplighter.understanding.handlers.power import turn_on
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.speech import called
from lamplighter.understanding.spoken_numbers import tidy_number
from lamplighter.understanding.values.units import converted, difference

_TEMPERED = frozenset({"climate", "water_heater"})


def set_temperature(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """The wanted temperature, in the home's unit."""
    if entity.domain not in _TEMPERED:
        return None
    if not takes(entity, "set_temperature", "temperature"):
        return Cannot(f"{called(entity)} has no temperature to set.")
    wanted = float(intent.slots["temperature"])
    said = str(intent.slots.get("temperature_unit", ""))
    limits = limits_of(entity, "set_temperature", "temperature")
    if said and limits is not None and limits.unit:
        fitting = converted(wanted, said, limits.unit)
        wanted = wanted if fitting is None else round(fitting, 1)
    return call(entity, "set_temperature", {"temperature": tidy_number(wanted)})


def set_temperature_end(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """As warm or as cool as it goes."""
    if entity.domain not in _TEMPERED:
        return None
    limits = limits_of(entity, "set_temperature", "temperature")
    if limits is None:
        return Cannot(f"{called(entity)} has no temperature to set.")
    highest = intent.slots["extreme"] == "maximum"
    wanted = limits.maximum if highest else limits.minimum
    return call(entity, "set_temperature", {"temperature": tidy_number(wanted)})


def change_temperature(intent: Intent, entity: Entity, state: State) -> Step | Cannot | None:
    """Warmer or cooler than is wanted now, in degrees; never beyond what the device can.

    By ``by`` degrees, else by ``temperature_step``, twice that where ``amount`` says "a lot".
    """
    if entity.domain not in _TEMPERED:
        return None
    if entity.domain == "climate" and state.value == "off":
        if float(intent.slots["temperature_step"]) < 0:
            return Cannot(f"{called(entity)} is off.", for_now=True)
        return turn_on(intent, entity, state)  # a setting alone warms nothing
    now = state.attributes.get("temperature")
    if not isinstance(now, (int, float)):
        return Cannot(
            f"I don't know what {called(entity)} is set to. Say a temperature instead.",
            for_now=True,
        )
    step = float(intent.slots["temperature_step"])
    by = intent.slots.get("by", abs(step) * max(1.0, float(intent.slots.get("amount", 1))))
    limits = limits_of(entity, "set_temperature", "temperature")
    said = str(intent.slots.get("temperature_unit", ""))
    if limits is not None:
        by = difference(float(by), said, limits.unit)
    wanted = kept_within(limits, now + math.copysign(float(by), step))
    if wanted == now:
        return Cannot(f"{called(entity)} is already at {tidy_number(now)} degrees.", for_now=True)
    return call(entity, "set_temperature", {"temperature": wanted})


def set_fan_mode(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """The fan mode of a climate device."""
    if entity.domain != "climate":
        return None
    return call(entity, "set_fan_mode", {"fan_mode": intent.slots["fan_mode"]})


def set_humidity(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """The wanted humidity in percent."""
    if entity.domain not in ("humidifier", "climate"):
        return None
    return call(entity, "set_humidity", {"humidity": intent.slots["number"]})


def change_humidity(intent: Intent, entity: Entity, state: State) -> Step | Cannot | None:
    """More or less humid than is wanted now, in percent points; never beyond the device's range."""
    if entity.domain not in ("humidifier", "climate"):
        return None
    now = state.attributes.get("humidity")
    if not isinstance(now, (int, float)):
        return Cannot(f"I don't know what {called(entity)} is set to.", for_now=True)
    limits = limits_of(entity, "set_humidity", "humidity")
    wanted = kept_within(limits, now + step_by(intent, "humidity_step"))
    if wanted == now:
        return Cannot(f"{called(entity)} is already at {tidy_number(now)} %.", for_now=True)
    return call(entity, "set_humidity", {"humidity": tidy_number(wanted)})


HANDLERS: dict[str, Handler] = {
    "HassClimateSetTemperature": set_temperature,
    "HomeChangeTemperature": change_temperature,
    "HassClimateSetFanMode": set_fan_mode,
    "HomeSetHumidity": set_humidity,
    "HomeChangeHumidity": change_humidity,
    "HomeSetTemperatureEnd": set_temperature_end,
}
