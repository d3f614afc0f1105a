"""What an action and its values come to for one family of devices: intents without a target.

Several may be possible ("set the fan to high": an option, or a speed); they come likeliest first,
and the first one that some device can do is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lamplighter.understanding.clauses.lexicon import Action
from lamplighter.understanding.clauses.quantity import Quantity
from lamplighter.understanding.spoken_numbers import tidy_number
from lamplighter.understanding.values.value import Value
from lamplighter.understanding.values.words import LEVELS


@dataclass(frozen=True, slots=True)
class Meaning:
    """An intent's name, the slots that its values fill, and the domains it is for."""

    intent: str
    domains: frozenset[str]
    slots: Mapping[str, Any] = field(default_factory=dict)


def _of(intent: str, domains: str, **slots: Any) -> Meaning:
    return Meaning(intent, frozenset(domains.split()), slots)


POWERED = "light switch fan humidifier"
"""What "everything" is that may be turned off: it only consumes power."""

_PLAIN: Mapping[Action, tuple[Meaning, ...]] = {
    "on": (
        _of("HassTurnOn", "light switch fan humidifier climate water_heater siren"),
        _of("HassVacuumStart", "vacuum"),
        _of("HassLawnMowerStartMowing", "lawn_mower"),
        _of("HassTurnOn", "scene valve button"),
    ),
    "off": (
        _of("HassTurnOff", "light switch fan humidifier climate water_heater siren valve"),
        _of("HomeStop", "vacuum"),
        _of("HassLawnMowerDock", "lawn_mower"),
        _of("HomeDisarmAlarm", "alarm_control_panel"),
    ),
    "mow": (_of("HassLawnMowerStartMowing", "lawn_mower"),),
    "rest_mower": (_of("HassLawnMowerDock", "lawn_mower"),),
    "clean": (_of("HassVacuumStart", "vacuum"),),
    "toggle": (_of("HassToggle", "light switch fan cover valve humidifier siren"),),
    "open": (_of("HassTurnOn", "cover valve"), _of("HassTurnOff", "lock")),
    "close": (_of("HassTurnOff", "cover valve"),),
    "stop": (
        _of("HassStopMoving", "cover valve"),
        _of("HomeStop", "vacuum"),
        _of("HassLawnMowerDock", "lawn_mower"),
        _of("HassTurnOff", "switch fan humidifier climate siren water_heater light"),
    ),
    "lock": (_of("HassTurnOn", "lock"),),
    "unlock": (_of("HassTurnOff", "lock"),),
    "start": (
        _of("HassVacuumStart", "vacuum"),
        _of("HassLawnMowerStartMowing", "lawn_mower"),
        _of("HassTurnOn", "switch fan humidifier climate siren water_heater light"),
        _of("HassTurnOn", "scene button"),
    ),
    "pause": (_of("HomePause", "vacuum lawn_mower"), _of("HassStopMoving", "cover")),
    "dock": (_of("HassVacuumReturnToBase", "vacuum"), _of("HassLawnMowerDock", "lawn_mower")),
    "up": (_of("HassTurnOn", "cover"),),
    "down": (_of("HassTurnOff", "cover"),),
    "disarm": (_of("HomeDisarmAlarm", "alarm_control_panel"),),
    "press": (_of("HassTurnOn", "button scene"), _of("HassTurnOn", "siren switch")),
    "choose": (_of("HassTurnOn", "scene"),),
    "set": (_of("HassTurnOn", "scene"),),
    "move": (_of("HassTurnOn", "scene"),),
    "locate": (_of("HomeLocate", "vacuum"),),
    "spot": (_of("HomeCleanSpot", "vacuum"),),
    "oscillate": (_of("HomeOscillate", "fan", oscillating=True),),
    "steady": (_of("HomeOscillate", "fan", oscillating=False),),
    "sound": (_of("HassTurnOn", "siren"),),
    "reverse": (_of("HomeSetOption", "fan", option="reverse"),),
    "forward": (_of("HomeSetOption", "fan", option="forward"),),
}
"""What an action means without a value."""

