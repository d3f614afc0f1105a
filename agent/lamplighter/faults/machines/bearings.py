"""The frequencies at which a rolling bearing's defects are struck."""

from __future__ import annotations

import math
from types import MappingProxyType

from lamplighter.faults.machines.settings import Bearing

NAMES = MappingProxyType(
    {"bpfo": "outer race", "bpfi": "inner race", "bsf": "rolling element", "ftf": "cage"}
)


def frequencies(bearing: Bearing, speed: float) -> dict[str, float]:
    """Hz of each defect for a fixed outer ring, without slip, which takes 1 to 2 % in practice.

    With shaft frequency ``f``, ``n`` balls and ``g = d/D cos(angle)``: outer race ``n f (1-g)/2``,
    inner race ``n f (1+g)/2``, a ball's spin ``f D/d (1-g²)/2``, cage ``f (1-g)/2`` (R. B. Randall
    and J. Antoni, Mechanical Systems and Signal Processing 25 (2011) 485-520, equations 1 to 4).

    Args:
        bearing: its geometry.
        speed: of the shaft, rpm.
    """
    shaft = speed / 60.0
    ratio = bearing.ball_diameter / bearing.pitch_diameter
    share = ratio * math.cos(math.radians(bearing.contact_angle))
    return {
        "bpfo": bearing.balls * shaft * (1.0 - share) / 2.0,
        "bpfi": bearing.balls * shaft * (1.0 + share) / 2.0,
        "bsf": shaft / ratio * (1.0 - share**2) / 2.0,
        "ftf": shaft * (1.0 - share) / 2.0,
    }
