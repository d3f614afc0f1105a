"""Sentences that say several things, taken apart at "and", "then" and commas.

A part that lacks its verb ("turn on the hall light *and the fan*") takes it from the part before
it; a part that lacks its end ("turn the hall light *and the fan off*") from the one after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_PARTS = 6
"""More parts than this are prose and not commands."""

_BREAK = re.compile(
    r"\s*(?:[,;.!]\s*(?:and\s+then|and\s+also|and|then|also|plus)?\s+|"
    r"\s(?:and\s+then|and\s+also|and|then|plus|as\s+well\s+as|after\s+that|&)\s)\s*",
    re.IGNORECASE,
)
_CHINESE_BREAK = re.compile(r"\s*(?:[,\uff0c\u3001;\uff1b\u3002]|然后|并且|再)\s*")
_PLACING = frozenset({"in", "at", "of", "for"})
_ENDING = re.compile(
    r"\s((?:on|off|out|up|down)|(?:to|at)\s\S+(?:\s(?:percent|degrees|%))?|"
    r"(?:in|on)\sthe\s\w+(?:\s\w+)?)$",
    re.IGNORECASE,
)


_VERBS = frozenset(
    [
        "activate",
        "arm",
        "brighten",
        "change",
        "cool",
        "cut",
        "decrease",
        "dim",
        "disarm",
        "enable",
        "disable",
        "close",
        "draw",
        "heat",
        "increase",
        "kill",
        "lift",
        "lock",
        "lower",
        "make",
        "mute",
        "move",
        "open",
        "pause",
        "play",
        "press",
        "put",
        "raise",
        "return",
        "run",
        "send",
        "set",
        "shut",
        "start",
        "stop",
        "switch",
        "toggle",
        "turn",
        "unlock",
        "warm",
    ]
)


def parts_of(text: str, language: str = "en") -> list[str]:
    """The parts between the breaks; a list with the whole text where there is no break."""
    pattern = _CHINESE_BREAK if language.startswith("zh") else _BREAK
    return [part for part in (piece.strip() for piece in pattern.split(text)) if part]


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole sentence that a part can stand for.

    Attributes:
        text: the sentence.
        final: True where a part that fits it can't have been meant otherwise: "open the blinds in
            the lounge and the garage" says nothing of the garage's door.
    """

    text: str
    final: bool = False


def readings(part: str, before: str | None, after: str | None) -> Iterator[Reading]:
    """The whole sentences that a part can stand for, likeliest first.

    Args:
        part: the part.
        before: the whole sentence that the part before it stood for, or None.
        after: the part after it, or None.
    """
    yield Reading(part)
    # A part with a verb of its own keeps its end to itself: "turn off the fan and the lamp and
    # set the blind to 40 %" says nothing of 40 % for the lamp.
    if after is not None and after.split()[0].casefold() in _VERBS:
        after = None
    if after is not None and (ending := _ENDING.search(after)):
        yield Reading(f"{part} {ending[1]}")
    if after is not None:
        yield Reading(f"{part} {after.split()[-1]}")
    if before is None:
        return
    words = before.split()
    places = [n for n in range(3, len(words)) if words[n - 1].casefold() in _PLACING]
    for length in reversed(places):
        yield Reading(f"{' '.join(words[:length])} {part}", final=True)
    ending = _ENDING.search(before)
    for length in (2, 1):
        yield Reading(f"{' '.join(words[:length])} {part}")
        if ending and not part.endswith(ending[1]):
            yield Reading(f"{' '.join(words[:length])} {part} {ending[1]}")
