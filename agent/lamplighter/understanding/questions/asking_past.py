"""Questions about the past: "when was the door last opened", "the highest pressure today"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions import asking_past_values
from lamplighter.understanding.questions.asking_past_values import (
    DROPPED,
    EXTREMES,
    past,
    superlative,
)
from lamplighter.understanding.questions.asking_values import trend
from lamplighter.understanding.questions.building import (
    ASKERS,
    Asked,
    done,
    stated,
    together,
    without_askers,
)
from lamplighter.understanding.questions.clause import Clause
from lamplighter.understanding.questions.subjects import Subject
from lamplighter.understanding.questions.words import SOMEBODY

_VERBS = frozenset({"was", "were", "did", "has", "have", "had"})
_FORGOT = (("leave",), ("left",), ("forget",), ("forgotten",))
_NOW = frozenset({"", "which", "what", "list", "how many"})
_MOVED = re.compile(
    r"^(?:any |some )?(?:(?P<what>motion|movement|activity)(?: detected| seen)? ?|"
    r"(?:go|went|gone|come|came|walk|walked|enter|entered|move|moved|get|got|around|about|home|"
    r"present|active|there)? ?(?:to |into )?)(?P<where>(?:in|into|inside|at|on|the|upstairs|"
    r"downstairs|here|outside)\b.*)?$"
)
_DOERS = ASKERS | SOMEBODY | {"to", "left", "leave", "is", "was", "it"}
_QUESTIONS = {"which": "which", "what": "which", "list": "which", "how many": "how_many"}


def read(asked: Asked) -> Iterator[Intent]:
    """The intents that the clause can stand for, likeliest first."""
    clause = asked.clause
    yield from trend(asked)
    words = tuple(clause.words)
    after = clause.after or clause.words
    if after[:1] and after[0] in ASKERS and not clause.period and clause.asking in _NOW:
        return  # "did I leave the iron on" asks how it is now
    if after[:1] and after[0] in SOMEBODY and after[1:2] in _FORGOT and not clause.period:
        return
    if clause.asking == "how long":
        yield from _lasting(words, asked)
    elif clause.asking == "since when":
        yield from _stating(words, asked, "since")
    elif clause.asking == "when":
        yield from _last(words, asked)
    elif clause.asking == "how often":
        yield from _happening(words, asked, "how_often")
    elif clause.asking == "who" and (clause.verb in _VERBS or clause.verb == ""):
        yield from _happening(words, asked, "who")
    elif clause.asking in ("", "which", "what", "how many", "list", "how", "how much"):
        yield from asking_past_values.read(words, asked)
        if clause.verb in _VERBS and clause.asking != "how":
            yield from _was(words, asked)


def _lasting(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "how long has the fan been on", until now, and "how long was it on today", in all."""
    clause = asked.clause
    total = clause.verb in ("was", "were", "did") or (clause.period and clause.verb != "is")
    kind = "total" if total else "since"
    if "ago" in words or (total and re.search(r"\blast\b", " ".join(words))):
        kind = "last"
    yield from _stating(words, asked, kind)


def _last(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    clause = asked.clause
    if clause.verb not in _VERBS and not re.search(
        r"\blast\b|\bopened\b|\bmost recent", " ".join(words)
    ):
        return  # "when is the sun setting" asks for what comes
    said = " ".join(words)
    extreme = re.search(rf"\b({'|'.join(EXTREMES)})\b", said)
    parted = superlative(words)
    if (extreme and "last" not in said) or parted:
        yield from asking_past_values.read(words, asked, when=True)
        return
    yield from _happening(words, asked, "first" if "first" in words else "last")


def _stating(words: Sequence[str], asked: Asked, kind: str) -> Iterator[Intent]:
    bare = _bare(words)
    for subject, state in _stated(bare, asked):
        if subject.named or subject.placed:
            yield past(asked, subject, kind, state=state)
    for subject, state in _done(without_askers(bare), asked):
        if subject.named or subject.placed:
            yield past(asked, subject, kind, state=state)


def _happening(words: Sequence[str], asked: Asked, kind: str) -> Iterator[Intent]:
    """What somebody did, or what a device did: "the garage opened", "anyone opened the garage"."""
    rest = tuple(_bare(words))
    while rest and rest[0] in _DOERS and (rest[0] != "it" or len(rest) > 1):
        rest = rest[1:]
    for subject, state in _done(rest, asked):
        if subject.named or subject.placed:
            yield past(asked, subject, kind, state=state)
    for subject, state in _stated(rest, asked):
        if subject.named or subject.placed:
            yield past(asked, subject, kind, state=state)
    somebody = asked.clause.asking == "who" or bool(words[:1] and words[0] in SOMEBODY)
    moved = _MOVED.match(" ".join(rest))
    if moved is None or not (somebody or moved["what"]):
        return
    where = asked.place((moved["where"] or "").split())
    if where is not None:
        sensors = Subject({**where.slots, "kind": "motion"}, here=where.here, side=where.side)
        yield past(asked, sensors, kind, state="motion")


def _was(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "was the light on at ten", "did anyone open the garage today"."""
    clause = asked.clause
    if clause.verb in ("has", "have") and not clause.period and not _once(words, clause):
        return
    several = clause.asking in _QUESTIONS
    bare = _bare(words)
    cut = len([word for word in clause.before if word in bare]) if several else 0
    rest = tuple(bare[cut:])
    while rest and rest[0] in ASKERS | SOMEBODY | {"leave", "left", "not"}:
        rest = rest[1:]
    rest = (*bare[:cut], *rest)
    question = _QUESTIONS.get(clause.asking, "")
    kind = "ever" if clause.period else "last"
    for subject, state in _stated(rest, asked):
        if subject.named or subject.placed or subject.quantity or several:
            yield past(asked, subject, kind, question, state=state)
    for subject, state in _done(rest, asked):
        if subject.named or subject.placed or subject.quantity:
            yield past(asked, subject, kind, question, state=state)
    yield from _happening(words, asked, kind)


def _once(words: Sequence[str], clause: Clause) -> bool:
    """True where it is asked whether it ever was; "has the door been locked" asks how it is."""
    return "ever" in words or ("been" in words and "left" not in words and clause.asking != "")


def _bare(words: Sequence[str]) -> list[str]:
    return [word for word in DROPPED.sub(" ", " ".join(words)).split() if word != "there"]


def _stated(words: Sequence[str], asked: Asked) -> Iterator[tuple[Subject, str]]:
    for part in stated(words, asked):
        for subject in asked.about(part.subject):
            for state in part.states:
                yield together(subject, part.where), state


def _done(words: Sequence[str], asked: Asked) -> Iterator[tuple[Subject, str]]:
    for rest, states in done(words):
        for subject in asked.about(rest):
            for state in states:
                yield subject, state
