"""The wording of follow-ups: what they begin and end with, and how somebody puts a thing right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lamplighter.understanding.normalise import fold

_SAME = (
    r"(?:(?:and |do |then |also |now )*(?:the )?same(?: thing| again)?"
    r"(?: for| in| with| on| to| at)?|"
    r"(?:and |now |also )*do (?:that|it|this|so) (?:for|in|with|to|at)|likewise(?: for| in)?)"
)
_ABOUT = r"(?:(?:and |so |ok |okay )*(?:what|how) about)"
_AND = r"(?:oh and|and now|and then|and also|and|also|plus|now|then|next)"
_OPENING = re.compile(rf"^(?:(?P<about>{_ABOUT})|(?P<same>{_SAME})|(?P<more>{_AND}))(?: (?=\S)|$)")
_CLOSING = re.compile(
    r"(?:^| )(?P<what>too|also|as well|likewise|next|while you're at it|similarly)"
    r"(?: then| now| please)?$"
)
_NO = (
    r"(?:no+|nope|nah|not (?:that|this|those|it)(?: ones?)?|wrong(?: ones?| \w+)?|"
    r"that(?:'s| is| was) (?:the )?wrong(?: ones?| \w+)?)"
)
_SORRY = (
    r"(?:excuse me|pardon|oh|oops|whoops|wait|sorry|ah|er+m?|hang on|hold on|actually|rather|"
    r"my mistake)"
)
_MEANT = (
    r"(?:i (?:meant|mean|said|wanted|want|was talking about|was thinking of)(?: to say)?|"
    r"i'm talking about|it should (?:be|have been)|make that|i did say)"
)
_CORRECTION = re.compile(
    rf"^(?:{_SORRY} )*(?:(?P<no>{_NO})(?: |$))?(?:(?:{_SORRY}|{_NO})(?: |$))*"
    rf"(?:(?P<meant>{_MEANT})(?: |$))?(?P<rest>.*?)"
    r"(?P<instead>(?:^| )(?:instead|i (?:meant|said)))?$"
)
_NOT_BUT = re.compile(
    r"^not (?:the |in the |my )?.+?(?: but(?: rather)?)? (?P<right>(?:in )?(?:the|my) .+)$|"
    r"^(?P<first>(?:in )?(?:the |my )?.+?) (?:and )?not (?:in )?(?:the|my|that|this) .+$"
)

_PIECES = re.compile(r"\s*[,;.!]\s+(?:but |and )?|\s+-+\s+|\s+because\s+")
_STATEMENT = r"(?:it'?s|it is|i'?m|i am|we're|we are|that'?s|that is)"
_DEGREE = r"(?:(?:too|so|getting|really|very|a bit|just) )*"
_COMPLAINT = (
    r"(?:hot|warm|cold|cool|chilly|freezing|dark|bright|stuffy|loud|late|early|enough|wrong)"
)
_REASON = re.compile(
    rf"(?:(?:{_SORRY}|{_NO}|hm+|well|ok|okay) ?)*"
    rf"(?:{_STATEMENT} {_DEGREE}{_COMPLAINT}(?: in here| here| now)?)?"
)


@dataclass(frozen=True, slots=True)
class Continuation:
    """A folded sentence without what ties it to the one before.

    Attributes:
        rest: what is left of it.
        marked: True where its wording ties it to the sentence before.
        tentative: True for "what about ...?", which may only be a question.
    """

    rest: str
    marked: bool = False
    tentative: bool = False


def continuation_of(said: str) -> Continuation:
    """The sentence without "and", "same in", "too" and the like."""
    opening = _OPENING.match(said)
    rest = said[opening.end() :] if opening else said
    closing = _CLOSING.search(rest)
    rest = rest[: closing.start()] if closing else rest
    marked = opening is not None or closing is not None
    tentative = opening is not None and opening["about"] is not None
    return Continuation(rest.strip(), marked, tentative)


_BESIDES = re.compile(r"\b(?:too|also|as well)$")
"""More of it, whatever it begins with: "nah, the lamp too" takes nothing back."""


def correction_of(said: str) -> str | None:
    """What is meant instead, of a folded sentence that puts the one before right; else None.

    "no the other lamp" is "the other lamp", "not that one" is "". Of "not the hall, the kitchen"
    only what is meant is left.
    """
    match = _CORRECTION.match(said)
    if match is None or _BESIDES.search(said):
        return None
    if contrast := _NOT_BUT.match(said.removeprefix("no ")):
        return contrast["right"] or contrast["first"]
    if not (match["no"] or match["meant"] or match["instead"]):
        return None
    rest = match["rest"].strip()
    if said in ("no", "nope", "nah") or (not rest and not match["no"]):
        return None
    contrast = _NOT_BUT.match(rest)
    return (contrast["right"] or contrast["first"]) if contrast else rest


def pieces_of(text: str) -> list[str]:
    """The folded parts of a sentence between its commas, without those that only give a reason."""
    parts = [fold(part) for part in _PIECES.split(text)]
    return [part for part in parts if part and not _REASON.fullmatch(part)]
