"""Colours by their everyday names, as red, green and blue from 0 to 255.

The values are CSS Color Module Level 4's named colours, except "warm white" and such, which are
colour temperatures and not colours; "brown" and "black" are what a lamp can show of them.
"""

from __future__ import annotations

from collections.abc import Mapping

COLOURS: Mapping[str, tuple[int, int, int]] = {
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
}
