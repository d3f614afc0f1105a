"""Numbers with their units, and lengths of time, as conditions say them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lamplighter.understanding.spoken_numbers import TENS, UNITS

_WORDS: Mapping[str, int] = {**UNITS, **TENS}
_WORD = "|".join((*_WORDS, "hundred", "thousand"))
_JOINED_WORDS = rf"(?:an? )?(?:{_WORD})(?:[ -](?:and )?(?:{_WORD}))*"
NUMBER = (
    r"(?:(?:minus|negative) |-|\+)?"
    rf"(?:\d+(?:[.,]\d+)?(?: (?:hundred|thousand))?|{_JOINED_WORDS})"
    r"(?:(?: and a|-and-a)[ -]half| point (?:\w+))?"
)
"""A number in digits or words, as part of a pattern over folded text."""

_UNITS: Mapping[str, str] = {
    "°c|degrees? (?:celsius|centigrade|c)|celsius|centigrade": "°C",
    "°f|degrees? (?:fahrenheit|f)|fahrenheit": "°F",
    "degrees?|deg|°": "°",
    "%|per ?cent": "%",
    "kwh|kilowatt[ -]hours?": "kWh",
    "wh|watt[ -]hours?": "Wh",
    "kw|kilowatts?": "kW",
    "w|watts?": "W",
    "lux|lx": "lx",
    "ppm|parts per million": "ppm",
    "hpa|mbar|millibars?": "hPa",
    "kpa": "kPa",
    "bars?": "bar",
    "psi": "psi",
    "v|volts?": "V",
    "ma|milliamps?": "mA",
    "a|amps?|amperes?": "A",
    "rpm": "rpm",
    "db|decibels?": "dB",
    "hz|hertz": "Hz",
    "km/h|kmh|kph|kilomet(?:re|er)s (?:per|an) hour": "km/h",
    "m/s": "m/s",
    "mm/s": "mm/s",
    "mm|millimet(?:re|er)s?": "mm",
    "cm|centimet(?:re|er)s?": "cm",
    "l|lit(?:re|er)s?": "L",
    "[µμ]g/m³|micrograms?(?: per cubic met(?:re|er))?": "µg/m³",
}
_SAID = tuple((re.compile(words), unit) for words, unit in _UNITS.items())
UNIT = "|".join(_UNITS)
"""The units people say, as part of a pattern over folded text."""

_LINEAR: Mapping[tuple[str, str], tuple[float, float]] = {
    ("°C", "°F"): (1.8, 32.0),
    ("°F", "°C"): (1 / 1.8, -32 / 1.8),
    ("kW", "W"): (1000.0, 0.0),
    ("W", "kW"): (0.001, 0.0),
    ("kWh", "Wh"): (1000.0, 0.0),
    ("Wh", "kWh"): (0.001, 0.0),
    ("bar", "hPa"): (1000.0, 0.0),
    ("hPa", "bar"): (0.001, 0.0),
    ("kPa", "hPa"): (10.0, 0.0),
    ("hPa", "kPa"): (0.1, 0.0),
    ("bar", "kPa"): (100.0, 0.0),
    ("kPa", "bar"): (0.01, 0.0),
    ("A", "mA"): (1000.0, 0.0),
    ("mA", "A"): (0.001, 0.0),
    ("cm", "mm"): (10.0, 0.0),
    ("mm", "cm"): (0.1, 0.0),
}
_MEASURED_IN: Mapping[str, tuple[str, ...]] = {
    "°": ("temperature",),
    "°C": ("temperature",),
    "°F": ("temperature",),
    "%": ("humidity", "moisture", "battery", "power_factor"),
    "W": ("power", "apparent_power"),
    "kW": ("power", "apparent_power"),
    "Wh": ("energy",),
    "kWh": ("energy",),
    "lx": ("illuminance",),
    "ppm": ("carbon_dioxide", "carbon_monoxide", "volatile_organic_compounds_parts"),
    "hPa": ("pressure", "atmospheric_pressure"),
    "kPa": ("pressure", "atmospheric_pressure"),
    "bar": ("pressure",),
    "V": ("voltage",),
    "A": ("current",),
    "mA": ("current",),
    "dB": ("sound_pressure", "signal_strength"),
}
_SCALES = {"second": 1.0, "sec": 1.0, "minute": 60.0, "min": 60.0, "hour": 3600.0, "hr": 3600.0}
_SCALES["day"] = 86400.0
_LENGTH = re.compile(
    rf"(?:(?P<half>half an?|a quarter of an|three quarters of an) (?P<of>minute|hour|day)|"
    rf"(?P<number>{NUMBER}|an?|a couple of|a few) (?P<unit>{'|'.join(_SCALES)})s?"
    r"(?P<more> and a half)?(?: and (?P<rest>.+))?)$"
)
_PORTIONS = {"half": 0.5, "a": 0.25, "three": 0.75}
_VAGUE = {"a": 1.0, "an": 1.0, "a couple of": 2.0}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the unit it was said in; "" where none was, "°" for degrees of either kind."""

    value: float
    unit: str = ""


