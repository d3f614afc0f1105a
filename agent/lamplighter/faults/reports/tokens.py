"""A report's text cut into what can be held against the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.evidence_rows import signals_of
from lamplighter.faults.reports.units import Units
from lamplighter.faults.reports.vocabulary import PLAIN
from lamplighter.faults.reports.word_sets import word_set
from lamplighter.faults.reports.written_out import in_figures

_MINUS = "\u2212"
_APOSTROPHE = "\u2019"
_SHORTEST_ALIAS = 3
# "the current value" is no electric current, and "the level of the pressure" no tank's.
_NOT_CURRENT = r"(?!\s+(?:value|reading|level|state|status|episode|alarm|trend|time|figure|loop)\b)"
_NOT_LEVEL = "".join(
    f"(?<!{word} )"
    for word in ("higher", "lower", "usual", "normal", "new", "alarm", "limit", "that")
)


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    NUMBER = auto()
    SIGNAL = auto()
    MACHINE = auto()
    NAME = auto()
    FAULT = auto()
    PLACE = auto()
    TIME = auto()
    DATE = auto()
    QUOTE = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a sentence.

    Attributes:
        kind: what it is.
        text: as written; of a number only its digits, of a quote with its marks, of a date
            ``2026-03-01`` or ``-03-01`` where it has no year.
        tag: of a signal: its tag.
        unit: of a number: its unit in the evidence's spelling, "" for none; ``/min`` or ``/h``
            is added where it stands per minute or hour.
        loose: of a number: whether its very wording is a rounding (a quarter of an hour).
        lower: the text in lower case, its apostrophe a plain one.
    """

    kind: Kind
    text: str
    tag: str = ""
    unit: str = ""
    loose: bool = False
    lower: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Keep the text in lower case: it is asked for all the time."""
        object.__setattr__(self, "lower", self.text.lower().replace(_APOSTROPHE, "'"))


class Scanner:
    """Cuts texts about one episode into sentences of tokens; names and units are its evidence's.

    Args:
        evidence: of the episode.
        names: further names that the text may hold as one piece.
    """

    def __init__(self, evidence: Evidence, names: Iterable[str] = ()) -> None:
        self._signals = signal_names(evidence)
        rows = signals_of(evidence)
        self._whole = {_plain(row.name) for row in rows if _has_letter(row.name)}
        self._machine = {_plain(n) for n in (evidence.asset, evidence.name) if _has_letter(n)}
        places = (evidence.area or "", evidence.window or "")
        self._places = {_plain(name) for name in places if _has_letter(name)}
        others = [*(action.by for action in evidence.actions), *names]
        others += [note.by for note in evidence.notes]
        others += [action.text for action in evidence.actions]
        others += [evidence.ended_by.by, evidence.ended_by.text] if evidence.ended_by else []
        others += [row.name for row in evidence.similar]
        others += [re.sub(r"(?<=^\w)\.(?=\w)", ". ", name) for name in others]
        self._names = {_plain(name) for name in others if _has_letter(name)}
        faults = [evidence.fault, *(row.fault for row in evidence.ruled_out)]
        faults += [row.fault for row in evidence.similar]
        self._faults = {_plain(fault) for fault in faults if fault and _has_letter(fault)}
        rows = signals_of(evidence)
        limits = [s.limit_unit for s in evidence.signals]
        self._units = Units([row.unit for row in rows] + limits)
        self._pattern = re.compile(
            r"(?P<quote>\"[^\"]*\"|“[^”]*”)"
            r"|(?P<standard>\b(?:ISO|NE|ISA|IEC|DIN|EN)[\s-]?(?:20816|10816|43|107|18\.2|62682)(?:-\d)?)"
            r"|(?P<iso>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?Z?)"
            r"|(?P<date>(?:\d{4}|(?<=\s))-\d\d-\d\d(?!\d))"
            r"|(?P<time>(?<![\d:])\d{1,2}:\d\d(?::\d\d)?[Z~]?)"
            rf"|(?P<name>(?<!\w)(?i:{self._every_name()})(?!\w))"
            rf"|(?P<number>~?(?:(?:^|(?<=[\s(]))[-+{_MINUS}])?(?<![\w.])\d+(?:,\d{{3}})*(?:\.\d+)?)"
            rf"|(?P<word><\w+>|\w+(?:['{_APOSTROPHE}/-]\w+)*)"
            r"|(?P<end>[.!?]+(?=[\s)]|$))"
            r"|(?P<other>\S)"
        )

    def sentences(self, text: str) -> list[list[Token]]:
        """The text's sentences, in order."""
        found: list[list[Token]] = [[]]
        for token in self._tokens(in_figures(text)):
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
            elif group == "number":
                digits = found.replace(_MINUS, "-").replace(",", "").lstrip("~")
                unit, at = self._units.after(text, at)
                yield Token(Kind.NUMBER, digits, unit=unit, loose=found.startswith("~"))
            elif group == "iso":
                yield Token(Kind.DATE, found[:10])
                yield Token(Kind.TIME, found[11:].rstrip("Z"))
            else:
                yield self._named(found) if group == "name" else _token(group, found)

    def _every_name(self) -> str:
        """A pattern of every name; a short one ends where no other measure follows it."""
        short = self._signals.keys() - self._whole
        whole = self._whole | self._machine | self._names | self._faults | self._places
        measured = rf"(?!\s+(?:{'|'.join(sorted(MEASURES))})\b)"
        return f"{_any(whole)}|(?:{_any(short - whole)})(?![-/]){measured}"

    def _named(self, found: str) -> Token:
        lower = _plain(found)
        if lower in self._signals:
            return Token(Kind.SIGNAL, found, tag=self._signals[lower])
        if lower in self._faults:
            return Token(Kind.FAULT, found)
        if lower in self._machine:
            return Token(Kind.MACHINE, found)
        return Token(Kind.PLACE if lower in self._places else Kind.NAME, found)


