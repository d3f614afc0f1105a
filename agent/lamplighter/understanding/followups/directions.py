"""Words for what is to become of a thing that is already known: "off", "brighter", "too warm"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lamplighter.understanding.followups.families import OPENED, SWITCHED


@dataclass(frozen=True, slots=True)
class Doing:
    """An intent for some domains."""

    domains: frozenset[str]
    intent: str
    slots: Mapping[str, Any] = field(default_factory=dict)


def _doing(domains: str, intent: str, **slots: Any) -> Doing:
    return Doing(frozenset(domains.split()), intent, slots)


_ON = Doing(SWITCHED, "HassTurnOn")
_OFF = Doing(SWITCHED - {"scene"}, "HassTurnOff")
_OPEN = Doing(OPENED, "HassTurnOn")
_CLOSE = Doing(OPENED, "HassTurnOff")
_LOCK = _doing("lock", "HassTurnOn")
_UNLOCK = _doing("lock", "HassTurnOff")
_HALT = (_doing("cover valve", "HassStopMoving"), _doing("vacuum", "HomeStop"))
_BEGIN = (
    _doing("vacuum", "HassVacuumStart"),
    _doing("lawn_mower", "HassLawnMowerStartMowing"),
    Doing(SWITCHED - {"light"}, "HassTurnOn"),
)
_HOME = (
    _doing("vacuum", "HassVacuumReturnToBase"),
    _doing("lawn_mower", "HassLawnMowerDock"),
)

STATES: Mapping[str, tuple[Doing, ...]] = {
    "on": (_ON,),
    "off": (_OFF,),
    "open": (_OPEN,),
    "opened": (_OPEN,),
    "reopen": (_OPEN,),
    "close": (_CLOSE,),
    "closed": (_CLOSE,),
    "shut": (_CLOSE,),
    "lock": (_LOCK,),
    "locked": (_LOCK,),
    "relock": (_LOCK,),
    "unlock": (_UNLOCK,),
    "unlocked": (_UNLOCK,),
    "stop": _HALT,
    "halt": _HALT,
    "start": _BEGIN,
    "pause": (_doing("vacuum lawn_mower", "HomePause"),),
    "dock": _HOME,
    "home": _HOME,
    "disarm": (_doing("alarm_control_panel", "HomeDisarmAlarm"),),
    "arm": (_doing("alarm_control_panel", "HomeArmAlarm"),),
    "toggle": (_doing("light switch fan humidifier siren cover valve", "HassToggle"),),
    "half": (_doing("cover valve", "HassSetPosition", position=50),),
    "halfway": (_doing("cover valve", "HassSetPosition", position=50),),
    "half open": (_doing("cover valve", "HassSetPosition", position=50),),
    "halfway open": (_doing("cover valve", "HassSetPosition", position=50),),
    "half closed": (_doing("cover valve", "HassSetPosition", position=50),),
    "all the way": (_OPEN, _doing("light", "HassLightSet", brightness=100)),
    "full": (_doing("light", "HassLightSet", brightness=100), _OPEN),
    "max": (
        _doing("light", "HassLightSet", brightness=100),
        _doing("fan", "HassFanSetSpeed", percentage=100),
    ),
}
"""States to be in and things to do, by the words for them."""

_STEPS: Mapping[str, tuple[str, str, float]] = {
    "light": ("HomeChangeBrightness", "brightness_step", 20),
    "climate": ("HomeChangeTemperature", "temperature_step", 1),
    "fan": ("HomeChangeSpeed", "speed_step", 20),
    "cover": ("HomeChangePosition", "position_step", 20),
    "number": ("HomeChangeNumber", "number_step", 1),
}


def step(domain: str, sign: int) -> tuple[str, dict[str, Any]] | None:
    """The intent and its slots with which a domain goes a step up (1) or down (-1)."""
    known = _STEPS.get(domain)
    if known is None:
        return None
    intent, slot, size = known
    return intent, {slot: size * sign}


VALUES: Mapping[str, tuple[str, str]] = {
    "light": ("HassLightSet", "brightness"),
    "climate": ("HassClimateSetTemperature", "temperature"),
    "water_heater": ("HassClimateSetTemperature", "temperature"),
    "fan": ("HassFanSetSpeed", "percentage"),
    "cover": ("HassSetPosition", "position"),
    "valve": ("HassSetPosition", "position"),
    "humidifier": ("HomeSetHumidity", "number"),
    "number": ("HomeSetNumber", "number"),
}
"""The intent and its slot that a bare number sets, by domain."""

_LIGHTS, _HEAT, _FANS = ("light", "cover"), ("climate",), ("fan", "number")
_ANY = tuple(_STEPS)
_RISE: Mapping[str, tuple[str, ...]] = {
    "brighter": ("light",),
    "lighter": ("light",),
    "warmer": _HEAT,
    "hotter": _HEAT,
    "higher": _ANY,
    "up": _ANY,
    "faster": _FANS,
    "stronger": _FANS,
    "louder": ("number",),
    "wider": ("cover",),
    "more open": ("cover",),
    "further open": ("cover",),
}
_FALL: Mapping[str, tuple[str, ...]] = {
    "dimmer": ("light",),
    "darker": _LIGHTS,
    "softer": ("light", "number"),
    "gentler": _FANS,
    "cooler": _HEAT,
    "colder": _HEAT,
    "lower": _ANY,
    "down": _ANY,
    "slower": _FANS,
    "weaker": _FANS,
    "quieter": ("number", "fan"),
    "more closed": ("cover",),
    "further closed": ("cover",),
}
_TOO_LITTLE: Mapping[str, tuple[str, ...]] = {
    "dark": _LIGHTS,
    "dim": _LIGHTS,
    "gloomy": _LIGHTS,
    "cold": _HEAT,
    "chilly": _HEAT,
    "cool": _HEAT,
    "freezing": _HEAT,
    "low": _ANY,
    "slow": _FANS,
    "weak": _FANS,
    "quiet": ("number",),
}
_TOO_MUCH: Mapping[str, tuple[str, ...]] = {
    "bright": _LIGHTS,
    "light": _LIGHTS,
    "hot": _HEAT,
    "warm": _HEAT,
    "high": _ANY,
    "fast": _FANS,
    "strong": _FANS,
    "loud": ("number", "fan"),
    "windy": ("fan",),
    "draughty": ("fan",),
}
COMPARATIVES: Mapping[str, tuple[int, tuple[str, ...]]] = {
    **{word: (1, domains) for word, domains in _RISE.items()},
    **{word: (-1, domains) for word, domains in _FALL.items()},
}
"""Which way a comparative goes, and for which domains."""

EXCESSES: Mapping[str, tuple[int, tuple[str, ...]]] = {
    **{word: (1, domains) for word, domains in _TOO_LITTLE.items()},
    **{word: (-1, domains) for word, domains in _TOO_MUCH.items()},
}
"""Which way things are to go that are too much of something."""
