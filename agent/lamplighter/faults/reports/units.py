"""Units as a report may write them: symbols, their spellings and their words."""

from __future__ import annotations

import re
from collections.abc import Iterable

TIME_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
    **dict.fromkeys(("week", "weeks"), 604800.0),
}
DEGREES = "°"
"""``78.5 degrees``: of whatever scale the signal has."""
# Units that a text may put in the place of the right one.
_COMMON = [
    "°C",
    "°F",
    "°R",
    "K",
    "bar",
    "bar(g)",
    "mbar",
    "Pa",
    "hPa",
    "kPa",
    "MPa",
    "GPa",
    "psi",
    "atm",
    "mm/s",
    "m/s",
    "in/s",
    "cm/s",
    "km/h",
    "mm",
    "cm",
    "m",
    "km",
    "µm",
    "um",
    "nm",
    "in",
    "ft",
    "g",
    "mg",
    "mm/s²",
    "m/s²",
    "A",
    "mA",
    "kA",
    "µA",
    "V",
    "mV",
    "kV",
    "W",
    "kW",
    "MW",
    "GW",
    "kWh",
    "Wh",
    "MWh",
    "VA",
    "kVA",
    "var",
    "kvar",
    "Hz",
    "kHz",
    "MHz",
    "GHz",
    "rpm",
    "1/min",
    "r/min",
    "m³/h",
    "m³/s",
    "m³",
    "l/min",
    "l/s",
    "l/h",
    "l",
    "ml",
    "%",
    "ppm",
    "ppb",
    "dB",
    "dB(A)",
    "kg",
    "t",
    "kg/h",
    "t/h",
    "Nm",
    "kNm",
    "N",
    "kN",
    "J",
    "kJ",
    "MJ",
    "lx",
    "lm",
    "pH",
    "ohm",
    "Ω",
    "kΩ",
    "MΩ",
    "hp",
    "cfm",
    "gpm",
    "lb",
    "ft/min",
    "µS/cm",
    "mS/cm",
    "NTU",
    "bpm",
    "rad/s",
    "°",
    "times",
]
_METRES, _LITRES = "met(?:er|re)s?", "lit(?:er|re)s?"
_PER = r"\s+(?:per|a|an|each)\s+"
_SEC, _MIN, _HOUR = r"(?:second|sec)", r"(?:minute|min)", r"(?:hour|h)"
_WORDS = (
    (r"(?:degrees?|deg\.?)\s+(?:celsius|centigrade|c)|celsius|centigrade|℃|°\s?c", "°C"),
    (r"(?:degrees?|deg\.?)\s+(?:fahrenheit|f)|fahrenheit|℉|°\s?f", "°F"),
    (r"degrees?|deg", DEGREES),
    (r"kelvins?", "K"),
    (rf"milli{_METRES}{_PER}{_SEC}\s+squared", "mm/s²"),
    (rf"{_METRES}{_PER}{_SEC}\s+squared", "m/s²"),
    (rf"(?:milli{_METRES}|mm){_PER}{_SEC}|mm/sec", "mm/s"),
    (rf"(?:centi{_METRES}|cm){_PER}{_SEC}", "cm/s"),
    (rf"(?:kilo{_METRES}|km){_PER}{_HOUR}", "km/h"),
    (rf"(?:{_METRES}|m){_PER}{_SEC}|m/sec", "m/s"),
    (rf"inch(?:es)?{_PER}{_SEC}", "in/s"),
    (rf"cubic\s+{_METRES}{_PER}{_HOUR}|m3/h|m³{_PER}{_HOUR}", "m³/h"),
    (rf"cubic\s+{_METRES}{_PER}{_SEC}|m3/s", "m³/s"),
    (rf"cubic\s+{_METRES}|m3", "m³"),
    (rf"(?:{_LITRES}|l){_PER}{_MIN}|L/min|lpm", "l/min"),
    (rf"(?:{_LITRES}|l){_PER}{_SEC}|L/s", "l/s"),
    (rf"(?:{_LITRES}|l){_PER}{_HOUR}|L/h", "l/h"),
    (rf"{_LITRES}|L", "l"),
    (rf"(?:revolutions|revs|rotations|turns){_PER}{_MIN}|rpms?|r\.p\.m\.", "rpm"),
    (rf"tonn?es?{_PER}{_HOUR}", "t/h"),
    (rf"(?:kilograms|kilos){_PER}{_HOUR}", "kg/h"),
    (r"millibars?", "mbar"),
    (r"bars?\s+gauge|barg", "bar(g)"),
    (r"bars", "bar"),
    (r"hectopascals?", "hPa"),
    (r"kilopascals?", "kPa"),
    (r"megapascals?", "MPa"),
    (r"pascals?", "Pa"),
    (r"pounds\s+per\s+square\s+inch", "psi"),
    (rf"milli{_METRES}", "mm"),
    (rf"centi{_METRES}", "cm"),
    (rf"micro{_METRES}|microns?", "µm"),
    (rf"kilo{_METRES}", "km"),
    (_METRES, "m"),
    (r"milliamps?|milliamperes?", "mA"),
    (r"kiloamps?", "kA"),
    (r"amps?|amperes?", "A"),
    (r"millivolts?", "mV"),
    (r"kilovolts?", "kV"),
    (r"volts?", "V"),
    (r"kilowatt[-\s]?hours?", "kWh"),
    (r"megawatts?", "MW"),
    (r"kilowatts?", "kW"),
    (r"watts?", "W"),
    (r"kilohertz", "kHz"),
    (r"megahertz", "MHz"),
    (r"hertz", "Hz"),
    (r"percent(?:age\s+points?)?", "%"),
    (r"parts\s+per\s+million", "ppm"),
    (r"decibels?", "dB"),
    (rf"newton[-\s]?{_METRES}", "Nm"),
    (r"kilonewtons?", "kN"),
    (r"newtons?", "N"),
    (r"kilograms?|kilos?", "kg"),
    (r"tonn?es?", "t"),
    (r"grams?", "g"),
    (r"lux", "lx"),
    (rf"(?:feet|foot|ft){_PER}{_MIN}", "ft/min"),
    (rf"(?:cubic\s+feet|cubic\s+foot){_PER}{_MIN}", "cfm"),
    (rf"gallons?{_PER}{_MIN}", "gpm"),
    (r"feet|foot", "ft"),
    (r"inch(?:es)?", "in"),
    (r"horse\s?power", "hp"),
    (r"pounds?", "lb"),
    (r"ohms?", "ohm"),
    (r"(?<=\d\s)x(?=\s)|(?<=\d)x(?=\s)|\u00d7|-?fold", "times"),
)
_ABBREVIATED_DEGREE = r"(?<=\d)\s?C(?![\w/])|(?<=\d)\s?F(?![\w/])"
_RATE = (
    r"(\s?(?:/|per\s|an?\s|each\s|every\s)\s?"
    r"(minute|min|hour|h|second|sec|s|\d+\s?(?:seconds|sec|s|minutes|min))(?![\w/]))"
)
_BY = {"h": "/h", "m": "/min", "s": "/s"}


