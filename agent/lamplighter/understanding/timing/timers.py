"""What is said of timers, in any order of its words: "a pizza timer for ten minutes", "add five".

Home Assistant's templates know the plainest of these sentences; this reads the others, and
reminders: "remind me to take the bread out at half past six".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from lamplighter.understanding.interpretation import Later, Timer, TimerOperation
from lamplighter.understanding.normalise import fold, plain, words_of
from lamplighter.understanding.time_expressions import spoken_length
from lamplighter.understanding.timing.lengths import length
from lamplighter.understanding.timing.phrases import extract
from lamplighter.understanding.timing.when import Delay
from lamplighter.understanding.timing.wording import spoken
from lamplighter.understanding.timing.words import Words

REMINDER: Final = "Reminder: "
"""What a reminder's message begins with."""

_TIMER: Final = frozenset({"timer", "timers", "countdown"})
_STARTING: Final = frozenset(
    words_of("set start make create give put begin run need want add have")
)
_FILLING: Final = frozenset(
    words_of(
        "set start make create give put begin run need want add have a an the me my us one new "
        "another on up for of with called named labelled to go off in please i that rings please "
        "and lasting running which is timer countdown length"
    )
)
_LONGEST_NAME: Final = 4
_OPERATIONS: Final[Mapping[TimerOperation, re.Pattern[str]]] = {
    "cancel": re.compile(
        r"^(?:cancel|stop|delete|remove|kill|end|clear|scrap|(?:turn|switch) off)\b"
    ),
    "pause": re.compile(r"^(?:pause|hold|freeze|suspend)\b"),
    "resume": re.compile(r"^(?:resume|continue|unpause|restart|go on with)\b"),
    "status": re.compile(r"^(?:how (?:long|much)|what(?:'s| is)|when|check|is|status|time)\b"),
}
_LEFT: Final = re.compile(
    r"^(?:how (?:long|much time|much longer|many minutes)(?: (?:is|have|do) (?:there|i|we|it))?"
    r"(?: got| is| are| have)? (?:left|to go|remaining|remains)|how much longer|time left|"
    r"how much is left)(?: (?:on|for) the (?P<name>\w+(?: \w+)?))?$"
)
_NEW: Final = re.compile(
    r"^(?:set|start|make|create|begin|run|i need|give me)\b(?!.*\b(?:longer|shorter)\b)"
)
_LONGER: Final = re.compile(
    r"\b(?:add|another|extend|longer|more|increase|lengthen|prolong|extra)\b"
)
_SHORTER: Final = re.compile(r"\b(?:take|shorten|shorter|less|decrease|subtract|reduce|remove)\b")
_ADDED: Final = re.compile(r"\b(?:more|another|longer|extra|shorter|less|please)\b")
_CHANGED: Final = re.compile(
    r"^(?:(?:add|take|subtract|remove|put|give (?:it|me|us)|make it|(?:extend|shorten) it by) )?"
    r"(?P<length>.+?)(?: (?:off|away|on|to it|off it|from it|on it))?$"
)
_REMINDED: Final = re.compile(
    r"^(?:remind (?:me|us)|(?:set|make|add|create) (?:a |me a )?reminder|don't let me forget)\b"
    r"(?P<what>.*)$",
    re.IGNORECASE,
)
_WHAT_OF: Final = re.compile(r"^(?:to|about|that|for|of)\s+", re.IGNORECASE)
_CHANGING: Final = frozenset(
    words_of(
        "add extend longer more increase lengthen prolong take off shorten shorter less by "
        "decrease subtract reduce remove another extra give it from make away"
    )
)
_ASKING: Final = frozenset(
    words_of(
        "long much time left is there on the my for of have i got until does go off end finish "
        "when what's what be will done ring over up status how to remaining do we"
    )
)
_MOST_S: Final = 30 * 86400.0


