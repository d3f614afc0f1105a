"""An end that is said twice: "turn the fan on for ten minutes, and then turn it off again"."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from lamplighter.understanding.timing.phrases import extract

_BACK: Final = re.compile(
    r"[,;.]?\s+(?:and\s+)?(?:then|after that|afterwards)\s+(?:please\s+)?"
    r"(?:turn|switch|shut|put|set|goes|go)?\s*"
    r"(?:it|them|that|both|everything|he|she|they)?\s*"
    r"(?:(?:can |may |should |will |must )?(?:go(?:es)? |be |is )?)?(?:back\s+)?"
    r"(?P<way>on|off|out|open|close|shut|lock|unlock|stop|down|up)s?(?:\s+(?:it|them))?"
    r"(?:\s+(?:back|again|please))*[.!]?$",
    re.IGNORECASE,
)
_IN_OR_FOR: Final = re.compile(r"^In .+, or for .+\?$")
_PUT: Final = re.compile(r"^(?:please )?(?:put|give|run)\s+", re.IGNORECASE)
"""Verbs that ask for no state: what stops after a while is to run until then."""
_STATED: Final = re.compile(
    r"\b(?:on|off|open|close|shut|lock|unlock|start|up|down)\b", re.IGNORECASE
)
_OPPOSITES: Final = {
    "off": frozenset({"on", "start", "run", "water", "light"}),
    "out": frozenset({"on", "light"}),
    "on": frozenset({"off", "kill", "stop", "cut"}),
    "close": frozenset({"open", "raise", "up"}),
    "shut": frozenset({"open", "raise", "up"}),
    "open": frozenset({"close", "shut", "lower", "down"}),
    "lock": frozenset({"unlock", "open"}),
    "unlock": frozenset({"lock"}),
    "stop": frozenset({"start", "run", "on", "water"}),
    "down": frozenset({"up", "raise", "open"}),
    "up": frozenset({"down", "lower", "close"}),
}


def without_said_end(text: str, now: datetime) -> str:
    """The sentence without its last clause, where that only says what the end of a while is.

    Done as a command of its own, it would end at once what was to last.
    """
    match = _BACK.search(text)
    if match is None:
        return text
    head = text[: match.start()]
    head = _for_a_while(head, now)
    wanted = _OPPOSITES[match["way"].casefold()]
    if wanted.isdisjoint(head.casefold().split()) or extract(head, now).until is None:
        return text
    return head


def _for_a_while(head: str, now: datetime) -> str:
    """The clause with the word that its length lacks, where an end follows: "on half an hour"."""
    timed = extract(head, now)
    if timed.gap is None or not _IN_OR_FOR.match(timed.unclear):
        return head
    start = timed.gap[0]
    told = head if _STATED.search(head[:start]) else f"{_PUT.sub('turn on ', head[:start])}"
    if told is head:
        return f"{head[:start]}for {head[start:]}"
    return f"{told}for {head[start:]}"
