"""What a light can do, and what is asked of it in the terms its device understands.

The three schemas of MQTT lights share this: the services they offer, and the choice of the colour
space that a colour is sent in. Both follow Home Assistant's ``light.turn_on`` service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lamplighter.catalogue.entity import Choice, Colour, Number, Parameter, Service, Text
from lamplighter_homeassistant.components import colour
from lamplighter_homeassistant.components.scaling import byte_from_percent
from lamplighter_homeassistant.keys import DiscoveryConfig

COLOURED = frozenset({"hs", "rgb", "rgbw", "rgbww", "xy"})
MODES = COLOURED | {"onoff", "brightness", "color_temp", "white"}
MAX_TRANSITION = 6553.0
FLASH = ("short", "long")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a light is asked for, in Home Assistant's units; None where it is not asked for.

    Attributes:
        brightness: 0 to 255; 0 turns the light off.
        white: as brightness, of the white channel alone.
        kelvin: colour temperature.
        rgb, rgbw, rgbww, hs, xy: the colour, in the one space that was chosen for the light.
        effect: one of the light's effects.
        transition: seconds.
        flash: ``short`` or ``long``.
    """

    brightness: int | None = None
    white: int | None = None
    kelvin: int | None = None
    rgb: colour.Rgb | None = None
    rgbw: colour.Rgbw | None = None
    rgbww: colour.Rgbww | None = None
    hs: colour.Pair | None = None
    xy: colour.Pair | None = None
    effect: str | None = None
    transition: float | None = None
    flash: str | None = None

    @property
    def off(self) -> bool:
        """Brightness or white of 0 means: turn it off."""
        return self.brightness == 0 or self.white == 0


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a light can do.

    Attributes:
        modes: Home Assistant's supported colour modes.
        min_kelvin: its warmest white.
        max_kelvin: its coldest white.
        effects: its effects; empty for any text; None where it has none.
        flash: whether it can be told to flash.
        transition: whether it can be told how long to take.
    """

    modes: frozenset[str]
    min_kelvin: int = colour.DEFAULT_MIN_KELVIN
    max_kelvin: int = colour.DEFAULT_MAX_KELVIN
    effects: tuple[str, ...] | None = None
    flash: bool = False
    transition: bool = False

    @property
    def dimmable(self) -> bool:
        """Whether it has a brightness."""
        return bool(self.modes - {"onoff"})

    def services(self) -> dict[str, Service]:
        """The services ``turn_on`` and ``turn_off`` with the parameters that it takes."""
        manner = self._manner()
        return {
            "turn_on": Service("turn_on", {**self._levels(), **manner}),
            "turn_off": Service("turn_off", manner),
        }

    def options(self) -> dict[str, Any]:
        """Constant facts under Home Assistant's attribute names."""
        facts: dict[str, Any] = {"supported_color_modes": sorted(self.modes)}
        if self.modes & {"color_temp", "rgbww"}:
            facts["min_color_temp_kelvin"] = self.min_kelvin
            facts["max_color_temp_kelvin"] = self.max_kelvin
        if self.effects:
            facts["effect_list"] = list(self.effects)
        return facts

    def wanted(self, params: Mapping[str, Any], brightness: int | None) -> Wanted:
        """What checked parameters of ``turn_on`` ask for.

        Args:
            params: the parameters, in user units.
            brightness: what is known of the light's brightness, 0 to 255; None where nothing is.
        """
        level = _byte(params.get("brightness_pct"))
        white = _byte(params.get("white"))
        if white is not None and level is not None:
            white, level = level, None
        known = level if level is not None else brightness
        return Wanted(
            brightness=level,
            white=white,
            effect=params.get("effect"),
            transition=_seconds(params.get("transition")),
            flash=params.get("flash"),
            **self._colour(params, 255 if known is None else known),
        )

    def _colour(self, params: Mapping[str, Any], brightness: int) -> dict[str, Any]:
        if (rgb := params.get("rgb_color")) is not None:
            red, green, blue = (int(channel) for channel in rgb)
            return self._in_its_space((red, green, blue))
        if (kelvin := params.get("color_temp_kelvin")) is None:
            return {}
        if "color_temp" in self.modes:
            return {"kelvin": int(kelvin)}
        bounds = self.min_kelvin, self.max_kelvin
        return {"rgbww": colour.kelvin_to_rgbww(int(kelvin), brightness, *bounds)}

    def _in_its_space(self, rgb: colour.Rgb) -> dict[str, Any]:
        if "rgb" in self.modes:
            return {"rgb": rgb}
        if "rgbw" in self.modes:
            return {"rgbw": colour.rgb_to_rgbw(rgb)}
        if "rgbww" in self.modes:
            return {"rgbww": colour.rgb_to_rgbww(rgb, self.min_kelvin, self.max_kelvin)}
        if "hs" in self.modes:
            return {"hs": colour.rgb_to_hs(rgb)}
        return {"xy": colour.rgb_to_xy(rgb)}

    def _levels(self) -> dict[str, Parameter]:
        levels: dict[str, Parameter] = {}
        if self.dimmable:
            levels["brightness_pct"] = Number(0, 100, 1, "%")
        if self.modes & COLOURED:
            levels["rgb_color"] = Colour()
        if self.modes & {"color_temp", "rgbww"}:
            levels["color_temp_kelvin"] = Number(self.min_kelvin, self.max_kelvin, 1, "K")
        if self.effects is not None:
            levels["effect"] = Choice(self.effects) if self.effects else Text()
        if "white" in self.modes:
            levels["white"] = Number(0, 100, 1, "%")
        return levels

    def _manner(self) -> dict[str, Parameter]:
        manner: dict[str, Parameter] = {}
        if self.transition:
            manner["transition"] = Number(0, MAX_TRANSITION, 0, "s")
        if self.flash:
            manner["flash"] = Choice(FLASH)
        return manner


