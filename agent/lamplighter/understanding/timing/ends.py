"""An end that is said twice: "turn the fan on for ten minutes, and then turn it off again"."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from lamplighter.understanding.timing.phrases import extract

_BACK: Final = re.compile(
    r",?\s+(?:and\s+)?(?:then|after that|afterwards)\s+(?:please\s+)?"
    r"(?:turn|switch|shut|put|set|go)?\s*"
    r"(?:it|them|that|both|everything)?\s*(?:back\s+)?"
    r"(?P<way>on|off|open|close|shut|lock|unlock|stop|down|up)(?:\s+(?:it|them))?"
    r"(?:\s+(?:back|again|please))*[.!]?$",
    re.IGNORECASE,
)
_OPPOSITES: Final = {
    "off": frozenset({"on", "start", "run", "water", "light"}),
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
    wanted = _OPPOSITES[match["way"].casefold()]
    if wanted.isdisjoint(head.casefold().split()) or extract(head, now).until is None:
        return text
    return head
