"""Times and conditions in a sentence: what is understood, and what must stop everything.

"In ten minutes" is understood (by Home Assistant's timer templates and this project's own). A time
of day, a date, a duration or a condition is not: a sentence that has one must never be carried out
at once as if it had not been said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TIMES = (
    r"tomorrow|tonight|today|yesterday|midnight|noon|sunrise|sunset|dawn|dusk|o'?clock|later|soon|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays?|weekends?|daily|nightly|hourly|"
    r"this (?:morning|afternoon|evening)|every (?:morning|evening|night|day|hour|week|\d+)|"
    r"(?:in|after|for|within|every) (?:an?|half|the next|\w+)(?: \w+)? "
    r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?)|"
    r"(?:for|in) (?:an?|half an) (?:hour|minute|while|moment|bit)|"
    r"at (?:about |around )?(?:(?:[01]?\d|2[0-4])(?!\d)(?::\d\d)?(?: ?[ap]\.?m\.?)?|half past|"
    r"quarter (?:to|past)|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?! ?(?:%|percent|degree|°))|"
    r"\d{1,2} ?[ap]\.?m\b|\d{1,2}:\d\d"
)
_CONDITIONS = (
    r"if|when|whenever|while|until|till|unless|once|before|after|as soon as|as long as|in case|"
    r"provided|because|since|every time|each time"
)
_EXCEPTIONS = (
    r"except|but|without|instead of|other than|apart from|don't|do not|dont|never|not|no longer|"
    r"nobody|neither|stop it|cancel|undo|isn't|aren't|won't|can't|shouldn't|mustn't"
)
_TIMED = re.compile(rf"\b(?:{_TIMES})", re.IGNORECASE)
_CONDITIONAL = re.compile(rf"\b(?:{_CONDITIONS})\b", re.IGNORECASE)
_EXCEPTED = re.compile(rf"\b(?:{_EXCEPTIONS})\b", re.IGNORECASE)


def obstacle(text: str) -> str | None:
    """What in the sentence forbids acting at once: "time", "condition" or "exception"; or None."""
    if _CONDITIONAL.search(text):
        return "condition"
    if _TIMED.search(text):
        return "time"
    if _EXCEPTED.search(text):
        return "exception"
    return None


def seconds_of(slots: Mapping[str, Any], prefix: str = "") -> float:
    """The length that the slots ``hours``, ``minutes``, ``seconds`` say, in seconds."""
    return sum(
        float(slots.get(f"{prefix}{unit}", 0)) * length
        for unit, length in (("hours", 3600), ("minutes", 60), ("seconds", 1))
    )


def spoken_length(seconds: float) -> str:
    """A length in words: 5400 is "1 hour and 30 minutes"."""
    left, parts = round(seconds), []
    for unit, length in (("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " and ".join(parts) if len(parts) < 3 else f"{parts[0]}, {parts[1]} and {parts[2]}"
