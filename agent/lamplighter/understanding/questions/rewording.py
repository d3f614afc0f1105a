"""Questions in other words and orders, brought to the order that is read.

"It is locked, the front door?" and "the front door's locked, isn't it?" both ask "is the front door
locked". What comes of a question is another question and never anything else; the first rewording
that is about something of this home is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from lamplighter.understanding.questions.clause import spelt_out
from lamplighter.understanding.questions.word_orders import EXTREMELY, ORDERS
from lamplighter.understanding.questions.words import states_by_words

MAX_REWORDINGS = 12
"""The most rewordings of one sentence that are tried."""

_BE = r"(?:is|are|was|were|has|have|had)"
_IT = r"(?:it|he|she|they|that|this|the thing|those|these)"
_WH = (
    r"(?:how \w+|what|which|when|where|who|whose|why|since when|at what time|for how long|"
    r"what time)"
)
_TAG = re.compile(
    r"(?:(?:,\s*|\s+)(?:(?:is|are|was|were|has|have|had|did|does|do|am)n'?t "
    r"(?:it|he|she|they|i|we|you|there)|(?:did|have|has) (?:he|she|they|i|we|you)|innit|right|eh|"
    r"correct|no|yeah|yes|true|huh|is that right|or not|am i right|i hope|i take it|i trust)|"
    r",\s*(?:was|were|is|are|has|did) (?:it|he|she|they))\s*\?*$"
)
_TOLD = re.compile(
    rf"^(?P<about>(?!{_WH}\b|{_BE}\b|did\b|does\b|do\b|any|there\b).+?)(?P<verb>'s|'re| {_BE})"
    r"(?P<not> not|n't)? (?P<rest>.+)$"
)
_TOLD_LEFT = re.compile(
    r"^(?P<who>i|we|you|they|he|she|nobody|no one|someone|somebody)"
    r"(?:'ve| have| did)?(?:n't| not| never)? (?P<what>(?:leave|left|forget|forgot|lock|locked|"
    r"close|closed|shut|switch|switched|turn|turned|put)\b.+)$"
)
_PRESENT = {"left": "leave", "forgot": "forget", "locked": "lock", "closed": "close",
            "switched": "switch", "turned": "turn"}  # fmt: skip
_BEING = frozenset({"still", "already", "been", "too", "all", "gone"}) | {
    said.split()[0] for said in states_by_words()
}
_OWN = re.compile(r"(?<=\bat )its\b|(?<=\bin )its\b|(?<=\bsince )its\b")
_PARTS = re.compile(r"\s*[,;:.!?\u2026\u2014\u2013]+\s+|\s+-+\s+|\s*[.\u2026]+$")
_ABOUT_IT = re.compile(rf"^(?P<it>{_IT}) (?P<verb>{_BE}) (?P<rest>.+)$")
_IS_IT = re.compile(rf"\b(?P<verb>{_BE}|did|does|do) (?P<it>{_IT})\b")
_ASKS = re.compile(rf"^(?:and |so |but )?(?:{_WH}|{_BE}|did|does|do|can|any|anything|anyone)\b")
_HOW = re.compile(r"how \w+")
_SELF = re.compile(
    r"^(?:because |cos |cause |since |as |so |but |and )?(?:i|we|he|she|they|you|my|our|the kids|"
    r"it's|there's|that's|somebody|someone)\b(?!.*\b(?:want|need|like|prefer|have|get) "
    r"(?:it|them|that|those|the|my|all|everything|this)\b)"
)
_NO_WORDS = re.compile(
    r"\b(?:i mean|i meant|you know|like i said|if you (?:know|can tell|would|please)|for example|"
    r"do you think|would you say|i wonder|pray tell|this time|yet again|in god's name|"
    r"for (?:god|heaven|christ|pete)'?s sake|at the minute|as we speak|in the gaff|"
    r"(?:with|and) (?:the |its |what |at what )?(?:time|hour)(?: please)?$|"
    r"and when(?: was (?:it|that))?\??$)"
    r"|(?<=\w)[ -]wise\b"
)
_TIMED = re.compile(r"\b(?:with|and) (?:the |its |what |at what )?(?:time|hour|when)\b")
_EXTREME = EXTREMELY


def untagged(text: str) -> str:
    """A statement with a question at its end as a question: "it's off, right" is "is it off?".

    What is no such statement stays as it is.
    """
    said = text.casefold().strip()
    shorter = _TAG.sub("", said)
    if shorter == said or not shorter:
        return text
    question = _asked(shorter)
    return f"{question}?" if question else text


def rewordings(text: str) -> Iterator[str]:
    """Other forms of the question, likeliest first; none where it cannot be one."""
    said = _OWN.sub("the", text.casefold().rstrip(" ?.!\u2026"))
    said = spelt_out(said)
    found = {said}
    asks = text.rstrip().endswith("?")
    for each in _forms(said, asks=asks):
        for form in (each, *_ordered(each)):
            whole = " ".join(form.split()).strip(" ,;:-")
            if whole and whole not in found:
                found.add(whole)
                # What asks nothing by itself must not become a question by its mark.
                yield f"{whole}?" if asks or _ASKS.match(whole) else whole
                if len(found) > MAX_REWORDINGS:
                    return


def _forms(said: str, *, asks: bool) -> Iterator[str]:
    yield said
    bare = " ".join(_NO_WORDS.sub(" ", said).split())
    if bare != said and (not _TIMED.search(said) or re.search(rf"\b{_EXTREME}\b", said)):
        yield bare
        said = bare
    if asks and (question := _asked(said)):
        yield question
    parts = [part for part in _PARTS.split(said) if part]
    if len(parts) > 1:
        yield from _turned(parts, asks=asks)
        kept = [part for part in parts if _ASKS.match(part) or not _SELF.match(part)]
        if kept and len(kept) < len(parts) and (asks or _ASKS.match(kept[0])):
            yield " ".join(kept)
            if len(kept) > 1:
                yield from _turned(kept, asks=asks)
        if _ASKS.match(kept[0] if kept else ""):
            yield " ".join(kept)


def _turned(parts: Sequence[str], *, asks: bool) -> Iterator[str]:
    """The thing that is asked about, said before the question or after it, in its place."""
    first, rest = parts[0], parts[1:]
    if len(parts) != 2:
        return
    last = rest[0]
    match = _ABOUT_IT.match(first)
    if match is not None and asks and not _ASKS.match(last):
        yield f"{match['verb']} {last} {match['rest']}"
    if _IS_IT.search(first) and not _ASKS.match(last):
        yield _IS_IT.sub(lambda found: f"{found['verb']} {last}", first, count=1)
        yield f"{first} in {last}"
    if not _ASKS.match(first) and _IS_IT.search(last):
        yield _IS_IT.sub(lambda found: f"{found['verb']} {first}", last, count=1)
        yield f"{last} in {first}"
    if not _ASKS.match(first) and _HOW.fullmatch(last):
        yield f"{last} is it in {first}"
        yield f"{last} is {first}"
    if not _ASKS.match(first) and re.search(rf"\b{_EXTREME}\b", last):
        yield f"what was the {re.sub('^the ', '', last)} {first}"
    yield f"{first}, {last}"


def _asked(said: str) -> str:
    """The question of a statement: "the door is locked" asks "is the door locked"."""
    match = _TOLD.match(said)
    if match is not None:
        if match["verb"] in ("'s", "'re") and match["rest"].split(maxsplit=1)[0] not in _BEING:
            return ""  # "Anna's room"
        verb = {"'s": "is", "'re": "are"}.get(match["verb"], match["verb"].strip())
        if match["verb"] == "'s" and match["rest"].startswith("been "):
            verb = "has"
        return f"{verb} {match['about']} {match['rest']}"
    left = _TOLD_LEFT.match(said)
    if left is None:
        return ""
    first, _, rest = left["what"].partition(" ")
    return f"did {left['who']} {_PRESENT.get(first, first)} {rest}"


def _ordered(said: str) -> Iterator[str]:
    """The question in each other order by itself, and with those before it."""
    so_far = said
    for pattern, order in _patterns():
        found = pattern.sub(order, said, count=1)
        if found != said:
            yield found
        further = pattern.sub(order, so_far, count=1)
        if further not in (so_far, found):
            yield further
        so_far = further


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), order) for pattern, order in ORDERS)
