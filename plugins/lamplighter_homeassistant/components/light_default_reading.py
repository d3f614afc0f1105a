"""What a light in the default schema says, topic by topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lamplighter.catalogue.entity import Reading
from lamplighter_homeassistant.component import PAYLOAD_NONE, Read
from lamplighter_homeassistant.components import colour
from lamplighter_homeassistant.components.light_abilities import MODES, Abilities
from lamplighter_homeassistant.components.light_colour_reading import (
    rgb_from,
    temperature_attributes,
)
from lamplighter_homeassistant.components.readers import (
    Meaning,
    by_topic,
    number,
    numbers,
    option,
    switched,
    templated,
)
from lamplighter_homeassistant.components.scaling import percent_from_byte
from lamplighter_homeassistant.keys import DiscoveryConfig

_MIXED = {"rgb": 3, "rgbw": 4, "rgbww": 5}


@dataclass(slots=True)
class Memory:
    """What is known of a light, which the next command may build on.

    Attributes:
        brightness: 0 to 255, or None while nothing was heard.
        colours: by ``rgb``, ``rgbw`` and ``rgbww``, its channels at full brightness.
    """

    brightness: int | None = None
    colours: dict[str, tuple[int, ...]] = field(default_factory=dict)


def readers(
    config: DiscoveryConfig, abilities: Abilities, memory: Memory, brightness_scale: int
) -> dict[str, tuple[Read, ...]]:
    """The light's readers by topic; they write what they hear to ``memory``, too."""
    light = _Reader(
        abilities,
        memory,
        brightness_scale,
        # A light that says its mode is not guessed to be in the mode of what it says otherwise.
        guesses_mode=config.flag("optimistic", default=False)
        or not config.has("color_mode_state_topic"),
        dims_by_colour=not config.has("brightness_state_topic"),
        kelvin=config.flag("color_temp_kelvin", default=False),
    )
    on, off = config.text("payload_on", "ON"), config.text("payload_off", "OFF")
    # Tasmota's own discovery says value_template, as Home Assistant once did.
    own = config.has("state_value_template") or not config.has("value_template")
    state_template = "state_value_template" if own else "value_template"
    return by_topic(
        config,
        {
            "state_topic": templated(config.value(state_template), switched(on, off)),
            **{
                f"{key}_state_topic": templated(config.value(f"{key}_value_template"), meaning)
                for key, meaning in light.meanings().items()
            },
        },
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    abilities: Abilities
    memory: Memory
    brightness_scale: int
    guesses_mode: bool
    dims_by_colour: bool
    kelvin: bool

    def meanings(self) -> dict[str, Meaning]:
        """What the texts of each topic mean."""
        return {
            "brightness": self._brightness,
            **{mode: self._mixed(mode) for mode in _MIXED},
            "color_mode": self._mode,
            "color_temp": self._temperature,
            "effect": self._effect,
            "hs": self._pair("hs"),
            "xy": self._pair("xy"),
        }

    def _brightness(self, text: str, topic: str) -> Reading | None:
        if text == PAYLOAD_NONE:
            return None
        level = number(text, topic, "brightness")
        # Many lights say 0 when they are off; Home Assistant keeps what they had before.
        return self._bright(min(round(level / self.brightness_scale * 255), 255)) if level else None

    def _bright(self, brightness: int, **attributes: Any) -> Reading:
        self.memory.brightness = brightness
        return Reading(attributes={"brightness_pct": percent_from_byte(brightness), **attributes})

    def _mixed(self, mode: str) -> Meaning:
        def meaning(text: str, topic: str) -> Reading | None:
            if text == PAYLOAD_NONE:
                return None
            spoken = numbers(text, topic, f"{mode}_color", _MIXED[mode])
            channels = tuple(int(channel) for channel in spoken)
            if not self.dims_by_colour:
                return Reading(attributes=self._coloured(mode, channels))
            brightness = max(rgb_from(channels, mode, self.abilities))
            if brightness <= 0:
                return None
            full = tuple(min(round(channel / brightness * 255), 255) for channel in channels)
            return self._bright(brightness, **self._coloured(mode, full))

        return meaning

    def _pair(self, mode: str) -> Meaning:
        def meaning(text: str, topic: str) -> Reading | None:
            if text == PAYLOAD_NONE:
                return None
            return Reading(attributes=self._coloured(mode, numbers(text, topic, mode, 2)))

        return meaning

    def _coloured(self, mode: str, channels: Sequence[float]) -> dict[str, Any]:
        if mode in _MIXED:
            self.memory.colours[mode] = tuple(int(channel) for channel in channels)
        attributes: dict[str, Any] = {"rgb_color": list(rgb_from(channels, mode, self.abilities))}
        if mode == "rgbww" and not any(channels[:3]):
            cold, warm = (int(channel) for channel in channels[3:])
            bounds = self.abilities.min_kelvin, self.abilities.max_kelvin
            attributes["color_temp_kelvin"] = colour.whites_to_kelvin(cold, warm, *bounds)
        return {**attributes, **self._guessed(mode)}

    def _temperature(self, text: str, topic: str) -> Reading | None:
        if text == PAYLOAD_NONE:
            return None
        attributes = temperature_attributes(text, topic, self.kelvin)
        return Reading(attributes={**attributes, **self._guessed("color_temp")})

    def _guessed(self, mode: str) -> dict[str, str]:
        return {"color_mode": mode} if self.guesses_mode else {}

    def _mode(self, text: str, topic: str) -> Reading | None:
        return Reading(attributes={"color_mode": option(text, topic, "color_mode", MODES)})

    def _effect(self, text: str, _topic: str) -> Reading | None:
        return Reading(attributes={"effect": None if text == PAYLOAD_NONE else text})
