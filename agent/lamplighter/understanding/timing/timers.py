"""What is said of timers, in any order of its words: "a pizza timer for ten minutes", "add five".

Home Assistant's templates know the plainest of these sentences; this reads the others, and
reminders: "remind me to take the bread out at half past six".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from lamplighter.understanding.interpretation import Later, Timer, TimerOperation
from lamplighter.understanding.normalise import fold, plain, words_of
from lamplighter.understanding.time_expressions import spoken_length
from lamplighter.understanding.timing.lengths import length
from lamplighter.understanding.timing.phrases import extract
from lamplighter.understanding.timing.when import Delay, Moment
from lamplighter.understanding.timing.wording import spoken
from lamplighter.understanding.timing.words import Words
from lamplighter.understanding.wording import stem

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
_WITHOUT_UNIT: Final = re.compile(
    r"\bfor (?P<count>\d+|five|ten|fifteen|twenty|twenty[ -]five|thirty|forty(?:[ -]five)?)"
    r"(?=$| for | please)"
)
"""A timer's length without its unit is one in minutes."""
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
    r"^(?:please )?(?:(?:can|could|will|would) you (?:please )?)?(?:remind (?:me|us)|"
    r"(?:set|make|add|create) (?:a |me a )?reminder|don't let (?:me|us) forget|"
    r"(?:nudge|ping|poke) (?:me|us)|(?:give|gimme|send) (?:me |us )?a (?:heads?[ -]?up|nudge|shout|"
    r"reminder|ping)|(?:tell|notify) (?:me|us)(?= (?:in|at|tomorrow|tonight|every)\b.* to\b))\b"
    r"(?P<what>.*)$",
    re.IGNORECASE,
)
_WAKE: Final = re.compile(
    r"^(?:please )?(?:(?:can|could|will|would) you (?:please )?)?"
    r"(?:wake (?:me|us)(?: up)?|get me up|"
    r"(?:set|make) (?:me )?an? (?:wake[ -]?up|alarm)(?: call| alarm)?(?= (?:for|at)\b))\b"
    r"(?P<when>.*)$",
    re.IGNORECASE,
)
_IN_HALF: Final = re.compile(
    r"\b(?:[ap]\.?m|mornings?|afternoons?|evenings?|nights?|tonight|noon|midnight)\b|\bin\b|:",
    re.IGNORECASE,
)
_FOR_SOMETHING: Final = re.compile(
    r"^(?:(?:and |okay |ok |so )?(?:give me|gimme|i need|i want|set|set me|put|put on|start|do|"
    r"(?P<measuring>time(?: me)?|count(?: down)?|countdown)) )?(?P<length>.+?)"
    r"(?P<clock> on the clock)?(?: please)?"
    r"(?:,? for (?:the |my |some |a |an |our )?(?P<name>[a-z][a-z' -]*?))?(?: please)?$"
)
"""A length for something, where no timer is named: "six minutes for the eggs"."""
_TIMED_THING: Final = re.compile(
    r"^(?:how (?:long|much time|many minutes)(?: (?:is|have|do|has))?(?: (?:i|we|it))?"
    r"(?: (?:got|left|is left|have))* (?:for|on|with|until) (?:the |my )?|"
    r"when (?:is|are|will|does|do) (?:the |my )?)(?P<name>[a-z][a-z' -]*?)"
    r"(?P<done> (?:is |are |be |get )?(?:done|ready|up|finished|cooked))?$"
)
_MINE: Final = re.compile(
    r"^how (?:long|much time|much longer) (?:have|do|did) (?:i|we) (?:got|have)$"
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
_NO_NAME: Final = frozenset(
    words_of(
        "it them that this these those me us him her everything all both lights light heating "
        "minute minutes hour hours second seconds now good ever sure real the each every"
    )
)
_NOON: Final = 12
_MOST_S: Final = 30 * 86400.0


def timer(text: str, now: datetime, known: Collection[str] = ()) -> Later | Timer | None:
    """What an English sentence wants of timers or reminders; None where it is about neither.

    Args:
        text: one sentence.
        now: the time of now in the home's time zone.
        known: the words of the home's names, areas and kinds: a length for one of them is no timer.
    """
    said = fold(plain(text))
    if (match := _REMINDED.match(plain(text))) is not None:
        return _reminder(match["what"].strip(" :,"), now)
    if (match := _WAKE.match(plain(text))) is not None:
        return _woken(match["when"].strip(" :,"), now)
    if _TIMER.isdisjoint(said.split()):
        return _left(said) or _changed(said) or _unnamed(said, known)
    return _of_timer(said)


def _unnamed(said: str, known: Collection[str]) -> Later | Timer | None:
    """A timer that is not called one, for something that is none of the home's things."""
    if _MINE.match(said):
        return Timer("status")
    match = _TIMED_THING.match(said)
    if match is not None and (match["done"] or said.startswith("how")):
        return Timer("status", name=match["name"]) if _strange(match["name"], known) else None
    match = _FOR_SOMETHING.match(said)
    seconds = _whole_length(match["length"]) if match else None
    if match is None or seconds is None:
        return None
    name = match["name"] or ""
    wanted = name or match["measuring"] or match["clock"]
    return _started(seconds, name) if wanted and (not name or _strange(name, known)) else None


def _whole_length(said: str) -> float | None:
    """The seconds of words that are a length and nothing else."""
    words = Words.of(said)
    found = length(words, 0)
    if found is None or not found[0].seconds or found[1] != len(words):
        return None
    return float(found[0].seconds) if found[0].seconds <= _MOST_S else None


def _strange(name: str, known: Collection[str]) -> bool:
    """Whether it is nothing of the home, nor a word that stands for something of it."""
    words = words_of(name)
    plain_words = all(word not in known and stem(word) not in known for word in words)
    return 0 < len(words) <= _LONGEST_NAME and plain_words and _NO_NAME.isdisjoint(words)


def _woken(when: str, now: datetime) -> Later | None:
    """To be woken at a time: in the morning, where the half of the day is not said."""
    timed = extract(when, now, values=False)
    if isinstance(timed.when, Moment) and not _IN_HALF.search(when) and timed.when.at.hour >= _NOON:
        timed = extract(f"{when} in the morning", now, values=False)
    if timed.when is None or timed.until is not None or timed.unclear or timed.rest:
        return None
    seconds = timed.when.seconds if isinstance(timed.when, Delay) else 0.0
    told = f"I'll wake you {spoken(timed.when, now)}."
    return Later(seconds, "", told, f"{REMINDER}time to wake up.", when=timed.when)


def _of_timer(said: str) -> Later | Timer | None:
    said = _WITHOUT_UNIT.sub(r"for \g<count> minutes", said)
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
    seconds = _whole_length(match["length"])
    return None if seconds is None else Timer(changed, by_s=seconds)


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