def temperature_range(config: DiscoveryConfig) -> tuple[int, int]:
    """The warmest and the coldest white of a light in kelvin.

    Raises:
        PayloadError: they are no numbers above 0, or the wrong way round.
    """
    warmest = _kelvin(config, "max_mireds", "min_kelvin", colour.DEFAULT_MIN_KELVIN)
    coldest = _kelvin(config, "min_mireds", "max_kelvin", colour.DEFAULT_MAX_KELVIN)
    if warmest > coldest:
        key = "max_mireds" if config.has("max_mireds") else "min_kelvin"
        config.refuse(key, f"its warmest white ({warmest} K) is colder than its coldest")
    return warmest, coldest


def checked_modes(config: DiscoveryConfig, modes: frozenset[str], key: str) -> frozenset[str]:
    """The colour modes, where they go together.

    Raises:
        PayloadError: there is none, or ``onoff`` or ``brightness`` not alone, or ``white``
            without a colour.
    """
    alone = modes & {"onoff", "brightness"}
    if not modes or (alone and len(modes) > 1) or ("white" in modes and not modes & COLOURED):
        config.refuse(key, f"these colour modes do not go together: {', '.join(sorted(modes))}")
    return modes


def full_scale(config: DiscoveryConfig, key: str) -> int:
    """What the device calls full brightness; 255 where the config names none.

    Raises:
        PayloadError: it is below 1.
    """
    value = config.integer(key, 255)
    if value < 1:
        config.refuse(key, f"{value} is below 1")
    return value


def _kelvin(config: DiscoveryConfig, mired_key: str, kelvin_key: str, default: int) -> int:
    for key in (mired_key, kelvin_key):
        if config.has(key) and config.integer(key, 0) < 0:
            config.refuse(key, "is below 0")
    mired = config.integer(mired_key, 0)
    return colour.kelvin_from_mired(mired) if mired else config.integer(kelvin_key, 0) or default


def _byte(percent: float | None) -> int | None:
    return None if percent is None else byte_from_percent(percent)


def _seconds(value: float | None) -> float | None:
    return None if value is None else min(max(float(value), 0.0), MAX_TRANSITION)
