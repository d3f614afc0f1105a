"""Lights that are told everything in one JSON object (``schema: json``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.catalogue.entity import Reading
from lamplighter.errors import PayloadError
from lamplighter.plugin import Message, Publication
from lamplighter_homeassistant.component import UNKNOWN, Described, Read
from lamplighter_homeassistant.components import colour
from lamplighter_homeassistant.components.json_payload import json_object, json_text
from lamplighter_homeassistant.components.light_abilities import (
    MODES,
    Abilities,
    Wanted,
    checked_modes,
    full_scale,
    temperature_range,
)
from lamplighter_homeassistant.components.light_colour_reading import (
    colour_attributes,
    temperature_attributes,
)
from lamplighter_homeassistant.components.readers import by_topic, number, option, tells
from lamplighter_homeassistant.components.scaling import percent_from_byte, scale
from lamplighter_homeassistant.json_text import parse_json
from lamplighter_homeassistant.keys import DiscoveryConfig

_BYTE = (1.0, 255.0)
_STATES: Mapping[Any, str] = {"ON": "on", "OFF": "off", None: UNKNOWN}
_CHANNELS = {"rgb": "rgb", "rgbw": "rgbw", "rgbww": "rgbcw", "hs": "hs", "xy": "xy"}
_OLD_COLOURS = ("rgb", "xy", "hs")


def describe(config: DiscoveryConfig) -> Described:
    """What the config of a JSON light says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    config.required_topic("command_topic")
    light = _JsonLight(
        config=config,
        abilities=_abilities(config),
        old_colours=_old_colours(config),
        dimmed_apart=config.flag("brightness", default=False),
        kelvin=config.flag("color_temp_kelvin", default=False),
        scale=full_scale(config, "brightness_scale"),
        white_scale=full_scale(config, "white_scale"),
        text=config.value(),
        flash_seconds={
            "short": config.integer("flash_time_short", 2),
            "long": config.integer("flash_time_long", 10),
        },
    )
    return Described(
        reads=by_topic(config, {"state_topic": light.readers()}),
        services=light.abilities.services(),
        commands={"turn_on": light.turn_on, "turn_off": light.turn_off},
        options=light.abilities.options(),
        confirmable=tells(config, "state_topic"),
    )


