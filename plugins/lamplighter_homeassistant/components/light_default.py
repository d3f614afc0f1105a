"""Lights with a topic for each thing they can be told (``schema: basic``, the default)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lamplighter.plugin import Publication
from lamplighter_homeassistant.component import Described
from lamplighter_homeassistant.components import colour
from lamplighter_homeassistant.components.light_abilities import (
    COLOURED,
    Abilities,
    Wanted,
    checked_modes,
    full_scale,
    temperature_range,
)
from lamplighter_homeassistant.components.light_default_reading import Memory, readers
from lamplighter_homeassistant.components.readers import tells
from lamplighter_homeassistant.keys import DiscoveryConfig

_ON_COMMAND_TYPES = ("last", "first", "brightness")
_CHANNELS = {
    "rgb": ("red", "green", "blue"),
    "rgbw": ("red", "green", "blue", "white"),
    "rgbww": ("red", "green", "blue", "cold_white", "warm_white"),
}
_TEMPLATED = ("brightness", "color_temp", "effect", "hs", "rgb", "rgbw", "rgbww", "xy")

Write = Callable[[Any, Mapping[str, Any]], str]


def describe(config: DiscoveryConfig) -> Described:
    """What the config of a light in the default schema says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    config.required_topic("command_topic")
    abilities = _abilities(config)
    memory = Memory()
    light = _DefaultLight(
        config=config,
        abilities=abilities,
        memory=memory,
        first=config.choice("on_command_type", _ON_COMMAND_TYPES, "last"),
        payload_on=config.text("payload_on", "ON"),
        payload_off=config.text("payload_off", "OFF"),
        optimistic=config.flag("optimistic", default=False),
        kelvin=config.flag("color_temp_kelvin", default=False),
        brightness_scale=full_scale(config, "brightness_scale"),
        white_scale=full_scale(config, "white_scale"),
        dimmed_apart=config.topic_of("brightness_command_topic") is not None,
        write={key: config.render(f"{key}_command_template") for key in _TEMPLATED},
    )
    return Described(
        reads=readers(config, abilities, memory, light.brightness_scale),
        services=abilities.services(),
        commands={"turn_on": light.turn_on, "turn_off": light.turn_off},
        options=abilities.options(),
        confirmable=tells(config, "state_topic"),
    )


@dataclass(frozen=True, slots=True)
class _DefaultLight:
    """One light; ``memory`` is what it last said, or was told where it does not say it."""

    config: DiscoveryConfig
    abilities: Abilities
    memory: Memory
    first: str
    payload_on: str
    payload_off: str
    optimistic: bool
    kelvin: bool
    brightness_scale: int
    white_scale: int
    dimmed_apart: bool
    write: Mapping[str, Write] = field(repr=False)

    def turn_on(self, params: Mapping[str, Any]) -> Sequence[Publication]:
        """A message for each thing asked for, and the payload for on where the config puts it."""
        wanted = self.abilities.wanted(params, self.memory.brightness)
        if wanted.off:
            return self.turn_off(params)
        if self.first == "brightness" and wanted.brightness is None and wanted.white is None:
            wanted = replace(wanted, brightness=self.memory.brightness or 255)
        messages = [
            *self._colour(wanted),
            *self._brightness(wanted),
            *self._temperature(wanted),
            *self._effect(wanted),
            *self._white(wanted),
        ]
        self._remember(wanted)
        switch = self.config.publication("command_topic", self.payload_on)
        if self.first == "first":
            return [switch, *messages]
        return [*messages, switch] if self.first == "last" else messages

    def turn_off(self, params: Mapping[str, Any]) -> Sequence[Publication]:  # noqa: ARG002 - this schema has no transition
        """The payload for off."""
        return (self.config.publication("command_topic", self.payload_off),)

    def _colour(self, wanted: Wanted) -> list[Publication]:
        messages = []
        if wanted.hs:
            hue, saturation = wanted.hs
            names = {"hue": hue, "sat": saturation}
            messages.append(self._said("hs", f"{hue},{saturation}", names))
        messages += [
            self._dimmed(mode, channels, self._factor(wanted))
            for mode in _CHANNELS
            if (channels := getattr(wanted, mode)) is not None
        ]
        if wanted.xy:
            x, y = wanted.xy
            messages.append(self._said("xy", f"{x},{y}", {"x": x, "y": y}))
        return messages

    def _factor(self, wanted: Wanted) -> int:
        """By how much of 255 a colour is dimmed: only where it carries the brightness too."""
        return 255 if self.dimmed_apart else wanted.brightness or self.memory.brightness or 255

    def _brightness(self, wanted: Wanted) -> list[Publication]:
        if wanted.brightness is None:
            return []
        if self.dimmed_apart:
            full = self.brightness_scale
            level = min(round(wanted.brightness / 255 * full), full)
            return [self._said("brightness", max(level, 1), {})]
        for mode, names in _CHANNELS.items():
            if mode in self.abilities.modes and getattr(wanted, mode) is None:
                channels = self.memory.colours.get(mode, (255,) * len(names))
                return [self._dimmed(mode, channels, wanted.brightness)]
        return []

    def _dimmed(self, mode: str, channels: Sequence[int], brightness: int) -> Publication:
        dimmed = [int(channel * brightness / 255) for channel in channels]
        value = ",".join(map(str, dimmed))
        return self._said(mode, value, dict(zip(_CHANNELS[mode], dimmed, strict=True)))

    def _temperature(self, wanted: Wanted) -> list[Publication]:
        if wanted.kelvin is None:
            return []
        value = wanted.kelvin if self.kelvin else colour.mired_from_kelvin(wanted.kelvin)
        return [self._said("color_temp", value, {})]

    def _effect(self, wanted: Wanted) -> list[Publication]:
        return [] if wanted.effect is None else [self._said("effect", wanted.effect, {})]

    def _white(self, wanted: Wanted) -> list[Publication]:
        if wanted.white is None:
            return []
        level = min(round(wanted.white / 255 * self.white_scale), self.white_scale)
        return [self.config.publication("white_command_topic", str(level))]

    def _said(self, key: str, value: Any, variables: Mapping[str, Any]) -> Publication:
        return self.config.publication(f"{key}_command_topic", self.write[key](value, variables))

    def _remember(self, wanted: Wanted) -> None:
        """Keep what the light will not say itself."""
        told = wanted.white if wanted.brightness is None else wanted.brightness
        if told is not None and self._guesses_brightness():
            self.memory.brightness = told
        for mode in _CHANNELS:
            channels = getattr(wanted, mode)
            if channels and (self.optimistic or not self.config.has(f"{mode}_state_topic")):
                self.memory.colours[mode] = channels

    def _guesses_brightness(self) -> bool:
        source = "brightness_state_topic" if self.dimmed_apart else "rgb_state_topic"
        return self.optimistic or not self.config.has(source)


def _abilities(config: DiscoveryConfig) -> Abilities:
    warmest, coldest = temperature_range(config)
    modes = {
        mode
        for mode in (*COLOURED, "color_temp", "white")
        if config.topic_of(f"{mode}_command_topic") is not None
    }
    if not modes:
        dimmable = config.topic_of("brightness_command_topic") is not None
        modes = {"brightness" if dimmable else "onoff"}
    effects = None
    if config.topic_of("effect_command_topic") is not None and config.has("effect_list"):
        effects = config.strings("effect_list") or None
    key = "white_command_topic"
    return Abilities(checked_modes(config, frozenset(modes), key), warmest, coldest, effects)
