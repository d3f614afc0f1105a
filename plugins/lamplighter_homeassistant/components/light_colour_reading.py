"""What a light's colour is, in attributes, from the space that it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lamplighter.errors import PayloadError
from lamplighter_homeassistant.components import colour
from lamplighter_homeassistant.components.light_abilities import Abilities
from lamplighter_homeassistant.components.readers import number


def colour_attributes(
    channels: Sequence[float], space: str, abilities: Abilities
) -> dict[str, Any]:
    """``rgb_color`` of channels in a colour space, and the mode that the light is in.

    Where a light has whites or colours but not both at once, the other becomes None.
    """
    attributes: dict[str, Any] = {"color_mode": space}
    if abilities.modes & {"color_temp", "rgbww"}:
        attributes["color_temp_kelvin"] = None
    if space == "rgbww" and not any(channels[:3]):
        cold, warm = (int(channel) for channel in channels[3:])
        bounds = abilities.min_kelvin, abilities.max_kelvin
        attributes["color_temp_kelvin"] = colour.whites_to_kelvin(cold, warm, *bounds)
    attributes["rgb_color"] = list(rgb_from(channels, space, abilities))
    return attributes


def temperature_attributes(value: Any, topic: str, kelvin: bool) -> dict[str, Any]:  # noqa: FBT001 - a unit, not a switch
    """``color_temp_kelvin`` of a value in kelvin or in mired.

    Raises:
        PayloadError: it is no number of 1 or more.
    """
    spoken = number(value, topic, "color_temp")
    if spoken < 1:
        raise PayloadError(topic, f"{value!r} is below 1", "color_temp")
    return {"color_temp_kelvin": int(spoken) if kelvin else colour.kelvin_from_mired(spoken)}


def rgb_from(channels: Sequence[float], space: str, abilities: Abilities) -> colour.Rgb:
    """The colour of channels in one of the colour spaces."""
    if space == "hs":
        return colour.hs_to_rgb(channels[0], channels[1])
    if space == "xy":
        return colour.xy_to_rgb(channels[0], channels[1])
    whole = [int(channel) for channel in channels]
    if space == "rgbw":
        return colour.rgbw_to_rgb((whole[0], whole[1], whole[2], whole[3]))
    if space == "rgbww":
        bounds = abilities.min_kelvin, abilities.max_kelvin
        return colour.rgbww_to_rgb((whole[0], whole[1], whole[2], whole[3], whole[4]), *bounds)
    return whole[0], whole[1], whole[2]
