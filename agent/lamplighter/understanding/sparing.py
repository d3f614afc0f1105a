"""What is to be spared, said as a request of its own: "all lights off, but leave the hall on".

Every such wording is brought to one, "all lights off except the hall", which the readers know. It
takes a request for several things beside it: "turn the fan off and leave the lamp on" spares
nothing, it only says what is so anyway.
"""

from __future__ import annotations

import re

from lamplighter.understanding.kinds import KINDS, kinds_said, plural_of
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.wording import key_of

_SEVERAL = re.compile(
    r"\b(?:all|every|everything|everywhere|each|any|whole|both|lot|rest|others|"
    r"(?:light|lamp|blind|shutter|curtain|shade|plug|socket|radiator|heater|fan|door|valve|lock|"
    r"switche|spot|window|speaker|screen|sprinkler|device)s)\b",
    re.IGNORECASE,
)
_STATE = (
    r"(?:(?:turned |switched |wide |half )?(?:on|off|open|opened|closed|shut|locked|unlocked|lit|"
    r"dark|running|going|up|down|alone|be|out|out of (?:it|this|that)|untouched|in peace|"
    r"as (?:it is|is|they are|it was)|the way (?:it is|they are)|like (?:that|this|it is))"
    r"(?: (?:please|for (?:me|him|her|them|us|now)))?)"
)
_WHAT = (
    r"(?P<what>(?!(?:it|them|that|this|me|us)\b)(?:(?!(?:if|when|until|till|unless|for|after|before|"
    r"and|but|while|turn|switch)\b)[\w'\u2019-]+ ){0,8}?"
    r"(?!(?:if|when|until|till|unless|and|but)\b)[\w'\u2019-]+?)"
)
_LINK = r"(?:but|and|only|just|though|yet|please|do|dear|then|only that|except)"
_LEAVE = (
    r"(?:leave|leaving|keep|keeping|spare|sparing|skip|ignore|don't touch|do not touch|not touch)"
)
_REASON = (
    r"(?P<rest>\s*(?:[,.;:\u2013\u2014-]|\b(?=because|cos|since|so\b|as (?:i|we|he|she|they)\b))"
    r".*)?"
)
_BEHIND = re.compile(
    rf"^(?P<said>.+?)\s*[,;.\u2013\u2014-]*\s+(?:{_LINK},?\s+)*{_LEAVE} {_WHAT}"
    rf"(?: {_STATE})?{_REASON}$",
    re.IGNORECASE,
)
_STAYS = re.compile(
    rf"^(?P<said>.+?)\s*[,;.\u2013\u2014-]+\s*(?:{_LINK},?\s+)*{_WHAT} (?:(?:can|may|should|must|"
    rf"could|has to|have to|needs to|is to|ought to|shall) )?(?:stay|stays|remain|remains|be left)"
    rf"(?: {_STATE})?{_REASON}$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"^(?:please |just )*{_LEAVE} {_WHAT}(?: {_STATE})?\s*(?:[,;.\u2013\u2014-]+\s*(?:but |and )?|"
    r"\s(?:but|and) )(?:then |please )*(?P<said>.+)$",
    re.IGNORECASE,
)
_OTHERS = (
    (
        re.compile(r"\b(?:all |every one of )?(?:of )?the other (?P<kind>\w+s)\b", re.IGNORECASE),
        "all the {}",
    ),
    (re.compile(r"\ball other (?P<kind>\w+s)\b", re.IGNORECASE), "all the {}"),
    (re.compile(r"\bevery other (?P<kind>\w+)\b", re.IGNORECASE), "every {}"),
    (
        re.compile(r"\b(?:all )?(?:of )?the rest of the (?P<kind>\w+s)\b", re.IGNORECASE),
        "all the {}",
    ),
)
_REMAINING = re.compile(
    r"\b(?:everything else|(?:all )?(?:of )?the rest|all (?:of )?(?:the )?others|the others)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"[\s,]+(?:bar(?:ring)?(?= (?:the|my|our|\w+['\u2019]s)\b)|"
    r"save(?: (?:only )?for)?(?= (?:the|my|our|\w+['\u2019]s)\b)|minus(?! \d)|"
    r"with the exception of|not counting|not including|"
    r"(?:but |and )?(?:only|just|though|simply|please) not|but please not|but do not|except not|"
    r"spare(?= (?:the|my|our|\w+['\u2019]s)\b))(?= [\w'])",
    re.IGNORECASE,
)
_EXCEPTED = re.compile(r"\bexcept\b", re.IGNORECASE)
_EVERY = re.compile(r"\b(?:all|every|everything)\b", re.IGNORECASE)
_ASKING = re.compile(r"(?:did|does|is|are|was|were|has|have|who|what|why|which)\b", re.IGNORECASE)
_SPARED = re.compile(
    r"^(?P<said>.+\bexcept\b [^,.;]+?)(?P<rest>\s*[,;.\u2013\u2014].+)$", re.IGNORECASE
)
_TELLS = re.compile(
    r"^[\s,.;:\u2013\u2014-]*(?:because|cos|since|so|as)?\s*(?:i|he|she|we|they|it|you|there|someone|"
    r"somebody|nobody|the (?:baby|kids?|children|dog|cat|boy|girl)|my \w+|\w+)"
    r"(?:['\u2019](?:s|m|re|ll|ve|d))? (?:is |are |am |still |will |need |needs |want |wants |"
    r"just |have |has |\w+ing\b|\w+ there\b|\w+ in there\b)[^.;\d]*[.!]*$",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"\b(?:turn|switch|put|set|open|close|shut|lock|unlock|start|stop|dim|on|off|then|and)\b",
    re.IGNORECASE,
)


def spared(text: str) -> str:
    """The sentence with "except" for what it wants to be left as it is; else unchanged."""
    text = _in_front(text)
    if _SEVERAL.search(text):
        text = _EXCEPT.sub(" except", text)
    for pattern in (_BEHIND, _STAYS):
        match = pattern.match(text)
        if match and _SEVERAL.search(match["said"]) and not _asks(match["said"]):
            parting = " and" if _EXCEPTED.search(match["said"]) else " except"
            rest = match["rest"] or ""
            text = f"{match['said'].rstrip(' ,;.')}{parting} {match['what']}{rest}"
    return _without_reason(text)


def _in_front(text: str) -> str:
    match = _BEFORE.match(text)
    if match is None:
        return text
    said = match["said"]
    for pattern, what in _OTHERS:
        said = pattern.sub(lambda found, what=what: what.format(found["kind"]), said)
    said = _REMAINING.sub(_all_of(match["what"]), said)
    if said == match["said"] and not _EVERY.search(said):
        return text
    return f"{said.rstrip(' .,;!')} except {match['what']}"


def _all_of(what: str) -> str:
    kinds = kinds_said(key_of(fold(what))[-1:])
    return f"all the {plural_of(KINDS[kinds[0]].words[0])}" if kinds else "everything"


def _asks(said: str) -> bool:
    return _ASKING.match(said) is not None


def _without_reason(text: str) -> str:
    """Without the reason that stands behind what is spared: "..., he's still reading"."""
    match = _SPARED.match(text)
    if match is None or not _TELLS.match(match["rest"]) or _DOES.search(match["rest"]):
        return text
    return match["said"]
