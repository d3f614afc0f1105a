"""Lights whose payloads are written and read by templates (``schema: template``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.catalogue.entity import Reading
from lamplighter.plugin import Message, Publication
from lamplighter_homeassistant.component import PAYLOAD_NONE, UNKNOWN, Described, Read
from lamplighter_homeassistant.components import colour
from lamplighter_homeassistant.components.light_abilities import (
    Abilities,
    Wanted,
    temperature_range,
)
from lamplighter_homeassistant.components.light_colour_reading import (
    colour_attributes,
    temperature_attributes,
)
from lamplighter_homeassistant.components.light_default_reading import Memory
from lamplighter_homeassistant.components.readers import (
    by_topic,
    named,
    number,
    option,
    tells,
    templated,
)
from lamplighter_homeassistant.components.scaling import percent_from_byte
from lamplighter_homeassistant.keys import DiscoveryConfig

_CHANNELS = ("red", "green", "blue")
_STATE = named({"on": "on", "off": "off", PAYLOAD_NONE: UNKNOWN})

Write = Callable[[Any, Mapping[str, Any]], str]


def describe(config: DiscoveryConfig) -> Described:
    """What the config of a template light says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    config.required_topic("command_topic")
    config.required_text("command_on_template")
    config.required_text("command_off_template")
    light = _TemplateLight(
        config=config,
        abilities=_abilities(config),
        memory=Memory(),
        kelvin=config.flag("color_temp_kelvin", default=False),
        tells=config.has("state_template") and tells(config, "state_topic"),
        write_on=config.render("command_on_template"),
        write_off=config.render("command_off_template"),
    )
    return Described(
        reads=by_topic(config, {"state_topic": light.readers()}),
        services=light.abilities.services(),
        commands={"turn_on": light.turn_on, "turn_off": light.turn_off},
        options=light.abilities.options(),
        confirmable=light.tells,
    )


@dataclass(frozen=True, slots=True)
class _TemplateLight:
    """One light; ``tells`` says whether it tells its state or is taken at what it was told."""

    config: DiscoveryConfig
    abilities: Abilities
    memory: Memory
    kelvin: bool
    tells: bool
    write_on: Write
    write_off: Write

    def turn_on(self, params: Mapping[str, Any]) -> Sequence[Publication]:
        """What ``command_on_template`` makes of all that is asked for."""
        wanted = self.abilities.wanted(params, self.memory.brightness)
        if wanted.off:
            return self.turn_off(params)
        values: dict[str, Any] = {"state": True}
        if wanted.brightness is not None:
            values["brightness"] = wanted.brightness
        if wanted.kelvin is not None:
            mired = colour.mired_from_kelvin(wanted.kelvin)
            values["color_temp"] = wanted.kelvin if self.kelvin else mired
        if wanted.hs:
            values |= self._colour(wanted, wanted.hs)
        for name in ("effect", "flash", "transition"):
            if (value := getattr(wanted, name)) is not None:
                values[name] = value
        if wanted.brightness is not None and not self.tells:
            self.memory.brightness = wanted.brightness
        return (self._publication(self.write_on, values),)

    def turn_off(self, params: Mapping[str, Any]) -> Sequence[Publication]:
        """What ``command_off_template`` makes of it."""
        values: dict[str, Any] = {"state": False}
        if params.get("transition") is not None:
            values["transition"] = float(params["transition"])
        return (self._publication(self.write_off, values),)

    def readers(self) -> tuple[Read, ...]:
        """One reader for each template of the config."""
        readers: list[Read] = []
        if self.config.has("state_template"):
            readers.append(templated(self.config.value("state_template"), _STATE))
        for key, meaning in (
            ("brightness", self._brightness),
            ("color_temp", self._temperature),
            ("effect", self._effect),
        ):
            if self.config.has(f"{key}_template"):
                readers.append(templated(self.config.value(f"{key}_template"), meaning))
        if "hs" in self.abilities.modes:
            readers.append(self._colour_reader())
        return tuple(readers)

    def _publication(self, write: Write, values: Mapping[str, Any]) -> Publication:
        return self.config.publication("command_topic", write(None, values))

    def _colour(self, wanted: Wanted, hs: colour.Pair) -> dict[str, float]:
        level = 255
        if not self.config.has("brightness_template"):
            known = self.memory.brightness
            guess = 255 if known is None else known
            level = guess if wanted.brightness is None else wanted.brightness
        rgb = colour.hs_to_rgb(*hs, level / 255 * 100)
        return {**dict(zip(_CHANNELS, rgb, strict=True)), "hue": hs[0], "sat": hs[1]}

    def _brightness(self, text: str, topic: str) -> Reading | None:
        if text == PAYLOAD_NONE or not (level := int(number(text, topic, "brightness"))):
            return None
        self.memory.brightness = level
        return Reading(attributes={"brightness_pct": percent_from_byte(level)})

    def _temperature(self, text: str, topic: str) -> Reading | None:
        if text == PAYLOAD_NONE:
            return Reading(attributes={"color_temp_kelvin": None})
        return Reading(attributes=temperature_attributes(text, topic, self.kelvin))

    def _effect(self, text: str, topic: str) -> Reading | None:
        if text == PAYLOAD_NONE:
            return Reading(attributes={"effect": None})
        effects = self.abilities.effects or ()
        return Reading(attributes={"effect": option(text, topic, "effect", effects)})

    def _colour_reader(self) -> Read:
        values = [self.config.value(f"{channel}_template") for channel in _CHANNELS]

        def read(message: Message) -> Reading | None:
            texts = [value(message) for value in values]
            if not all(texts):
                return None
            if set(texts) == {PAYLOAD_NONE}:
                return Reading(attributes={"rgb_color": None})
            pairs = zip(texts, _CHANNELS, strict=True)
            rgb = [int(number(text, message.topic, channel)) for text, channel in pairs]
            hs = colour.rgb_to_hs(rgb)
            return Reading(attributes=colour_attributes(hs, "hs", self.abilities))

        return read


def _abilities(config: DiscoveryConfig) -> Abilities:
    warmest, coldest = temperature_range(config)
    modes = set()
    if config.has("color_temp_template"):
        modes.add("color_temp")
    if all(config.has(f"{channel}_template") for channel in _CHANNELS):
        modes.add("hs")
    if not modes:
        modes.add("brightness" if config.has("brightness_template") else "onoff")
    effects = config.strings("effect_list") if config.has("effect_list") else None
    return Abilities(
        frozenset(modes), warmest, coldest, effects or None, flash=True, transition=True
    )