@dataclass(frozen=True, slots=True)
class _JsonLight:
    """One light.

    ``old_colours`` are the colour spaces of a config in the style of before 2024, which are all
    sent together; ``dimmed_apart`` tells whether the device has a brightness besides its colour.
    """

    config: DiscoveryConfig
    abilities: Abilities
    old_colours: tuple[str, ...]
    dimmed_apart: bool
    kelvin: bool
    scale: int
    white_scale: int
    text: Callable[[Message], str]
    flash_seconds: Mapping[str, int]

    def turn_on(self, params: Mapping[str, Any]) -> Sequence[Publication]:
        """One JSON object; brightness 0 turns the light off."""
        wanted = self.abilities.wanted(params, None)
        if wanted.off:
            return self.turn_off(params)
        said: dict[str, Any] = {"state": "ON"}
        if shade := self._colour(wanted):
            said["color"] = shade
        said |= self._manner(wanted)
        said |= self._brightness(wanted)
        if wanted.kelvin is not None:
            mired = colour.mired_from_kelvin(wanted.kelvin)
            said["color_temp"] = wanted.kelvin if self.kelvin else mired
        if wanted.effect is not None:
            said["effect"] = wanted.effect
        if wanted.white is not None:
            level = min(round(wanted.white / 255 * self.white_scale), self.white_scale)
            said["white"] = max(level, 1)
        return (self._publication(said),)

    def turn_off(self, params: Mapping[str, Any]) -> Sequence[Publication]:
        """One JSON object."""
        wanted = self.abilities.wanted({**params, "brightness_pct": None}, None)
        return (self._publication({"state": "OFF", **self._manner(wanted)}),)

    def readers(self) -> tuple[Read, ...]:
        """One reader for each thing the light says, so that a bad one leaves the others alone."""
        return (self._state, self._brightness_said, self._shade_said, self._effect_said)

    def _publication(self, said: Mapping[str, Any]) -> Publication:
        return self.config.publication("command_topic", json_text(said))

    def _manner(self, wanted: Wanted) -> dict[str, Any]:
        manner: dict[str, Any] = {}
        if wanted.transition is not None:
            manner["transition"] = wanted.transition
        if wanted.flash is not None:
            manner["flash"] = self.flash_seconds[wanted.flash]
        return manner

    def _brightness(self, wanted: Wanted) -> dict[str, Any]:
        level = wanted.brightness
        mixed_in = not self.dimmed_apart and (wanted.rgb or wanted.rgbw or wanted.rgbww)
        if level is None or mixed_in or (self.old_colours and not self.dimmed_apart):
            return {}
        return {"brightness": max(round(scale(_BYTE, (1, self.scale), level)), 1)}

    def _colour(self, wanted: Wanted) -> dict[str, float]:
        level = 255 if self.dimmed_apart or wanted.brightness is None else wanted.brightness
        if self.old_colours and wanted.hs:
            return _together(wanted.hs, level, self.old_colours)
        for space, letters in _CHANNELS.items():
            values = getattr(wanted, space)
            if values is None:
                continue
            if space.startswith("rgb"):
                values = (round(channel / 255 * level) for channel in values)
            return dict(zip(letters, values, strict=True))
        return {}

    def _state(self, message: Message) -> Reading | None:
        said = json_object(self.text(message), message.topic)
        if "state" not in said:
            return None
        state = said["state"]
        if not isinstance(state, str | None) or state not in _STATES:
            raise PayloadError(message.topic, f"{state!r} is neither ON nor OFF", "state")
        return Reading(_STATES[state])

    def _brightness_said(self, message: Message) -> Reading | None:
        level = self._said(message).get("brightness")
        # Many lights say 0 when they are off; Home Assistant keeps what they had before.
        if not level or not self.abilities.dimmable:
            return None
        spoken = number(level, message.topic, "brightness")
        byte = min(255, max(1, round(scale((1, self.scale), _BYTE, spoken))))
        return Reading(attributes={"brightness_pct": percent_from_byte(byte)})

    def _effect_said(self, message: Message) -> Reading | None:
        said = self._said(message)
        if self.abilities.effects is None or "effect" not in said:
            return None
        return Reading(attributes={"effect": said["effect"]})

    def _shade_said(self, message: Message) -> Reading | None:
        shade = self._shade(self._said(message), message.topic)
        return Reading(attributes=shade) if shade else None

    def _said(self, message: Message) -> Mapping[str, Any]:
        """The JSON object; empty where it is none, which the reader of the state refuses."""
        said = parse_json(self.text(message), None)
        return said if isinstance(said, dict) else {}

    def _shade(self, said: Mapping[str, Any], topic: str) -> dict[str, Any]:
        modes = self.abilities.modes
        mode = said.get("color_mode")
        if mode is not None:
            option(mode, topic, "color_mode", modes)
        if mode not in (None, "color_temp"):
            return {"color_mode": mode, **self._spoken_colour(said, topic, mode)}
        shade: dict[str, Any] = {}
        if mode is None:
            shade |= self._spoken_colour(said, topic, None)
        if "color_temp" in modes and said.get("color_temp") is not None:
            shade |= temperature_attributes(said["color_temp"], topic, self.kelvin)
        if mode == "color_temp":
            shade |= {"color_mode": mode}
            shade |= {"rgb_color": None} if modes - {"color_temp", "white"} else {}
        return shade

    def _spoken_colour(
        self, said: Mapping[str, Any], topic: str, mode: str | None
    ) -> dict[str, Any]:
        spoken = said.get("color")
        if not isinstance(spoken, Mapping):
            return {}
        spaces = (mode,) if mode else (*self.old_colours, *sorted(self.abilities.modes))
        for space in spaces:
            letters = _CHANNELS.get(space or "", "")
            if letters and all(letter in spoken for letter in letters):
                channels = [number(spoken[one], topic, f"color.{one}") for one in letters]
                return colour_attributes(channels, str(space), self.abilities)
        if mode in _CHANNELS:
            letters = ", ".join(_CHANNELS[mode])
            raise PayloadError(topic, f"lacks one of {letters}", "color")
        return {}


def _together(hs: colour.Pair, level: int, spaces: tuple[str, ...]) -> dict[str, float]:
    """A colour in every space of a config of the old style."""
    shade: dict[str, float] = {}
    if "rgb" in spaces:
        shade |= zip("rgb", colour.hs_to_rgb(*hs, level / 255 * 100), strict=True)
    if "xy" in spaces:
        shade |= zip("xy", colour.rgb_to_xy(colour.hs_to_rgb(*hs)), strict=True)
    if "hs" in spaces:
        shade |= zip("hs", hs, strict=True)
    return shade


def _abilities(config: DiscoveryConfig) -> Abilities:
    warmest, coldest = temperature_range(config)
    has_effects = config.flag("effect", default=False)
    return Abilities(
        modes=_modes(config),
        min_kelvin=warmest,
        max_kelvin=coldest,
        effects=config.strings("effect_list") if has_effects else None,
        flash=config.flag("flash", default=True),
        transition=config.flag("transition", default=True),
    )


def _modes(config: DiscoveryConfig) -> frozenset[str]:
    named = config.strings("supported_color_modes")
    if named:
        for mode in named:
            if mode not in MODES:
                config.refuse("supported_color_modes", f"{mode!r} is no colour mode")
        return checked_modes(config, frozenset(named), "supported_color_modes")
    old = {"hs"} if _old_colours(config) else set()
    # Before 2024 a colour temperature was announced by this flag alone.
    if config.values.get("color_temp") is True:
        old.add("color_temp")
    if old:
        return frozenset(old)
    return frozenset({"brightness" if config.flag("brightness", default=False) else "onoff"})


def _old_colours(config: DiscoveryConfig) -> tuple[str, ...]:
    if config.strings("supported_color_modes"):
        return ()
    return tuple(space for space in _OLD_COLOURS if config.values.get(space) is True)
