"""Answers about what devices are set to: brightness, position, colour, target, mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.colours import COLOURS
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.answered import Answered, told
from lamplighter.understanding.questions.measures import as_number, with_unit
from lamplighter.understanding.questions.sight import Sight
from lamplighter.understanding.resolver import Grounding
from lamplighter.understanding.speech import called
from lamplighter.understanding.states import described

_DOMAINS: Mapping[str, frozenset[str]] = {
    "brightness": frozenset({"light"}),
    "colour": frozenset({"light"}),
    "effect": frozenset({"light"}),
    "position": frozenset({"cover", "valve"}),
    "tilt": frozenset({"cover"}),
    "speed": frozenset({"fan", "vacuum"}),
    "direction": frozenset({"fan"}),
    "target": frozenset({"climate", "water_heater", "humidifier", "number"}),
    "mode": frozenset({"climate", "water_heater", "humidifier", "select", "alarm_control_panel"}),
    "preset": frozenset({"climate", "fan"}),
    "fan_mode": frozenset({"climate"}),
    "swing_mode": frozenset({"climate"}),
    "volume": frozenset({"number", "siren"}),
    "option": frozenset({"select"}),
}
"""The domains that have each setting."""

_ATTRIBUTES: Mapping[str, tuple[str, str, str]] = {
    "brightness": ("brightness_pct", "%", "the brightness of"),
    "position": ("position", "%", ""),
    "tilt": ("tilt_position", "%", "the tilt of"),
    "speed": ("percentage", "%", "the speed of"),
    "preset": ("preset_mode", "", "the preset of"),
    "fan_mode": ("fan_mode", "", "the fan mode of"),
    "swing_mode": ("swing_mode", "", "the swing mode of"),
    "direction": ("direction", "", "the direction of"),
    "effect": ("effect", "", "the effect of"),
    "volume": ("volume_level", "", "the volume of"),
}
MAX_TOLD = 4


@dataclass(frozen=True, slots=True)
class AboutSettings:
    """Answers ``HomeGetSetting``.

    Attributes:
        sight: what there is to answer from.
    """

    sight: Sight

    def find(self, intent: Intent) -> Grounding:
        """The entities that have the setting."""
        domains = _DOMAINS.get(str(intent.slots["aspect"]), frozenset())
        return self.sight.find(intent, lambda entity: entity.domain in domains)

    def answer(self, intent: Intent, found: Grounding) -> Answered:
        """The answer, from the entities that were found."""
        aspect = str(intent.slots["aspect"])
        ids = [each.id for each in found.entities]
        if found.missing:
            if found.entities:
                said = f"{called(found.entities[0])} does not tell its {aspect.replace('_', ' ')}"
                return told(f"I don't know: {said}", found.explain, ids)
            return told(f"I don't know: there is no {found.missing} that tells that", found.explain)
        parts = [self._told(entity, aspect) for entity in found.entities[:MAX_TOLD]]
        said = "; ".join(parts)
        if len(found.entities) > MAX_TOLD:
            said += f"; and {len(found.entities) - MAX_TOLD} more"
        return told(said, found.explain, ids)

    def _told(self, entity: Entity, aspect: str) -> str:
        state, name = self.sight.state(entity), called(entity)
        what = described(entity, state, self.sight.degrees)
        if what is None:
            return f"I don't know: {name} has not said anything yet"
        if not state.available:
            return f"I don't know: {name} is offline"
        said = _setting(entity, state, aspect, self.sight.degrees)
        if said is not None:
            return said
        if aspect in ("brightness", "speed", "colour", "effect") and state.value == "on":
            return f"{name} is on; it does not tell its {aspect}"
        return f"{name} is {what}"


def _setting(entity: Entity, state: State, aspect: str, degrees: str) -> str | None:
    name = called(entity)
    if aspect == "colour":
        return _colour(entity, state)
    if aspect == "target":
        return _target(entity, state, degrees)
    if aspect not in _ATTRIBUTES or (entity.domain == "light" and state.value != "on"):
        return None
    key, unit, opening = _ATTRIBUTES[aspect]
    if entity.domain == "vacuum":
        key, unit, opening = "fan_speed", "", "the suction of"
    value = state.attributes.get(key)
    if value is None or (aspect == "speed" and state.value == "off"):
        return None
    number = as_number(value)
    shown = str(value).replace("_", " ") if number is None else with_unit(number, unit)
    if aspect == "position":
        end = {0.0: "closed", 100.0: "fully open"}.get(number if number is not None else -1.0)
        return f"{name} is {end}" if end else f"{name} is {shown} open"
    return f"{opening} {name} is {shown}"


def _colour(entity: Entity, state: State) -> str | None:
    if state.value != "on":
        return None
    kelvin = as_number(state.attributes.get("color_temp_kelvin"))
    if kelvin is not None:
        tone = "warm" if kelvin < 3500 else "neutral" if kelvin < 4800 else "cool"
        return f"{called(entity)} is {tone} white ({round(kelvin)} K)"
    rgb = state.attributes.get("rgb_color")
    if not isinstance(rgb, (list, tuple)) or len(rgb) != 3:
        return None
    nearest = min(
        COLOURS, key=lambda each: sum((a - b) ** 2 for a, b in zip(COLOURS[each], rgb, strict=True))
    )
    away = sum((a - b) ** 2 for a, b in zip(COLOURS[nearest], rgb, strict=True))
    code = ", ".join(str(each) for each in rgb)
    close = "" if away == 0 else "about "
    return f"{called(entity)} is {close}{nearest}" + (f" (rgb {code})" if away else "")


def _target(entity: Entity, state: State, degrees: str) -> str | None:
    name = called(entity)
    if entity.domain == "number":
        number = as_number(state.value)
        return None if number is None else f"{name} is set to {with_unit(number, entity.unit)}"
    if entity.domain == "humidifier":
        number = as_number(state.attributes.get("humidity"))
        off = " (and off)" if state.value == "off" else ""
        return None if number is None else f"{name} is set to {with_unit(number, '%')}{off}"
    low = as_number(state.attributes.get("target_temp_low"))
    high = as_number(state.attributes.get("target_temp_high"))
    number = as_number(state.attributes.get("temperature"))
    off = ", but off" if state.value == "off" else ""
    if number is None and low is not None and high is not None:
        return f"{name} is set to between {with_unit(low, degrees)} and {with_unit(high, degrees)}"
    return None if number is None else f"{name} is set to {with_unit(number, degrees)}{off}"
