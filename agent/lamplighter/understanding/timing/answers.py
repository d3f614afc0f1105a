"""The answer to a question about a time: "when exactly?" - "in ten minutes"."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from lamplighter.understanding.normalise import plain
from lamplighter.understanding.timing.phrases import extract
from lamplighter.understanding.timing.pieces import HOW_LONG

_LEADS: Final = re.compile(
    r"^(?:(?:make (?:it|that)|let's say|say|i'd say|maybe|i think|oh|um+|uh+|well|ok(?:ay)?|then|"
    r"please|i (?:mean|meant|said)|yes|no|sorry|the)(?:,| )\s*)+",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"^(?:a |at (?:that )?)?(?:time|o'?clock|hour|clock|the time)\b", re.IGNORECASE
)
_VALUE: Final = re.compile(
    r"^(?:a |to (?:a )?|set (?:it )?to )?(?:value|level|brightness|number|"
    r"(?P<unit>percent|degrees?)\b|(?P<sign>[%°]))",
    re.IGNORECASE,
)
_DOUBT: Final = re.compile(r"^Do you mean at (?P<number>\d+):00")


def completed(said: str, answer: str, now: datetime) -> str | None:
    """The sentence with the time that the answer says.

    Args:
        said: the sentence whose time was asked for.
        answer: what was answered.
        now: the time of now in the home's time zone.

    Returns:
        None where no time of the sentence is open, or the answer is none.
    """
    opened = extract(said, now)
    if not opened.unclear or opened.gap is None:
        return None
    start, end = opened.gap
    before, after = said[:start].rstrip(), said[end:].lstrip()
    bare = _LEADS.sub("", plain(answer).rstrip("?. "))
    found = _meant(opened.unclear, bare) or _timed(bare, now, lasting=opened.unclear == HOW_LONG)
    return None if found is None else " ".join(each for each in (before, found, after) if each)


def _timed(answer: str, now: datetime, *, lasting: bool) -> str | None:
    """The answer with the word that makes it a time, where it says nothing else."""
    words = ("for", "until") if lasting else ("in", "at")
    for tried in (answer, *(f"{word} {answer}" for word in words)):
        found = extract(tried, now, values=False)
        if not found.unclear and not found.rest and (found.until if lasting else found.when):
            return tried
    return None


def _meant(question: str, answer: str) -> str | None:
    """Whether a number was meant as a time or as a value."""
    doubt = _DOUBT.match(question)
    if doubt is None:
        return None
    number = doubt["number"]
    if _TIME.match(answer) or answer.casefold() in (f"{number}:00", f"at {number}:00"):
        return f"at {number}:00"
    value = _VALUE.match(answer.removeprefix(number).strip())
    if value is None:
        return None
    return f"to {number} {value['unit'] or value['sign'] or ''}".strip()
