"""Times and conditions in a sentence: what must stop a reader that does not know them.

Who reads plain clauses (the model, for one) is asked only where nothing of this is left in them: a
time, a condition or a negation must never be passed over as if it had not been said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from lamplighter.understanding.timing.phrases import extract

_ANY_DAY: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""Whether there is a time in a sentence does not depend on when it is said."""
_PAST = r"yesterday|last (?:night|week|month|evening)|(?:an?|\w+) \w+ ago|earlier today|today"
_CONDITIONS = (
    r"if(?! (?:you|u|it's possible|it is possible|possible|that's ok|it's ok|it isn't too)\b)|"
    r"(?:when|whenever)(?! (?:you (?:can|get|have)|possible)\b)|"
    r"(?<!a )while(?! (?:you're|you are|we're|i'm) at it\b)|until|till|unless|"
    r"(?<!at )once(?! (?:more|again)\b)|before|after(?! (?:that|all)\b)|"
    r"as soon as(?! possible\b)|as long as|in case|provided|because|since|every time|each time"
)
_EXCEPTIONS = (
    r"except|but(?! (?:not|i|don't|do|never|first|only|now|later) )|but not (?:the|my|in|on|for)|"
    r"without|other than|apart from|besides|excluding"
)
_NEGATIONS = (
    r"don't|do not|dont|never|not|no longer|nobody|neither|stop it|cancel|undo|"
    r"isn't|aren't|won't|can't(?! (?:you|we|even|really|quite|see|hear|find|read|sleep|breathe|"
    r"feel|concentrate|work|stand)\b)|shouldn't|mustn't|forget|no need|avoid|refrain"
)
_ACTING = (
    r"turn|switch|put|set|open|close|shut|lock|unlock|start|stop|activate|deactivate|dim|make|"
    r"brighten|raise|lower|toggle|press|run|arm|disarm|change|send|water|remind|heat|cool|warm|clean"
)
_LEADING = (
    r"if|when|whenever|once|after|as soon as|before|until|unless|while|tomorrow|tonight|later"
)
_PASSED = re.compile(rf"\b(?:{_PAST})\b", re.IGNORECASE)
_TIMER = re.compile(r"\btimers?\b", re.IGNORECASE)
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
    timed = extract(text, _ANY_DAY, values=not _TIMER.search(text))
    rest = timed.rest if timed.said else text
    if _CONDITIONAL.search(rest):
        return "condition"
    if timed.said or timed.unclear or _PASSED.search(text):
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
