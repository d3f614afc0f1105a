"""Two questions in one sentence, of which the second leans on the first.

"Is the bathroom fan on, and how fast?" asks two things of one fan; "humid in the barn? And how
warm?" two things of one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.questions.words import states_by_words

_WH = (
    r"(?:by how much|how \w+|since when|for how long|at what \w+|on what \w+|what|when|which|"
    r"where|who|why)"
)
_ASK = rf"(?:{_WH}|is|are|was|were|did|does|has|have)"
_MEETING = re.compile(
    rf"(?:\s*[?;.!]+\s*(?:(?:and|n|also|plus|&)\s+)?|,?\s+(?:and|n|also|plus|&|but)\s+(?:also\s+)?|,\s+)"
    rf"(?={_ASK}\b)"
)
_PRONOUN = re.compile(
    r"\b(?:it|he|she|they|that|the thing)\b(?!\s+(?:in|at|on|outside|upstairs|downstairs|there)\b)"
)
_BARE_WH = re.compile(rf"^{_WH}(?: is| was| did)?$")
_WHEN = re.compile(
    r"(?:when|at what (?:time|hour)|what time)"
    r"(?: (?:was|is) (?:it|that)| did (?:it|that) (?:occur|happen)| was that reached)?"
)
_HOW_MUCH = frozenset({"by how much", "how far", "how wide", "how much"})


def parted(text: str) -> Iterator[tuple[str, str]]:
    """The ways to part the sentence into two questions."""
    said = text.casefold().rstrip(" ?.!")
    for match in _MEETING.finditer(said):
        first, second = said[: match.start()].strip(" ,"), said[match.end() :].strip(" ,")
        if first and second:
            yield f"{first}?", second


def answered(second: str, before: Intent) -> bool:
    """True where the answer to the first question tells this anyway: when it was the highest."""
    return before.slots.get("asked") == "extreme" and bool(_WHEN.fullmatch(second))


def leaning(second: str, before: Intent) -> Iterator[str]:
    """The second question with what it leaves to the first, whose intent is given."""
    about, where = _about(before), _where(before)
    if _BARE_WH.match(second):
        yield from _completed(second.removesuffix(" is"), about, where, before)
        return
    if about and _PRONOUN.search(second):
        yield f"{_PRONOUN.sub(about, second, count=1)}?"
    yield f"{second}?"
    if about:
        yield f"{second} is {about}?"
    if where:
        yield f"{second} {where}?"


def _completed(asking: str, about: str, where: str, before: Intent) -> Iterator[str]:
    state = str(before.slots.get("state", ""))
    word = state if state in states_by_words() else ""
    if about:
        if asking in _HOW_MUCH:
            yield f"how far open is {about}?"
        if word and asking.split(maxsplit=1)[0] in ("when", "since", "how", "for"):
            past = before.name == "HomeGetPast" or asking == "when"
            yield f"when was {about} last {word}?" if past else f"{asking} has {about} been {word}?"
        yield f"{asking} is {about}?"
    if where:
        yield f"{asking} is it {where}?"
    if asking == "when" and (measure := before.slots.get("measure")):
        yield f"when was the {before.slots.get('way', 'highest')} {measure} {where or about}?"


def _about(intent: Intent) -> str:
    name, kind = intent.slots.get("name"), intent.slots.get("kind")
    where = _where(intent)
    if name is not None:
        return f"the {name} {where}".strip()
    if kind in KINDS:
        return f"the {KINDS[str(kind)].words[0]} {where}".strip()
    return ""


def _where(intent: Intent) -> str:
    place = intent.slots.get("area") or intent.slots.get("floor")
    return f"in {place}" if place else "here" if intent.here else ""
