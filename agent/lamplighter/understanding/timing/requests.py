"""What is asked about what is planned: "what's scheduled?", "cancel the bedroom thing"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Final

from lamplighter.understanding.interpretation import Planned
from lamplighter.understanding.normalise import fold, plain, words_of
from lamplighter.understanding.timing.phrases import extract
from lamplighter.understanding.wording import stem

_PLANNED = (
    r"(?:scheduled|planned|lined up|coming up|pending|queued(?: up)?|in the queue|upcoming|"
    r"(?:on|in) the schedule|set to (?:run|happen|go off))"
)
_THINGS = r"(?:things?|commands?|actions?|tasks?|jobs?|plans?|schedules?|events?|entries|stuff)"
_WHAT = rf"(?:what(?:'s|s)?|which|anything|any|something|everything)(?: {_THINGS})?"
_HAVE = (
    r"(?:(?:do|have) (?:i|you|we)(?: have| got| have got)?|is|are|did (?:i|you|we))"
    r"(?: there)?(?: still| already| currently)?"
)
_ABOUT = r"(?:(?: for| in| about| at| on| with| to do with)? (?P<said>.+))?"
_RUNNING = r"(?: there)?(?: running| set| active| on| going| left| ticking)?(?P<timers>)"
_TIMERS = r"timers?(?: and (?:plans?|schedules?))?"
_SHOW = r"(?:list|show|tell|read|give)(?: me)?(?: out)?"
_PLANS = rf"(?P<timers>{_TIMERS})|{_PLANNED}(?: {_THINGS})?|schedules?|plans"
_GOING = (
    r"(?:(?:going to|supposed to|due to|set to|meant to) )?(?:be )?(?:(?:come|go|turn|switch|get|"
    r"turned|switched)(?:e?s)? (?:on|off)|(?:opens?|closes?|starts?|stops?|locks?)|due)(?: again)?"
)
_BY_DAY = r"(?P<said>tonight|today|tomorrow(?: .+)?|this evening|later)"


def _compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(f"^{pattern}$") for pattern in patterns)


_INTRODUCTION: Final = re.compile(
    r"^(?:(?:tell|show|remind|give) me|let me know|do you know|i want to know) (?=what|which)"
)
_LISTS: Final = _compiled(
    (
        rf"{_WHAT}(?: {_HAVE})? {_PLANNED}{_ABOUT}",
        rf"{_HAVE} (?:{_WHAT} )?{_PLANNED}{_ABOUT}",
        rf"{_HAVE} any {_THINGS}{_ABOUT}",
        rf"what (?:have|did) (?:i|we|you) (?:planned?|scheduled?){_ABOUT}",
        rf"(?:what|which) {_TIMERS}(?: {_HAVE})?{_RUNNING}",
        rf"{_HAVE} (?:any|some|the) {_TIMERS}{_RUNNING}",
        rf"{_SHOW}(?: all)?(?: of)?(?: the| my| our)? (?:{_PLANS}){_ABOUT}",
        rf"{_SHOW} (?:everything|all|whatever)(?: that)?(?:'s| is| are)? {_PLANNED}{_ABOUT}",
        rf"what(?:'s| is| are) (?:on |in )?the (?:schedules?|plans?){_ABOUT}",
        rf"what (?:will|are you going to|are you planning to) (?:you )?do {_BY_DAY}",
        rf"what(?:'s| is) (?:going to happen|happening) {_BY_DAY}",
        rf"(?:when|what time) (?:does|do|will|is|are) (?P<said>.+?) {_GOING}",
        rf"how (?:long|much longer|soon) (?:until|till|before|is it until) (?P<said>.+?) {_GOING}",
    )
)
_CANCEL = (
    r"(?:cancel|forget(?: about)?|scrap|call off|abort|unschedule|drop|scratch|"
    r"never ?mind(?: about)?)"
)
_REMOVE = r"(?:remove|delete|stop|clear|kill|take out|get rid of|throw out|wipe|skip|undo)"
_ALL = r"(?:everything|all|all of it|all of them|the lot)(?: of)?(?: the| my| our)?"
_THAT_IS = r"(?:that's|that is|that was|which is|that are|you have|i|we|i've|we've)"
_EVERYTHING: Final = _compiled(
    (
        rf"(?:{_CANCEL}|{_REMOVE}) {_ALL} (?:{_THAT_IS} )?{_PLANNED}(?: {_THINGS})?{_ABOUT}",
        rf"(?:{_CANCEL}|{_REMOVE}) {_ALL} {_THINGS}(?: (?:{_THAT_IS} )?{_PLANNED})?{_ABOUT}",
        rf"(?:{_CANCEL}|{_REMOVE}) (?:the|my|our) (?:whole |entire |complete )?schedule",
        rf"(?:{_CANCEL}|{_REMOVE}) (?:the |my |our )?{_PLANNED} (?:things|commands|actions|plans)",
        r"(?:cancel|scrap|call off) everything",
    )
)
_ONE: Final = re.compile(rf"^{_CANCEL} (?P<said>.+)$")
_BOTHER: Final = re.compile(
    r"^(?:please )?(?:don't|do not|no need to) bother (?:with |about |doing |(?:turning|switching) "
    r"(?:on |off )?)?(?P<said>.+?)(?: (?:after all|any ?more|then|now|on|off))*$"
)
_ONE_OF_THE_PLANNED: Final = re.compile(rf"^{_REMOVE} (?P<said>.+)$")
_SAYS_PLANNED: Final = re.compile(
    rf"\b(?:{_PLANNED}|schedules?|plans?|entry|thing (?:at|on|for|tomorrow|tonight|this))\b"
)
_OTHERS: Final = re.compile(
    r"^(?:it|that|this|them|those|(?:the|that) last (?:one|command|thing)|"
    r"that (?:command|thing)|what i said|the question|everyone|to .+|"
    r".*\btimers?\b.*|(?:the |my )?alarms?|.*\b(?:rule|order|automation)s?\b.*)$"
)
"""What is cancelled or forgotten by others: timers, standing orders, what was just said."""
JUST_NOW: Final = "what was planned just now"
"""How :class:`Planned` describes what the asker planned last, in the minutes before."""
_TAKEN_BACK: Final = re.compile(
    rf"^(?:{_CANCEL}|{_REMOVE}) (?:it|that|this|that one|(?:the|that) last (?:one|command|thing)|"
    r"that (?:command|thing))(?: again)?$|"
    r"^(?:stop doing|don't do|do not do|don't bother with|never ?mind about) (?:that|it|this)"
    r"(?: (?:after all|any ?more|then|now))*$|^don't bother(?: after all)?$"
)
_PERSONAL: Final = re.compile(
    r"\b(?:do|have) (?:i|we) (?:have |got )?.*\b(?:for|on)\b|\bmy schedule\b"
)
"""What may ask for somebody's own calendar."""
_OWN: Final = re.compile(r"\b(?:reminder|timer|countdown)s?\b")
_NAMELESS: Final = frozenset({"thing", "things", "command", "plan", "schedule", "scheduled"})
_GRAMMAR: Final = frozenset(
    words_of(
        "the a an of for to in on off at and or about with that this one ones thing things command "
        "commands scheduled schedule planned plan plans is are was what what's every each my our "
        "turn turning switch switching open opening close closing set setting start starting stop "
        "run running lock locking unlock dim dimming heat heating lights light up down again all "
        "everything from which i said you later next first second last other new old please"
    )
)
_ANY_DAY: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
_NEGLIGIBLE: Final = re.compile(
    r"^(?:please|now|then|again|at the moment|right now|here|me|house|home)?$"
)


