"""Reading one clause of a condition: "the hallway motion sensor sees someone after dark".

Some clauses can be read in several ways; which one holds is told by what there is in the home.
"""

from __future__ import annotations

import re
from dataclasses import replace

from lamplighter.orders.order import Hours
from lamplighter.understanding.conditions import hours
from lamplighter.understanding.conditions.claim import Claim, Reading
from lamplighter.understanding.conditions.comparing import COMPARED, number
from lamplighter.understanding.conditions.detecting import at_home, danger, motion
from lamplighter.understanding.conditions.quantities import length_of
from lamplighter.understanding.conditions.stating import STATE, agent, happens, option, state

_HELD = re.compile(
    r"^(?P<rest>.+?),? (?:continuously )?(?:for(?: (?:more than|at "
    r"least|longer than|over|about|the last|"
    r"the past|a full|a whole))?|in the (?:last|past)|longer than) "
    r"(?P<length>[^,]+?)(?: (?:straight|in a row|or (?:more|longer)|"
    r"already|now|"
    r"without (?:a break|interruption)|continuously))?$"
)
_NOW = re.compile(
    r"(?: (?:now|right now|at the moment|currently|already|again|at all|by itself|today|just now|"
    r"for whatever reason|or something))+$"
)
_POSSESSED = re.compile(
    r"\b(\w+)'s (?=(?:not |still |left |been |getting |below |above "
    r"|over |under |no |any |motion |"
    rf"movement |someone |somebody |smoke |water |a |{COMPARED} |at |in |home\b|dark\b|night\b|"
    rf"late\b|{STATE})\b)"
)
_CONTRACTED = (
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"\b(i|we|you|they)'ve\b"), r"\1 have"),
    (
        re.compile(
            r"\b(it|there|that|nobody|everyone|everybody|someone|somebody|"
            r"anyone|anybody|no one)'s\b"
        ),
        r"\1 is",
    ),
    (
        re.compile(
            r"\bits (?=(?:dark|light|night|day|after|before|between|not|at|open|closed|on|off|"
            rf"{COMPARED})\b)"
        ),
        "it is ",
    ),
    (re.compile(r"\b(they|we|you)'re\b"), r"\1 are"),
    (re.compile(r"\b(is|are|does|do|has|have)n'?t\b"), r"\1 not"),
    (re.compile(r"\bno longer\b"), "not"),
    (re.compile(r"\bisn t\b"), "is not"),
)


def plainly(text: str) -> str:
    """A folded condition without contractions: "it's dark" is "it is dark"."""
    for pattern, full in _CONTRACTED:
        text = pattern.sub(full, text)
    return _POSSESSED.sub(r"\1 is ", text)


_SYMBOLS = ((">=", "at least"), ("<=", "at most"), (">", "above"), ("<", "below"))


def without_symbols(text: str) -> str:
    """A condition with its signs in words: "temp < 0" is "temp below 0"."""
    for symbol, word in _SYMBOLS:
        text = text.replace(symbol, f" {word} ")
    return " ".join(text.split())


def read(clause: str) -> Reading | Hours | None:
    """What a folded clause says; None where it says nothing that can be watched."""
    text = re.sub(r"^(?:that|also|then|only|ever|and|if|when) ", "", clause.strip())
    if stated := hours.stated(text) or hours.hours_of(text.removeprefix("only ")):
        return stated
    if text.startswith(("not ", "never ", "except ")):
        spared = hours.hours_of(text.partition(" ")[2].removesuffix(" though"))
        return spared and hours.opposite(spared)
    text, held, parts = _peeled(text)
    if stated := hours.stated(text):
        return stated
    claims = tuple(_readings(text))
    return tuple(replace(each, held_s=held, hours=parts) for each in claims) or None


def _peeled(text: str) -> tuple[str, float, tuple[Hours, ...]]:
    """The clause without what follows it: how long, which part of the day, "right now"."""
    held, parts = 0.0, []
    while True:
        before = text
        text = _NOW.sub("", text)
        match = _HELD.match(text)
        length = match and length_of(match["length"])
        if match and length:
            text, held = match["rest"], length
        if found := hours.at_end(text):
            text = found[0]
            parts.append(found[1])
        if text == before or not text:
            return text, held, tuple(parts)


def _readings(text: str) -> list[Claim]:
    found: list[Claim] = []
    for reader in (agent, motion, danger, at_home, number, state, happens, option):
        found += [each for each in reader(text) if each not in found]
    return found