_STEPS: Mapping[str, tuple[str, str, str, float]] = {
    "light": ("HomeChangeBrightness", "light", "brightness_step", 20),
    "climate": ("HomeChangeTemperature", "climate water_heater", "temperature_step", 1),
    "cover": ("HomeChangePosition", "cover", "position_step", 20),
    "fan": ("HomeChangeSpeed", "fan", "speed_step", 25),
    "humidifier": ("HomeChangeHumidity", "humidifier", "humidity_step", 5),
    "number": ("HomeChangeNumber", "number", "number_step", 1),
}
"""Relative changes by family: intent, domains, the slot of the usual step, and that step."""

_MEASURED: Mapping[str, frozenset[str]] = {
    "light": frozenset({"", "brightness"}),
    "climate": frozenset({"", "temperature"}),
    "cover": frozenset({"", "position"}),
    "fan": frozenset({"", "speed"}),
    "humidifier": frozenset({"", "humidity"}),
    "number": frozenset({"", "volume", "speed", "temperature", "brightness", "humidity"}),
}
_ABSOLUTE: Mapping[str, frozenset[str]] = {
    **_MEASURED,
    "light": frozenset({"", "brightness", "temperature", "kelvin"}),
    "climate": frozenset({"", "temperature", "humidity"}),
    "cover": frozenset({"", "position", "tilt"}),
    "select": frozenset({""}),
}
"""What of each family can be set: no blind is set by "warm it to 19"."""

_FAMILY = {"water_heater": "climate", "valve": "cover"}


def meanings(action: Action | None, quantity: Quantity, domains: frozenset[str]) -> list[Meaning]:
    """What is meant of devices of these domains, likeliest first."""
    found: list[Meaning] = []
    if quantity.given or quantity.way:
        families = dict.fromkeys(_FAMILY.get(domain, domain) for domain in sorted(domains))
        for family in families:
            found.extend(_valued(family, quantity))
    if not quantity.given and action is not None:
        found.extend(_PLAIN.get(action, ()))
        found.extend(_directed(action, quantity))
    moded = action in ("on", "set", "move", None) and bool(quantity.arming)
    arms = action in ("arm", "on") or moded
    if arms:
        found.append(_of("HomeArmAlarm", "alarm_control_panel", **quantity.arming))
    return [each for each in found if each.domains & domains]


def _directed(action: Action, quantity: Quantity) -> Iterator[Meaning]:
    if action == "tilt" and quantity.amount is None:
        yield _of("HomeSetTilt", "cover", tilt_position=50)


def _valued(family: str, quantity: Quantity) -> Iterator[Meaning]:
    moves = family == "cover" and quantity.action in ("up", "down") and not quantity.given
    if quantity.relative and not moves and quantity.measure in _MEASURED.get(family, frozenset()):
        yield _change(family, quantity)
    reader = _READERS.get(family)
    fits = quantity.measure in _ABSOLUTE.get(family, frozenset({""}))
    if reader is not None and fits and not quantity.relative:
        yield from reader(quantity)
    if family == "light" and quantity.relative and quantity.measure == "temperature":
        yield _of("HassLightSet", "light", temperature=2700 if quantity.way > 0 else 4000)
    for word in quantity.words:
        yield _of("HomeSetOption", _OPTIONED.get(family, family), option=word.text)


def _change(family: str, quantity: Quantity) -> Meaning:
    intent, domains, slot, step = _STEPS[family]
    slots: dict[str, Any] = {slot: step * (quantity.way or 1)}
    if quantity.factor is not None:
        slots["factor"] = quantity.factor
    elif quantity.amount is not None:
        slots["by"] = tidy_number(quantity.amount.number)
    elif quantity.times is not None:
        slots["amount"] = quantity.times
    if family == "number" and quantity.amount and quantity.amount.unit:
        slots["unit"] = quantity.amount.unit
    if family == "climate" and quantity.amount and quantity.amount.unit in ("°C", "°F"):
        slots["temperature_unit"] = quantity.amount.unit
    return _of(intent, domains, **slots)


_OPTIONED = {"climate": "climate water_heater"}


_DIM: Mapping[str, float] = {"low": 25, "medium": 50, "mid": 50, "middle": 50, "high": 100}
"""Brightnesses by level: "put the lights on low"."""


