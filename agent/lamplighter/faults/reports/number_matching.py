"""Finds the facts that a number with its unit may stand for."""

from __future__ import annotations

from lamplighter.faults.reports.facts import Fact
from lamplighter.faults.reports.number_places import is_of_past
from lamplighter.faults.reports.roles import is_loose
from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.units import DEGREES, TIME_UNITS, factor
from lamplighter.faults.reports.word_sets import word_set

_SPANS = frozenset({"duration", "span", "past", "silence"})
_JOINTS = frozenset({"to", "and", "or", "-", "\u2013", ",", "through"})
_COMPARING = word_set(
    """instead of against versus vs compared with to from usual normal the a its limit normally
    usually than rather above below over under where is was while whereas typical about are now
    near around ( : for allowed threshold after"""
)
_TOLERATED = word_set("allowed tolerated permitted")
_REACH = 3


def matching(sentence: list[Token], at: int, known: list[Fact], unit: str) -> list[Fact]:
    """The facts that the number at a place stands for, told in a unit."""
    text, loose = sentence[at].text, is_loose(sentence, at)
    if unit.startswith(DEGREES) and unit.removeprefix(DEGREES)[:1] in {"", "/"}:
        per = unit.removeprefix(DEGREES)
        heat = [f for f in known if f.unit.startswith(DEGREES) and f.unit.endswith(per)]
        return [fact for fact in heat if fact.shown_as(text, loose=loose)]
    found = [fact for fact in known if fact.unit == unit and fact.shown_as(text, loose=loose)]
    return [
        *(found or _converted(text, known, unit, loose=loose)),
        *(_counted(sentence, text, known) if unit == "times" else ()),
        *_rates(text, known, unit, loose=loose),
        *_spans(text, known, unit, loose=loose),
    ]


def inherited(sentence: list[Token], at: int) -> str:
    """The unit of the number beside: ``from 2.1 to 7.3 mm/s``, ``6.2 mm/s instead of 1.5``."""
    return _after(sentence, at) or _before(sentence, at)


def _converted(text: str, known: list[Fact], unit: str, *, loose: bool) -> list[Fact]:
    """Told in a larger or smaller unit: ``5.27 m`` of 5272 mm."""
    if not text.strip("-+0."):
        return []
    return [
        fact
        for fact in known
        if (per_own := factor(unit, fact.unit))
        and Fact(fact.value, "", fact.slot).shown_as(text, per_own, loose=loose)
    ]


def _counted(sentence: list[Token], text: str, known: list[Fact]) -> list[Fact]:
    found = [fact for fact in known if fact.slot == "line" and fact.shown_as(text)]
    if is_of_past(sentence):
        past = [fact for fact in known if fact.slot == "past" and not fact.unit]
        found += [fact for fact in past if float(text) <= fact.value]
    return found


def _rates(text: str, known: list[Fact], unit: str, *, loose: bool) -> list[Fact]:
    base, _, per = unit.rpartition("/")
    share = {"h": 1 / 60, "s": 60.0}.get(per, 0.0)
    if not share:
        return []
    minute = [fact for fact in known if fact.unit == f"{base}/min"]
    return [fact for fact in minute if fact.shown_as(text, share, loose=loose)]


def _spans(text: str, known: list[Fact], unit: str, *, loose: bool) -> list[Fact]:
    seconds = TIME_UNITS.get(unit, 0.0)
    if not seconds:
        return []
    slots = _SPANS | ({"between"} if seconds == 1.0 else set())
    spans = [fact for fact in known if fact.slot in slots and fact.unit == "s"]
    return [fact for fact in spans if fact.shown_as(text, seconds, loose=loose)]


def _after(sentence: list[Token], at: int) -> str:
    gap = 0
    for place in range(at + 1, len(sentence)):
        token = sentence[place]
        if token.kind is Kind.NUMBER:
            apart = token.unit in TIME_UNITS and any(t.text == "," for t in sentence[at:place])
            if token.unit:
                return "" if apart else token.unit
            gap = 0
        elif token.lower in _JOINTS and gap < _REACH - 1:
            gap += 1
        else:
            break
    return ""


def _before(sentence: list[Token], at: int) -> str:
    gap = 0
    tolerated = any(token.lower in _TOLERATED for token in sentence[at + 1 : at + 3])
    for place in range(at - 1, -1, -1):
        token = sentence[place]
        if token.kind is Kind.NUMBER:
            if token.unit and (tolerated or token.unit not in TIME_UNITS):
                return token.unit
            gap = 0
        elif token.lower in _JOINTS | _COMPARING and gap < _REACH:
            gap += 1
        else:
            break
    return ""
