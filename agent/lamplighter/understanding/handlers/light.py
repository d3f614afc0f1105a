"""Brightness, colour and colour temperature of lights."""

from __future__ import annotations

from typing import Any

from lamplighter.catalogue.entity import Entity, Number, State
from lamplighter.understanding.colours import COLOURS, UTMOST_WHITES
from lamplighter.understanding.handlers.outcome import Cannot, Handler, call, step_by, takes
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.speech import called
from lamplighter.understanding.spoken_numbers import tidy_number

BRIGHTEST, DIMMEST = 100.0, 5.0
"""Where brighter and dimmer end, in percent."""

_NEAR = 0.1
"""How far beyond a light's range a colour temperature may be and still mean its end: 2700 K is
asked of lights whose range, made from whole mireds, starts at 2702 K."""


def set_light(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """Brightness (percent), colour (name) or colour temperature (kelvin)."""
    if entity.domain != "light":
        return None
    params: dict[str, Any] = {}
    if "brightness" in intent.slots:
        if not takes(entity, "turn_on", "brightness_pct"):
            return Cannot(f"{called(entity)} can't be dimmed.")
        params["brightness_pct"] = intent.slots["brightness"]
    if "color" in intent.slots:
        colour = COLOURS.get(str(intent.slots["color"]))
        if colour is None or not takes(entity, "turn_on", "rgb_color"):
            return Cannot(f"{called(entity)} can't be {intent.slots['color']}.")
        params["rgb_color"] = list(colour)
    if "temperature" in intent.slots:
        kelvin = _kelvin(entity, float(intent.slots["temperature"]))
        if isinstance(kelvin, Cannot):
            return kelvin
        params["color_temp_kelvin"] = kelvin
    if params.get("brightness_pct") == 0:
        return call(entity, "turn_off")
    return call(entity, "turn_on", params)


def change_brightness(intent: Intent, entity: Entity, state: State) -> Step | Cannot | None:
    """Brighter or dimmer in percent points; never off, never above 100.

    By ``by`` points, else by ``brightness_step`` times ``amount``; to ``factor`` times what it is
    where that is given. A light that is off turns on
    where it should be brighter, at the brightness it keeps.
    """
    if entity.domain != "light":
        return None
    step = step_by(intent, "brightness_step")
    factor = intent.slots.get("factor")
    step = step if factor is None else float(factor) - 1
    if state.value == "off" and step > 0:
        return call(entity, "turn_on")
    if not takes(entity, "turn_on", "brightness_pct"):
        return Cannot(f"{called(entity)} can't be dimmed.")
    now = 0.0 if state.value == "off" else state.attributes.get("brightness_pct")
    if now is None:
        return Cannot(
            f"I don't know how bright {called(entity)} is. Say a percentage instead.", for_now=True
        )
    if state.value == "off" and step < 0:
        return Cannot(f"{called(entity)} is off.", for_now=True)
    return _changed(entity, now, step if factor is None else now * step)


def _changed(entity: Entity, now: float, step: float) -> Step | Cannot:
    wanted = round(min(BRIGHTEST, max(DIMMEST, now + step)))
    if (wanted <= now) == (step > 0):
        return Cannot(f"{called(entity)} is already at {tidy_number(now)} %.", for_now=True)
    return call(entity, "turn_on", {"brightness_pct": wanted})


def _kelvin(entity: Entity, wanted: float) -> float | Cannot:
    service = entity.services.get("turn_on")
    limits = service.params.get("color_temp_kelvin") if service else None
    if not isinstance(limits, Number):
        return Cannot(f"{called(entity)} has no colour temperature to set.")
    near = limits.minimum * (1 - _NEAR) <= wanted <= limits.maximum * (1 + _NEAR)
    if not near and wanted not in UTMOST_WHITES:
        low, high = round(limits.minimum), round(limits.maximum)
        return Cannot(f"{called(entity)} takes {low} to {high} K, not {round(wanted)} K.")
    return min(limits.maximum, max(limits.minimum, wanted))


HANDLERS: dict[str, Handler] = {
    "HassLightSet": set_light,
    "HomeChangeBrightness": change_brightness,
}