_KINDS = {
    "quote": Kind.QUOTE,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "word": Kind.WORD,
    "other": Kind.OTHER,
    "standard": Kind.OTHER,
}


def _token(group: str, found: str) -> Token:
    return Token(_KINDS[group], found.rstrip("Z") if group == "time" else found)


def signal_names(evidence: Evidence) -> dict[str, str]:
    """What a signal may be called, in lower case: its name, its tag, its last word if unique."""
    rows = [(s.tag, s.name) for s in evidence.signals] + [(o.tag, o.name) for o in evidence.others]
    rows += [(c.tag, c.name) for c in evidence.contributions]
    rows = list(dict.fromkeys(rows))
    found: dict[str, str] = {}
    for tag, name in rows:
        for text in (name, tag, tag.replace("_", " ")):
            if _has_letter(text):
                found.setdefault(_plain(text), tag)
                found.setdefault(_plain(text).replace(" ", "-"), tag)
    short: dict[str, set[str]] = {}
    for tag, name in rows:
        for alias in _aliases(_plain(name)):
            short.setdefault(alias, set()).add(tag)
    for alias, tags in short.items():
        if len(tags) == 1:
            found.setdefault(alias, next(iter(tags)))
    return found


def _aliases(name: str) -> Iterator[str]:
    """What a signal may be called for short: parts of its name, its measure, turned about."""
    plain = name.replace("(", " ").replace(")", " ").split()
    spelled = [_SPELLED.get(word, word) for word in plain]
    for words in {tuple(plain), tuple(spelled)}:
        count = len(words)
        for start in range(count):
            for end in range(start + 2, count + 1):
                yield " ".join(words[start:end])
        if count > 1:
            for joint in ("of", "of the", "of its", "at the", "in the"):
                yield f"{words[-1]} {joint} {' '.join(words[:-1])}"
        if count > _TWO:
            yield " ".join((words[-1], *words[:-1]))
            yield " ".join((*words[1:], words[0]))
        for word in words:
            if word in MEASURES or (
                len(word) > _SHORTEST_ALIAS and word not in _TOO_COMMON | PLAIN
            ):
                yield word


_TWO = 2
_TOO_COMMON = frozenset(
    {"door", "share", "time", "supply", "drive", "motor", "line", "rate", "ratio", "machine",
     "differential", "mean", "upper", "lower", "first", "second", "usual", "main", "open"}
)  # fmt: skip
_SPELLED = {
    "temp": "temperature",
    "vib": "vibration",
    "dp": "differential pressure",
    "de": "drive-end",
    "nde": "non-drive-end",
}
MEASURES = word_set(
    """temperature pressure flow vibration speed current voltage power torque level humidity
    load frequency noise acceleration position viscosity conductivity turbidity"""
)
"""Nouns of what is measured."""


def _plain(name: str) -> str:
    return in_figures(name).lower()


def _has_letter(name: str) -> bool:
    return any(character.isalpha() for character in name)


def _any(names: set[str]) -> str:
    """A pattern that matches the longest of the names; of none, nothing."""
    rows = sorted(names, key=len, reverse=True)
    guarded = {"level": f"{_NOT_LEVEL}level", "current": f"current{_NOT_CURRENT}"}
    parts = [guarded.get(name, re.escape(name)) for name in rows]
    return "|".join(parts) or r"(?!)"
