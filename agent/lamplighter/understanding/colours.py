"""Colours by their everyday names, as red, green and blue from 0 to 255.

The values are CSS Color Module Level 4's named colours and a few shades that people name and CSS
does not. "Warm white" and such are colour temperatures and not colours (see ``WHITES``); "brown"
and "black" are what a lamp can show of them.
"""

from __future__ import annotations

from collections.abc import Mapping

_HEX = """
aqua 00ffff, aquamarine 7fffd4, azure f0ffff, beige f5f5dc, burgundy 800020, chartreuse 7fff00,
cherry de3163, chocolate d2691e, cornflower blue 6495ed, cream fffdd0, crimson dc143c,
dark blue 00008b, dark green 006400, dark orange ff8c00, dark red 8b0000, dark violet 9400d3,
deep blue 00008b, deep pink ff1493, deep purple 4b0082, deep red 8b0000, deep sky blue 00bfff,
electric blue 7df9ff, emerald 50c878, emerald green 50c878, forest green 228b22, fuchsia ff00ff,
gray 808080, grey 808080, hot pink ff69b4, ivory fffff0, jade 00a86b, khaki f0e68c,
lawn green 7cfc00, lemon fff44f, light blue add8e6, light green 90ee90, light pink ffb6c1,
light yellow ffffe0, lilac c8a2c8, lime green 32cd32, maroon 800000, mauve e0b0ff,
midnight blue 191970, mint 98ff98, mint green 98ff98, mustard ffdb58, navy 000080,
navy blue 000080, ocean blue 0077be, olive 808000, orange red ff4500, orchid da70d6,
pale blue afeeee, pale green 98fb98, pale pink fadadd, peach ffdab9, pine green 01796f,
plum dda0dd, powder blue b0e0e6, rose ff007f, royal blue 4169e1, ruby e0115f, ruby red e0115f,
rust b7410e, saffron f4c430, sapphire 0f52ba, scarlet ff2400, sea green 2e8b57, sienna a0522d,
silver c0c0c0, sky blue 87ceeb, spring green 00ff7f, steel blue 4682b4, tan d2b48c,
tangerine f28500, terracotta e2725b, tomato ff6347, ultramarine 3f00ff, wine 722f37,
yellow green 9acd32
"""

COLOURS: Mapping[str, tuple[int, int, int]] = {
    **{
        name: (int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16))
        for name, _, code in (each.strip().rpartition(" ") for each in _HEX.split(","))
    },
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "orange": (255, 165, 0),
    "yellow": (255, 255, 0),
    "green": (0, 128, 0),
    "lime": (0, 255, 0),
    "blue": (0, 0, 255),
    "purple": (128, 0, 128),
    "brown": (165, 42, 42),
    "pink": (255, 192, 203),
    "turquoise": (64, 224, 208),
    "cyan": (0, 255, 255),
    "magenta": (255, 0, 255),
    "violet": (238, 130, 238),
    "indigo": (75, 0, 130),
    "gold": (255, 215, 0),
    "coral": (255, 127, 80),
    "salmon": (250, 128, 114),
    "teal": (0, 128, 128),
    "lavender": (230, 230, 250),
    "amber": (255, 191, 0),
}
"""Where two names mean one colour, the later one is said back."""

WHITES: Mapping[str, int] = {
    "candlelight": 1900,
    "candle light": 1900,
    "candle": 1900,
    "very warm white": 2200,
    "extra warm white": 2200,
    "warm white": 2700,
    "warm light": 2700,
    "soft white": 2700,
    "warm": 2700,
    "incandescent": 2700,
    "halogen": 3000,
    "neutral white": 3500,
    "natural white": 3500,
    "neutral": 3500,
    "natural light": 3500,
    "cool white": 4000,
    "cold white": 4000,
    "cool light": 4000,
    "cold light": 4000,
    "cool": 4000,
    "cold": 4000,
    "bright white": 5000,
    "daylight": 6500,
    "day light": 6500,
    "daylight white": 6500,
    "sunlight": 5500,
    "ice white": 6500,
    "icy white": 6500,
}
"""Colour temperatures by name, in kelvin; the same as in Home Assistant's templates."""

UTMOST_WHITES = frozenset({1900, 2200, 6500})
"""Those that mean the warmest or coolest that a light can, where its range is narrower."""