def quantity_of(number: str, unit: str) -> Quantity | None:
    """The quantity that a number and a unit say, each as matched; None where it is no number."""
    value = number_of(number)
    return None if value is None else Quantity(value, unit_of(unit))


def unit_of(said: str) -> str:
    """The unit that was said, or ""."""
    for pattern, unit in _SAID if said else ():
        if pattern.fullmatch(said):
            return unit
    return ""


def number_of(said: str) -> float | None:
    """The number that folded text says: "minus twelve and a half" is -12.5."""
    text = said.strip().replace(",", ".")
    sign = 1.0
    for mark in ("minus ", "negative ", "-"):
        if text.startswith(mark):
            sign, text = -1.0, text.removeprefix(mark)
    half = re.search(r"(?: and a|-and-a)[ -]half$", text)
    if half:
        text = text[: half.start()]
    text, _, fraction = text.partition(" point ")
    value = _whole(text.removeprefix("+"))
    if value is None:
        return None
    if fraction:
        digits = _whole(fraction)
        if digits is None:
            return None
        value += digits / 10 ** len(str(int(digits)))
    return sign * (value + (0.5 if half else 0.0))


def _whole(text: str) -> float | None:
    total, part, heard = 0.0, 0.0, False
    for word in text.replace("-", " ").split():
        if word in ("and", "a", "an"):
            continue
        heard = True
        if word in _WORDS:
            part += _WORDS[word]
        elif word == "hundred":
            part = (part or 1) * 100
        elif word == "thousand":
            total, part = total + (part or 1) * 1000, 0.0
        else:
            try:
                part += float(word)
            except ValueError:
                return None
    return total + part if heard else None


def length_of(said: str) -> float | None:
    """The seconds that folded text says: "an hour and a half"; None where it is no length."""
    match = _LENGTH.fullmatch(said.strip())
    if match is None:
        return None
    if match["half"]:
        return _PORTIONS[match["half"].split()[0]] * _SCALES[match["of"]]
    count = _VAGUE.get(match["number"])
    if count is None:
        count = number_of(match["number"])
    if count is None or count < 0:
        return None
    rest = 0.0
    if match["rest"]:
        found = length_of(match["rest"])
        if found is None:
            return None
        rest = found
    return (count + (0.5 if match["more"] else 0.0)) * _SCALES[match["unit"]] + rest


def measures_in(unit: str) -> tuple[str, ...]:
    """The device classes that are measured in a unit; empty where the unit tells nothing."""
    return _MEASURED_IN.get(unit, ())


def converted(quantity: Quantity, unit: str) -> float | None:
    """The quantity's number in the unit of a device; None where it can't be of that unit."""
    said, own = quantity.unit, _own(unit)
    if not said or said == own or (said == "°" and own in ("°C", "°F", "")):
        return quantity.value
    if not own:
        return quantity.value if said.startswith("°") or said == "%" else None
    linear = _LINEAR.get((said, own))
    if linear is None:
        return None
    factor, offset = linear
    return round(quantity.value * factor + offset, 3)


def _own(unit: str) -> str:
    """A device's unit as this module calls it."""
    folded = unit.strip().casefold()
    for known in _UNITS.values():
        if known.casefold() == folded:
            return known
    return unit_of(folded) or unit