def timer(text: str, now: datetime) -> Later | Timer | None:
    """What an English sentence wants of timers or reminders; None where it is about neither.

    Args:
        text: one sentence.
        now: the time of now in the home's time zone.
    """
    said = fold(plain(text))
    if (match := _REMINDED.match(plain(text))) is not None:
        return _reminder(match["what"].strip(), now)
    if _TIMER.isdisjoint(said.split()):
        return _left(said) or _changed(said)
    return _of_timer(said)


def _of_timer(said: str) -> Later | Timer | None:
    words = Words.of(said)
    seconds, rest = _with_length(words)
    changed = None if _NEW.match(said) else _changed_by(said)
    if seconds and changed is not None:
        return Timer(changed, name=_name(_without(rest, _CHANGING)), by_s=seconds)
    for operation, pattern in _OPERATIONS.items():
        if (match := pattern.match(said)) is not None:
            every = "all" in rest or "every" in rest or "timers" in rest
            if operation == "cancel" and every:
                return Timer("cancel_all")
            left = _without(rest, {*words_of(match[0]), *_ASKING})
            return Timer(operation, name=_name(left), length_s=seconds)
    if seconds is None or seconds > _MOST_S:
        return None
    opens = rest[0] in _STARTING or rest[0] in _FILLING or rest[-1] in _TIMER
    name = _without(rest, _FILLING)
    if not opens or len(name) > _LONGEST_NAME:
        return None
    return _started(seconds, " ".join(name))


def _started(seconds: float, name: str) -> Later:
    called = f"{name} timer" if name else "timer"
    length_said = spoken_length(seconds)
    return Later(
        delay_s=seconds,
        text="",
        speech=f"{called[0].upper()}{called[1:]} set for {length_said}.",
        message=f"Your {called} is done: {length_said} have passed.",
        name=name,
    )


def _with_length(words: Words) -> tuple[float | None, list[str]]:
    """The length that is said, and the words without it."""
    for place in range(len(words)):
        found = length(words, place)
        if found is not None and found[0].seconds is not None:
            rest = [*words.tokens[:place], *words.tokens[found[1] :]]
            return float(found[0].seconds), rest or [""]
    return None, list(words.tokens) or [""]


def _without(words: Iterable[str], others: Iterable[str]) -> list[str]:
    taken = {*others, *_TIMER, *_FILLING, ",", "."}
    return [word for word in words if word not in taken]


def _name(words: Iterable[str]) -> str:
    found = [word for word in words if word not in _FILLING]
    return " ".join(found[:_LONGEST_NAME])


def _left(said: str) -> Timer | None:
    """How long is left, where no timer is named as one: "how long is left"."""
    match = _LEFT.match(said)
    if match is None:
        return None
    return Timer("status", name=_name((match["name"] or "").split()))


def _changed(said: str) -> Timer | None:
    """A length that is added or taken away, and nothing else: "add five minutes"."""
    match = _CHANGED.match(" ".join(_ADDED.sub(" ", said).split()))
    changed = _changed_by(said)
    if match is None or changed is None:
        return None
    words = Words.of(match["length"])
    found = length(words, 0)
    if found is None or not found[0].seconds or found[1] != len(words):
        return None
    return Timer(changed, by_s=float(found[0].seconds))


def _changed_by(said: str) -> TimerOperation | None:
    if _SHORTER.search(said):
        return "decrease"
    return "increase" if _LONGER.search(said) else None


def _reminder(what: str, now: datetime) -> Later | None:
    """What to be told when; None where no time is said."""
    timed = extract(what, now, values=False)
    about = _WHAT_OF.sub("", timed.rest.strip(" ,"))
    if timed.when is None or timed.until is not None or not about:
        return None
    seconds = timed.when.seconds if isinstance(timed.when, Delay) else 0.0
    told = f"I'll remind you {spoken(timed.when, now)}: {about}."
    return Later(seconds, "", told, f"{REMINDER}{about}.", when=timed.when)
