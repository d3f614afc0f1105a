"""Conversions between the colour spaces that lights speak.

The formulas are those of Home Assistant (``homeassistant/util/color.py``), rounding included,
so that a light is sent the very numbers that Home Assistant would send it. The xy conversions
are Philips Hue's "wide RGB D65" ones; the colour of a temperature is Tanner Helland's
approximation. RGB channels are 0 to 255, hue 0 to 360, saturation 0 to 100.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Sequence

Rgb = tuple[int, int, int]
Rgbw = tuple[int, int, int, int]
Rgbww = tuple[int, int, int, int, int]
Pair = tuple[float, float]

DEFAULT_MIN_KELVIN = 2000
DEFAULT_MAX_KELVIN = 6535


def kelvin_from_mired(mired: float) -> int:
    """Mired (above 0) to kelvin, rounded down."""
    return math.floor(1_000_000 / mired)


def mired_from_kelvin(kelvin: float) -> int:
    """Kelvin (above 0) to mired, rounded down."""
    return math.floor(1_000_000 / kelvin)


def rgb_to_hs(rgb: Sequence[float]) -> Pair:
    """Hue and saturation of a colour, to three digits; its brightness is lost."""
    red, green, blue = rgb
    hue, saturation, _ = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    return round(hue * 360, 3), round(saturation * 100, 3)


def hs_to_rgb(hue: float, saturation: float, value: float = 100) -> Rgb:
    """The colour of a hue and a saturation at a brightness ``value`` of 0 to 100."""
    red, green, blue = colorsys.hsv_to_rgb(hue / 360, saturation / 100, value / 100)
    return round(red * 255), round(green * 255), round(blue * 255)


def rgb_to_xy(rgb: Sequence[float]) -> Pair:
    """CIE 1931 x and y of a colour, to three digits; black is (0, 0)."""
    if not any(rgb):
        return 0.0, 0.0
    red, green, blue = (_to_linear(channel / 255) for channel in rgb)
    big_x = red * 0.664511 + green * 0.154324 + blue * 0.162028
    big_y = red * 0.283881 + green * 0.668433 + blue * 0.047685
    big_z = red * 0.000088 + green * 0.072310 + blue * 0.986039
    total = big_x + big_y + big_z
    return round(big_x / total, 3), round(big_y / total, 3)


def xy_to_rgb(x: float, y: float) -> Rgb:
    """The colour of a CIE 1931 point at full brightness; x and y are brought into 0 to 1."""
    x, y = min(max(x, 0.0), 1.0), min(max(y, 1e-11), 1.0)
    big_x = x / y
    big_z = (1 - x - y) / y
    linear = (
        big_x * 1.656492 - 0.354851 - big_z * 0.255038,
        -big_x * 0.707196 + 1.655397 + big_z * 0.036152,
        big_x * 0.051713 - 0.121364 + big_z * 1.011530,
    )
    channels = [max(0.0, _from_linear(channel)) for channel in linear]
    brightest = max(*channels, 1.0)
    red, green, blue = (int(channel / brightest * 255) for channel in channels)
    return red, green, blue


def rgb_to_rgbw(rgb: Rgb) -> Rgbw:
    """Move what the three channels share to the white one."""
    white = min(rgb)
    red, green, blue, white = _match_brightest(rgb, (*(c - white for c in rgb), white))
    return red, green, blue, white


def rgbw_to_rgb(rgbw: Rgbw) -> Rgb:
    """The colour that the four channels make together."""
    white = rgbw[3]
    red, green, blue = _match_brightest(rgbw, tuple(c + white for c in rgbw[:3]))
    return red, green, blue


def rgb_to_rgbww(rgb: Rgb, min_kelvin: int, max_kelvin: int) -> Rgbww:
    """Move what the three channels share to the cold and the warm white, in equal parts."""
    coldest, warmest = mired_from_kelvin(max_kelvin), mired_from_kelvin(min_kelvin)
    whites = temperature_to_rgb(kelvin_from_mired(coldest + (warmest - coldest) / 2))
    level = min(c / white if white else 0 for c, white in zip(rgb, whites, strict=True))
    rest = tuple(c - white * level for c, white in zip(rgb, whites, strict=True))
    white = round(level * 255)
    red, green, blue, cold, warm = _match_brightest(rgb, (*rest, white, white))
    return red, green, blue, cold, warm


def rgbww_to_rgb(rgbww: Rgbww, min_kelvin: int, max_kelvin: int) -> Rgb:
    """The colour that the five channels make together."""
    cold, warm = rgbww[3:]
    coldest, warmest = mired_from_kelvin(max_kelvin), mired_from_kelvin(min_kelvin)
    ratio = warm / (cold + warm) if cold + warm else 0.5
    mired = coldest + ratio * (warmest - coldest)
    whites = temperature_to_rgb(kelvin_from_mired(mired) if mired else 0)
    level = max(cold, warm) / 255
    mixed = tuple(c + white * level for c, white in zip(rgbww[:3], whites, strict=True))
    red, green, blue = _match_brightest(rgbww, mixed)
    return red, green, blue


def kelvin_to_rgbww(kelvin: float, brightness: int, min_kelvin: int, max_kelvin: int) -> Rgbww:
    """White of a temperature from the cold and the warm channel; ``brightness`` 0 to 255."""
    coldest, warmest = mired_from_kelvin(max_kelvin), mired_from_kelvin(min_kelvin)
    cold = (warmest - mired_from_kelvin(kelvin)) / ((warmest - coldest) or 1) * brightness
    return 0, 0, 0, round(cold), round(brightness - cold)


def whites_to_kelvin(cold: int, warm: int, min_kelvin: int, max_kelvin: int) -> int:
    """The temperature that a cold and a warm channel make; the warmest where both are off."""
    coldest, warmest = mired_from_kelvin(max_kelvin), mired_from_kelvin(min_kelvin)
    level = warm / 255 + cold / 255
    if not level:
        return min_kelvin
    return kelvin_from_mired(cold / 255 / level * (coldest - warmest) + warmest)


def temperature_to_rgb(kelvin: float) -> tuple[float, float, float]:
    """The colour of a white of ``kelvin``, which is brought into 1,000 to 40,000 K."""
    hundreds = min(max(kelvin, 1000), 40000) / 100
    return _red(hundreds), _green(hundreds), _blue(hundreds)


def _red(hundreds: float) -> float:
    if hundreds <= 66:
        return 255
    return _channel(329.698727446 * (hundreds - 60) ** -0.1332047592)


def _green(hundreds: float) -> float:
    if hundreds <= 66:
        return _channel(99.4708025861 * math.log(hundreds) - 161.1195681661)
    return _channel(288.1221695283 * (hundreds - 60) ** -0.0755148492)


def _blue(hundreds: float) -> float:
    if hundreds >= 66:
        return 255
    if hundreds <= 19:
        return 0
    return _channel(138.5177312231 * math.log(hundreds - 10) - 305.0447927307)


def _channel(value: float) -> float:
    return min(max(value, 0), 255)


def _to_linear(channel: float) -> float:
    """Undo the gamma of sRGB."""
    return ((channel + 0.055) / 1.055) ** 2.4 if channel > 0.04045 else channel / 12.92


def _from_linear(channel: float) -> float:
    """Apply the gamma of sRGB."""
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _match_brightest(wanted: Sequence[int], channels: Sequence[float]) -> tuple[int, ...]:
    """Scale ``channels`` so that their maximum is that of ``wanted``."""
    brightest = max(channels)
    factor = max(wanted) / brightest if brightest else 0.0
    return tuple(round(channel * factor) for channel in channels)
