"""A report's text cut into what can be held against the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from lamplighter.faults.evidence.record import Evidence

TIME_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
}
# Units that a text may put in the place of the right one.
_COMMON_UNITS = frozenset(
    {
        "°C", "°F", "K", "bar", "mbar", "Pa", "hPa", "kPa", "MPa", "psi", "mm/s", "m/s", "in/s",
        "mm", "cm", "m", "km", "µm", "um", "g", "m/s²", "A", "mA", "kA", "V", "mV", "kV", "W", "kW",
        "MW", "kWh", "Wh", "VA", "kVA", "Hz", "kHz", "MHz", "rpm", "1/min", "m³/h", "l/min", "l/s",
        "l/h", "l", "%", "ppm", "ppb", "dB", "dB(A)", "kg", "t", "Nm", "N", "kN", "J", "kJ", "lx",
        "pH", "ohm", "times",
    }
)  # fmt: skip
_SPELLINGS = {
    "℃": "°C", "celsius": "°C", "Celsius": "°C", "fahrenheit": "°F", "Fahrenheit": "°F",
    "volts": "V", "amps": "A", "amperes": "A", "watts": "W", "percent": "%", "L/min": "l/min",
    "L": "l", "L/h": "l/h", "m3/h": "m³/h",
}  # fmt: skip
_NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip
_MINUS = "\u2212"
_APOSTROPHE = "\u2019"
# "the current value" is no electric current.
_NOT_CURRENT = r"(?!\s+(?:value|reading|level|state|status|episode|alarm|trend|time)\b)"


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    NUMBER = auto()
    SIGNAL = auto()
    MACHINE = auto()
    NAME = auto()
    TIME = auto()
    DATE = auto()
    QUOTE = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a sentence.

    Attributes:
        kind: what it is.
        text: as written; of a number only its digits, of a quote what is inside.
        tag: of a signal: its tag.
        unit: of a number: its unit in the evidence's spelling, "" for none; ``/min`` or ``/h``
            is added where it stands per minute or hour.
    """

    kind: Kind
    text: str
    tag: str = ""
    unit: str = ""

    @property
    def lower(self) -> str:
        """The text in lower case."""
        return self.text.lower()


class Scanner:
    """Cuts texts about one episode into sentences of tokens; names and units are its evidence's.

    Args:
        evidence: of the episode.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._signals = _signal_names(evidence)
        self._machine = {n.lower() for n in (evidence.asset, evidence.name) if _has_letter(n)}
        others = [evidence.area or "", *(action.by for action in evidence.actions)]
        others += [action.text for action in evidence.actions]
        self._names = {name.lower() for name in others if _has_letter(name)}
        known = [s.unit for s in evidence.signals] + [s.limit_unit for s in evidence.signals]
        known += [other.unit for other in evidence.others]
        units = {*known, *_COMMON_UNITS, *_SPELLINGS, *TIME_UNITS} - {""}
        self._own_units = set(known)
        self._unit = re.compile(
            rf"[\s-]?(?:degrees\s+|deg\s+)?({_any(units)})(?!\w)"
            r"(\s?(?:/|per\s|an?\s)\s?(?:minute|min|hour|h)\b)?"
        )
        self._pattern = re.compile(
            r"(?P<quote>\"[^\"]*\"|“[^”]*”)"
            r"|(?P<iso>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z?)"
            r"|(?P<date>\d{4}-\d\d-\d\d)"
            r"|(?P<time>(?<![\d:])\d{1,2}:\d\d(?::\d\d)?(?:\s?(?i:[ap]m|[ap]\.m\.)(?!\w))?)"
            rf"|(?P<name>(?<!\w)(?i:{_any({*self._signals, *self._machine, *self._names})})(?!\w))"
            rf"|(?P<number>(?:(?<=[\s(])[-+{_MINUS}])?(?<![\w.])\d+(?:,\d{{3}})*(?:\.\d+)?)"
            rf"|(?P<word>\w+(?:['{_APOSTROPHE}/-]\w+)*)"
            r"|(?P<end>[.!?]+(?=\s|$))"
            r"|(?P<other>\S)"
        )

    def sentences(self, text: str) -> list[list[Token]]:
        """The text's sentences, in order."""
        found: list[list[Token]] = [[]]
        for token in self._tokens(text):
            if token is None:
                found.append([])
            else:
                found[-1].append(token)
        return [sentence for sentence in found if sentence]

    def _tokens(self, text: str) -> Iterator[Token | None]:
        """The tokens; None ends a sentence."""
        at = 0
        while (match := self._pattern.search(text, at)) is not None:
            at = match.end()
            group, found = match.lastgroup or "other", match.group()
            if group == "end":
                yield None
            elif group == "number" or found.lower() in _NUMBER_WORDS:
                digits = _NUMBER_WORDS.get(
                    found.lower(), found.replace(_MINUS, "-").replace(",", "")
                )
                unit, at = self._unit_after(text, at)
                yield Token(Kind.NUMBER, digits, unit=unit)
            elif group == "iso":
                yield Token(Kind.DATE, found[:10])
                yield Token(Kind.TIME, found[11:].rstrip("Z"))
            else:
                yield self._named(found) if group == "name" else Token(_KINDS[group], found)

    def _unit_after(self, text: str, at: int) -> tuple[str, int]:
        match = self._unit.match(text, at)
        if match is None:
            return "", at
        unit = match[1] if match[1] in self._own_units else _SPELLINGS.get(match[1], match[1])
        if match[2]:
            unit += "/h" if "h" in match[2] else "/min"
        return unit, match.end()

    def _named(self, found: str) -> Token:
        lower = found.lower()
        if lower in self._signals:
            return Token(Kind.SIGNAL, found, tag=self._signals[lower])
        return Token(Kind.MACHINE if lower in self._machine else Kind.NAME, found)


_KINDS = {
    "quote": Kind.QUOTE,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "word": Kind.WORD,
    "other": Kind.OTHER,
}


def _signal_names(evidence: Evidence) -> dict[str, str]:
    """What a signal may be called, in lower case: its name, its tag, its last word if unique."""
    rows = [(s.tag, s.name) for s in evidence.signals] + [(o.tag, o.name) for o in evidence.others]
    found: dict[str, str] = {}
    for tag, name in rows:
        for text in (name, tag, tag.replace("_", " ")):
            if _has_letter(text):
                found.setdefault(text.lower(), tag)
    lasts = [name.lower().split()[-1] for _, name in rows if name.split()]
    for tag, name in rows:
        last = name.lower().split()[-1] if name.split() else ""
        if _has_letter(last) and len(last) > 3 and lasts.count(last) == 1:
            found.setdefault(last, tag)
    return found


def _has_letter(name: str) -> bool:
    return any(character.isalpha() for character in name)


def _any(names: set[str]) -> str:
    """A pattern that matches the longest of the names; of none, nothing."""
    rows = sorted(names, key=len, reverse=True)
    parts = [re.escape(n) + (_NOT_CURRENT if n == "current" else "") for n in rows]
    return "|".join(parts) or r"(?!)"
