"""Vibration zones of RMS velocity by ISO 20816-3 (2022), which took over ISO 10816-3's.

A: as newly commissioned; B: fit for unrestricted long-term operation; C: unsatisfactory for that,
only for a limited time; D: severe enough to damage the machine.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from lamplighter.faults.machines.settings import Zone

if TYPE_CHECKING:
    from lamplighter.faults.settings import Limits

_NAMES = "ABCD"
# RMS velocity in mm/s, 10 to 1000 Hz: A|B, B|C, C|D.
_BOUNDS = MappingProxyType(
    {
        (1, "rigid"): (2.3, 4.5, 7.1),
        (1, "flexible"): (3.5, 7.1, 11.0),
        (2, "rigid"): (1.4, 2.8, 4.5),
        (2, "flexible"): (2.3, 4.5, 7.1),
    }
)
_MM_PER_S = MappingProxyType({"mm/s": 1.0, "cm/s": 10.0, "m/s": 1000.0, "in/s": 25.4})
# A machine that runs at a bound crosses it all the time.
_DEADBAND_SHARE = 0.05


def is_velocity(unit: str) -> bool:
    """Whether the standard's bounds can be told in this unit."""
    return _plain(unit) in _MM_PER_S


def bounds(zone: Zone, unit: str) -> tuple[float, float, float]:
    """The bounds A|B, B|C and C|D in the signal's unit."""
    if zone.bounds:
        first, second, third = zone.bounds
        return first, second, third
    factor = _MM_PER_S.get(_plain(unit), 1.0)
    first, second, third = _BOUNDS[zone.group, zone.mount]
    return first / factor, second / factor, third / factor


def zone_of(value: float, zone: Zone, unit: str) -> str:
    """``A`` to ``D``; a value on a bound is in the better zone."""
    return _NAMES[bisect_left(bounds(zone, unit), value)]


def limits_of(limits: Limits, zone: Zone, unit: str) -> Limits:
    """The limits with those that follow from the zones: high at B|C, very high at C|D.

    Limits above that were configured stay alone.
    """
    if limits.high is not None or limits.high_high is not None:
        return limits
    _, high, high_high = bounds(zone, unit)
    deadband = _DEADBAND_SHARE * high if limits.deadband is None else limits.deadband
    return replace(limits, high=high, high_high=high_high, deadband=deadband)


def _plain(unit: str) -> str:
    """The unit without what says that it is an RMS value."""
    return unit.lower().replace("rms", "").replace("r.m.s.", "").strip(" ()")