def _light(quantity: Quantity) -> Iterator[Meaning]:
    slots: dict[str, Any] = {}
    amount = quantity.amount
    if (amount is not None and amount.unit == "K") or (
        amount is not None and quantity.measure == "kelvin" and amount.number >= 1000
    ):
        slots["temperature"] = tidy_number(amount.number)
    elif amount is not None and amount.unit in ("", "%") and quantity.measure in ("", "brightness"):
        slots["brightness"] = tidy_number(amount.number)
    elif amount is not None:
        return
    elif quantity.bright is not None:
        slots["brightness"] = quantity.bright
    elif level := next((each.text for each in quantity.words if each.text in _DIM), None):
        slots["brightness"] = _DIM[level]
    if quantity.colour:
        slots["color"] = quantity.colour
    elif quantity.kelvin and "temperature" not in slots:
        slots["temperature"] = quantity.kelvin
    if slots:
        yield _of("HassLightSet", "light", **slots)


def _climate(quantity: Quantity) -> Iterator[Meaning]:
    amount = quantity.amount
    if amount is None:
        return
    if amount.text == "end":
        extreme = "maximum" if amount.number > 50 else "minimum"
        yield _of("HomeSetTemperatureEnd", "climate water_heater", extreme=extreme)
    elif quantity.measure == "humidity":
        yield _of("HomeSetHumidity", "climate", number=tidy_number(amount.number))
    elif amount.kind == "number" and amount.unit in ("", "°", "°C", "°F"):
        unit = {"temperature_unit": amount.unit} if amount.unit in ("°C", "°F") else {}
        wanted = tidy_number(amount.number)
        yield _of("HassClimateSetTemperature", "climate water_heater", temperature=wanted, **unit)


def _cover(quantity: Quantity) -> Iterator[Meaning]:
    amount = quantity.amount
    if amount is None or amount.unit not in ("", "%"):
        return
    position = tidy_number(_opened(amount, quantity))
    if quantity.measure == "tilt":
        yield _of("HomeSetTilt", "cover", tilt_position=position)
    else:
        yield _of("HassSetPosition", "cover valve", position=position)


def _opened(amount: Value, quantity: Quantity) -> float:
    """How far open: "close the blinds three quarters" leaves a quarter open."""
    counted = amount.text in ("open", "closed") or amount.manner == "to"
    if quantity.action in ("close", "down") and not counted:
        return 100 - amount.number
    if amount.text == "end" and amount.number == 1:
        return 0
    return amount.number


def _fan(quantity: Quantity) -> Iterator[Meaning]:
    amount = quantity.amount
    if amount is not None and amount.unit in ("", "%"):
        number = tidy_number(amount.number)
        if amount.kind == "number" and not amount.unit and 0 < amount.number <= 10:
            yield _of("HomeSetSpeedLevel", "fan", level=number)
            yield _of("HomeSetOption", "fan", option=str(number))
        else:
            yield _of("HassFanSetSpeed", "fan", percentage=number)
    for word in quantity.words:
        yield _of("HomeSetOption", "fan", option=word.text)
        if word.text in LEVELS:
            yield _of("HassFanSetSpeed", "fan", percentage=LEVELS[word.text])


def _humidifier(quantity: Quantity) -> Iterator[Meaning]:
    if quantity.amount is not None and quantity.amount.unit in ("", "%"):
        yield _of("HomeSetHumidity", "humidifier", number=tidy_number(quantity.amount.number))


def _number(quantity: Quantity) -> Iterator[Meaning]:
    amount = quantity.amount
    if amount is not None:
        slots: dict[str, Any] = {"number": tidy_number(amount.number)}
        if amount.unit:
            slots["unit"] = amount.unit
        if amount.text == "end":
            slots["extreme"] = "maximum" if amount.number > 50 else "minimum"
        elif amount.kind == "share" and amount.unit != "%":
            slots["unit"] = "%"
        yield _of("HomeSetNumber", "number", **slots)


def _select(quantity: Quantity) -> Iterator[Meaning]:
    if quantity.amount is not None:
        yield _of("HomeSetOption", "select", option=str(tidy_number(quantity.amount.number)))
    if quantity.colour:
        yield _of("HomeSetOption", "select", option=quantity.colour)


_READERS: Mapping[str, Callable[[Quantity], Iterator[Meaning]]] = {
    "light": _light,
    "climate": _climate,
    "cover": _cover,
    "fan": _fan,
    "humidifier": _humidifier,
    "number": _number,
    "select": _select,
}