def takes_back(text: str) -> bool:
    """True for "cancel that": where it was only planned, it is cancelled; else it is undone."""
    return _TAKEN_BACK.match(fold(plain(text))) is not None


def cancels(text: str) -> bool:
    """True where it begins like a plan that is cancelled: "forget the porch light"."""
    said = fold(plain(text))
    match = _ONE.match(said) or _BOTHER.match(said)
    return match is not None and not _OTHERS.match(match["said"])


def request(text: str, known: Collection[str] | None = None) -> Planned | None:
    """What an English sentence asks about what is planned; None where it is about something else.

    Sentences about one timer are left to the rules, which know timers by name and length.

    Args:
        text: one sentence.
        known: the words of the home's names, areas and kinds; what describes a plan by other words
            is about something else ("cancel my reservation"). None: any word will do.
    """
    found = _requested(text)
    if found is None or known is None:
        return found
    calendar = _PERSONAL.search(fold(text)) is not None
    if calendar and not any(_is_known(word, known) for word in words_of(found.said)):
        return None
    return found if _at_home(found.said, known) else None


def _at_home(said: str, known: Collection[str]) -> bool:
    """Whether the words are of a time, of a thing here, or plain grammar."""
    if not said or said == "timers" or _OWN.search(said):
        return True
    timed = extract(said.replace("'s", ""), _ANY_DAY, values=False)
    words = words_of(timed.rest if timed.said else said)
    strange = [word for word in words if word not in _GRAMMAR and not _is_known(word, known)]
    named = bool(timed.said) or any(_is_known(word, known) for word in words)
    return not strange and (named or not _NAMELESS.isdisjoint(words))


def _is_known(word: str, known: Collection[str]) -> bool:
    return word in known or stem(word) in known


def _requested(text: str) -> Planned | None:
    said = _INTRODUCTION.sub("", fold(plain(text)).replace("'ve ", " have "))
    for pattern in _LISTS:
        if (match := pattern.match(said)) is not None:
            return Planned("list", _described(match))
    for pattern in _EVERYTHING:
        if (match := pattern.match(said)) is not None:
            return Planned("cancel_all", _described(match))
    match = _ONE.match(said) or _BOTHER.match(said)
    if match is None:
        match = _ONE_OF_THE_PLANNED.match(said)
        if match is None or not _SAYS_PLANNED.search(match["said"]):
            return None
    described = match["said"].removeprefix("about ")
    return None if _OTHERS.match(described) else Planned("cancel", described)


def _described(match: re.Match[str]) -> str:
    found = match.groupdict()
    if found.get("timers") is not None:
        return "timers"
    said = (found.get("said") or "").strip()
    return "" if _NEGLIGIBLE.match(said) else said