def _compiled() -> re.Pattern[str]:
    words = "|".join(f"(?P<w{n}>(?i:{pattern}))" for n, (pattern, _) in enumerate(_WORDS))
    plain = sorted({*_COMMON, *TIME_UNITS}, key=len, reverse=True)
    symbols = "|".join(re.escape(unit) for unit in plain)
    return re.compile(
        rf"[\s-]?(?:(?:{words})(?![\w/])|(?P<symbol>{symbols})(?!\w)"
        rf"|(?P<letter>[CF])(?![\w/-]))"
    )


_PATTERN = _compiled()
_RATE_PATTERN = re.compile(_RATE)


_FAMILIES = (
    {"mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3, "µm": 1e-6},
    {"W": 1.0, "kW": 1e3, "MW": 1e6},
    {"mA": 1e-3, "A": 1.0, "kA": 1e3},
    {"mV": 1e-3, "V": 1.0, "kV": 1e3},
    {"Pa": 1.0, "hPa": 1e2, "mbar": 1e2, "kPa": 1e3, "bar": 1e5, "MPa": 1e6},
    {"g": 1e-3, "kg": 1.0, "t": 1e3},
    {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6},
    {"ms": 1e-3, "s": 1.0},
    {"mm/s": 1e-3, "cm/s": 1e-2, "m/s": 1.0},
)


def factor(unit: str, other: str) -> float:
    """How many of another unit one of a unit is, where both measure in powers of ten; else 0."""
    for family in _FAMILIES:
        if unit != other and unit in family and other in family:
            return family[unit] / family[other]
    return 0.0


class Units:
    """Reads the unit behind a number.

    Args:
        own: the evidence's units, which come before all others.
    """

    def __init__(self, own: Iterable[str]) -> None:
        self._own = {unit for unit in own if unit}

    def after(self, text: str, at: int) -> tuple[str, int]:
        """The unit at a place in a text, "" for none, and the place behind it.

        ``/min``, ``/h`` or ``/s`` is added to a unit that stands per minute, hour or second.
        """
        own = max((u for u in self._own if self._stands(u, text, at)), key=len, default="")
        match = _PATTERN.match(text, at)
        if own:
            unit, end = own, self._end(own, text, at)
        elif match is None:
            return "", at
        else:
            unit, end = self._unit(match), match.end()
        longer = _PATTERN.match(text, at)
        if longer is not None and longer.end() > end and _is_word(longer):
            unit, end = self._unit(longer), longer.end()
        if unit in TIME_UNITS and unit not in self._own:
            return unit, end
        rate = _RATE_PATTERN.match(text, end)
        if rate is None:
            return unit, end
        window = rate[2]
        if counted := re.match(r"\d+", window):
            seconds = int(counted[0]) * (60 if "m" in window else 1)
            return f"{unit}/{seconds} s", rate.end()
        return unit + _BY[window[0]], rate.end()

    def _stands(self, unit: str, text: str, at: int) -> bool:
        return self._end(unit, text, at) > at

    @staticmethod
    def _end(unit: str, text: str, at: int) -> int:
        for start in (at, at + 1):
            if start == at + 1 and text[at : at + 1] not in {" ", "-", "\u00a0"}:
                break
            end = start + len(unit)
            if text.startswith(unit, start) and not text[end : end + 1].isalnum():
                return end
        return at

    def _unit(self, match: re.Match[str]) -> str:
        if match["letter"]:
            return "°" + match["letter"]
        if match["symbol"]:
            return match["symbol"]
        return _WORDS[int((match.lastgroup or "w0")[1:])][1]


def _is_word(match: re.Match[str]) -> bool:
    return (match.lastgroup or "").startswith("w")
