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
    r"except|but(?! (?:not|i|don't|do|never|first|only|now|later) )|but not (?:the|my|in|on|for)|"
    r"without|other than|apart from|besides|excluding"
)
_NEGATIONS = (
    r"don't|do not|dont|never|not|no longer|nobody|neither|stop it|cancel|undo|"
    r"isn't|aren't|won't|can't|shouldn't|mustn't|forget|no need"
)
_ACTING = (
    r"turn|switch|put|set|open|close|shut|lock|unlock|start|stop|activate|deactivate|dim|make|"
    r"brighten|raise|lower|toggle|press|run|arm|disarm|change|send|water|remind|heat|cool|warm|clean"
)
_LEADING = (
    r"if|when|whenever|once|after|as soon as|before|until|unless|while|tomorrow|tonight|later"
)
_TIMED = re.compile(rf"\b(?:{_TIMES})", re.IGNORECASE)
_CONDITIONAL = re.compile(rf"\b(?:{_CONDITIONS})\b", re.IGNORECASE)
_EXCEPTED = re.compile(rf"\b(?:{_EXCEPTIONS})\b", re.IGNORECASE)
_CONTRASTED = re.compile(
    r"\b(?:but(?! (?:don't|do not|not now|not yet|never))|instead of)\b", re.IGNORECASE
)
_NEGATED = re.compile(rf"\b(?:{_NEGATIONS})\b", re.IGNORECASE)
_COMMANDING = re.compile(
    rf"(?:^|[,;.:!]\s*(?:and |then |please )*|^(?:{_LEADING}|(?:at|in|on|every) \S+)\b.*\s|\band |"
    rf"\b(?:could|can|would|will) you |\bplease )(?:{_ACTING})\b|\s(?:on|off)(?:\s|$)",
    re.IGNORECASE,
)


def obstacle(text: str) -> str | None:
    """What in the sentence forbids acting at once; None where nothing does.

    One of "time", "condition", "exception" (something is left out), "contrast" and "negation".
    """
    if _CONDITIONAL.search(text):
        return "condition"
    if _TIMED.search(text):
        return "time"
    if _EXCEPTED.search(text):
        return "exception"
    if _CONTRASTED.search(text):
        return "contrast"
    return "negation" if _NEGATED.search(text) else None


def commands(text: str) -> bool:
    """True where the sentence has the form of a command, whatever it is about."""
    return _COMMANDING.search(text) is not None


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
