"""Times that are put right: "turn it on at nine, no, make it eight", and the same said later."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from lamplighter.understanding.spoken_numbers import numbers_in
from lamplighter.understanding.timing.chains import names_day
from lamplighter.understanding.timing.phrases import Timed, extract
from lamplighter.understanding.timing.when import Delay

_LEAD: Final = (
    r"(?:no|nah|nope|wait|sorry|actually|rather|or rather|oh|hang on|hold on|scratch that|"
    r"(?:on )?second thoughts?|(?:i|we) (?:mean|meant)|make (?:it|that)|change (?:it|that) to|"
    r"(?:it|that) should be|let's (?:say|make it)|better)"
)
_LEADS: Final = rf"{_LEAD}(?:[\s,.;\u2014\u2013-]+{_LEAD})*"
_TAIL: Final = r"(?:[\s,]+(?:instead|please|rather|then|better))*[.!?]?"
_AFTER: Final = re.compile(rf"^{_LEADS}[\s,]+(?P<time>.+?){_TAIL}$", re.IGNORECASE)
_WITHIN: Final = re.compile(
    rf"^(?P<head>.+?)[\s,.;\u2014\u2013-]+{_LEADS}[\s,]+(?P<time>[^,.;]+?){_TAIL}$", re.IGNORECASE
)
_PART: Final = re.compile(
    r"\b(?:mornings?|afternoons?|evenings?|nights?|tonight|noon|midnight|[ap]\.?m)\b", re.IGNORECASE
)
_SURELY: Final = re.compile(
    r"\b(?:at|in|until|for|by|half|quarter|past|o'?clock|noon|midnight|[ap]\.?m|tomorrow|"
    r"sunset|sunrise|dusk|dawn)\b|:",
    re.IGNORECASE,
)
_MARKED: Final = re.compile(
    r"(?:at|in|for|until|till|by|on|every|tomorrow|today|tonight|from)\b", re.IGNORECASE
)
_LONGEST: Final = 8


def within(text: str, now: datetime) -> str:
    """The sentence with the time that was meant in the end; unchanged where none is put right.

    Args:
        text: one sentence, tidied.
        now: the home's local time, with its zone.
    """
    match = _WITHIN.match(text)
    found = match and _put_right(match["head"], match["time"], now)
    return found or text


def after(said: str, text: str, now: datetime) -> str | None:
    """The sentence that was said before with another time; None where the text puts none right.

    Args:
        said: the sentence before, with a time.
        text: what is said after it: "no, at eight".
        now: the home's local time, with its zone.
    """
    match = _AFTER.match(text)
    return _put_right(said, match["time"], now) if match else None


def _put_right(said: str, meant: str, now: datetime) -> str | None:
    old = extract(said, now)
    if old.unclear or (old.when is None and old.until is None) or len(meant.split()) > _LONGEST:
        return None
    if numbers_in(old.rest) and not _SURELY.search(meant):
        return None  # the number may be the value, and not the time
    new = _time(meant, old, now)
    if new is None:
        return None
    time, timed = new
    kept = [each for each in old.said if _stays(each, timed, time, now)]
    return " ".join(each for each in (old.rest.rstrip(" .,;"), *kept, time) if each)


def _time(meant: str, old: Timed, now: datetime) -> tuple[str, Timed] | None:
    """The time that is said and nothing else, with the word that makes it one."""
    word = "at"
    if old.when is None:
        word = "for" if isinstance(old.until, Delay) else "until"
    elif isinstance(old.when, Delay):
        word = "in"
    unit = old.said[-1].split()[-1] if old.said and word != "at" else ""
    plain = (meant,) if _MARKED.match(meant) else ()
    for tried in (
        *plain,
        f"{word} {meant}",
        f"{word} {meant} {unit}",
        meant,
        f"at {meant}",
        f"in {meant}",
    ):
        timed = extract(tried, now, values=False)
        if not timed.unclear and not timed.rest and (timed.when or timed.until):
            return tried, timed
    return None


def _stays(said: str, timed: Timed, time: str, now: datetime) -> bool:
    """Whether a part of the old time is left by the new one: its day, or its end."""
    old = extract(said, now, values=False)
    if old.until is not None:
        return timed.until is None
    if timed.when is None:
        return True
    day = names_day((said,), now.date())
    if day:
        return not names_day((time,), now.date())
    return bool(_PART.search(said)) and _clockless(said) and not _PART.search(time)


def _clockless(said: str) -> bool:
    return not numbers_in(said) and not re.search(r"\d", said)
