"""Questions about the past: "when was the door last opened", "the highest pressure today"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.asking_values import trend
from lamplighter.understanding.questions.building import (
    ASKERS,
    Asked,
    done,
    stated,
    together,
    without_askers,
)
from lamplighter.understanding.questions.measures import adjectives, comparatives
from lamplighter.understanding.questions.measuring import limit_of, measure_in
from lamplighter.understanding.questions.subjects import Subject
from lamplighter.understanding.questions.words import SOMEBODY

_EXTREMES = {
    "highest": "highest", "maximum": "highest", "max": "highest", "peak": "highest",
    "top": "highest", "most": "highest", "biggest": "highest", "greatest": "highest",
    "lowest": "lowest", "minimum": "lowest", "min": "lowest", "least": "lowest",
    "smallest": "lowest", "average": "mean", "mean": "mean", "avg": "mean",
}  # fmt: skip
_DROPPED = re.compile(
    r"\b(?:the )?(?:last|most recent|latest|recent|previous)(?: time)?\b|\bthat\b|\bever\b|"
    r"\bbeen\b|"
    r"\bbeing\b|\bget(?:ting)?\b|\bgot(?:ten)?\b|\bfirst\b|\bat any (?:time|point)\b|\bonce\b|"
    r"\bmost recently\b|\bin total\b|\balready\b|\baltogether\b|\bthe\b(?= time)|\btime\b"
)
_USED = re.compile(r" (?:use|used|using|consume|consumed|draw|drawn|need|needed|take|taken|burn|"
                   r"burnt|produce|produced|make|made|generate|generated|cost|get|"
                   r"been used)\b.*$")  # fmt: skip
_VERBS = frozenset({"was", "were", "did", "has", "have", "had"})
_MOVING = frozenset(
    [
        "it",
        "go",
        "goes",
        "going",
        "drop",
        "dropped",
        "fall",
        "fell",
        "fallen",
        "rise",
        "rose",
        "risen",
        "climb",
        "get",
        "got",
    ]
)
_FORGOT = (("leave",), ("left",), ("forget",), ("forgotten",))
_NOW = frozenset({"", "which", "what", "list", "how many"})
_WEATHER = frozenset({"temperature", "wind_speed", "illuminance"})
_MOVED = re.compile(
    r"^(?:any |some )?(?:(?P<what>motion|movement|activity)(?: detected| seen)? ?|"
    r"(?:go|went|gone|come|came|walk|walked|enter|entered|move|moved|get|got|around|about|home|"
    r"present|active|there)? ?(?:to |into )?)(?P<where>(?:in|into|inside|at|on|the|upstairs|"
    r"downstairs|here|outside)\b.*)?$"
)
_METERED = frozenset({"energy", "water", "gas", "power", "precipitation"})


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
        yield from _valued(words, asked)
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
    extreme = re.search(rf"\b({'|'.join(_EXTREMES)})\b", said)
    parted = _superlative(words)
    if (extreme and "last" not in said) or parted:
        yield from _valued(words, asked, when=True)
        return
    yield from _happening(words, asked, "first" if "first" in words else "last")


def _stating(words: Sequence[str], asked: Asked, kind: str) -> Iterator[Intent]:
    bare = _DROPPED.sub(" ", " ".join(words)).split()
    for part in stated(bare, asked):
        for subject in asked.about(part.subject):
            placed = together(subject, part.where)
            if subject.named or placed.placed:
                for state in part.states:
                    yield _past(asked, placed, kind, state=state)
    yield from _doing(bare, asked, kind)


def _doing(words: Sequence[str], asked: Asked, kind: str) -> Iterator[Intent]:
    for rest, states in done(without_askers(words)):
        for subject in asked.about(rest):
            if subject.named or subject.placed:
                for state in states:
                    yield _past(asked, subject, kind, state=state)


def _happening(words: Sequence[str], asked: Asked, kind: str) -> Iterator[Intent]:
    """What somebody did, or what a device did: "the garage opened", "anyone opened the garage"."""
    bare = [word for word in _DROPPED.sub(" ", " ".join(words)).split() if word != "there"]
    rest = tuple(bare)
    while (
        rest
        and rest[0] in ASKERS | SOMEBODY | {"to", "left", "leave", "is", "was", "it"}
        and (rest[0] != "it" or len(rest) > 1)
    ):
        rest = rest[1:]
    for subject_words, states in done(rest):
        for subject in asked.about(subject_words):
            if subject.named or subject.placed:
                for state in states:
                    yield _past(asked, subject, kind, state=state)
    for part in stated(rest, asked):
        for subject in asked.about(part.subject):
            placed = together(subject, part.where)
            if subject.named or placed.placed:
                for state in part.states:
                    yield _past(asked, placed, kind, state=state)
    somebody = asked.clause.asking == "who" or bool(words[:1] and words[0] in SOMEBODY)
    moved = _MOVED.match(" ".join(rest))
    if moved is None or not (somebody or moved["what"]):
        return
    where = asked.place((moved["where"] or "").split())
    if where is not None:
        sensors = Subject({**where.slots, "kind": "motion"}, here=where.here, side=where.side)
        yield _past(asked, sensors, kind, state="motion")


def _was(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "Was the light on at ten", "did anyone open the garage today"."""
    clause = asked.clause
    wh = clause.asking in ("which", "what", "list", "how many")
    perfect = clause.verb in ("has", "have")
    if perfect and not clause.period and not {"ever", "been"} & set(words):
        return
    if (
        perfect
        and not clause.period
        and "been" in words
        and "ever" not in words
        and (clause.asking == "")
    ):
        return  # "has the door been locked" asks how it is
    bare = [word for word in _DROPPED.sub(" ", " ".join(words)).split() if word != "there"]
    cut = [word for word in clause.before if word in bare]
    head = tuple(cut) if wh else ()
    rest = tuple(bare[len(cut) :]) if wh else tuple(bare)
    while rest and rest[0] in ASKERS | SOMEBODY | {"leave", "left", "not"}:
        rest = rest[1:]
    rest = (*head, *rest)
    question = {"which": "which", "what": "which", "list": "which", "how many": "how_many"}.get(
        clause.asking, ""
    )
    kind = "ever" if clause.period else "last"
    for reading in (stated(rest, asked), ()):
        for part in reading:
            for subject in asked.about(part.subject):
                placed = together(subject, part.where)
                if subject.named or placed.placed or subject.quantity or wh:
                    for state in part.states:
                        yield _past(asked, placed, kind, question, state=state)
    for subject_words, states in done(rest):
        for subject in asked.about(subject_words):
            if subject.named or subject.placed or subject.quantity:
                for state in states:
                    yield _past(asked, subject, kind, question, state=state, deed=True)
    yield from _happening(words, asked, kind)


def _valued(words: Sequence[str], asked: Asked, *, when: bool = False) -> Iterator[Intent]:
    """Values of the past: extremes, means, what was used, what it was at a time."""
    clause = asked.clause
    said = " ".join(words)
    bare = [w for w in _DROPPED.sub(" ", said).split() if w not in ("it", "there")]
    past = clause.verb in ("was", "were", "did", "had", "has", "have")
    extreme = next((word for word in bare if word in _EXTREMES), "")
    if extreme and (clause.period or past or when) and clause.asking != "":
        rest = [word for word in bare if word != extreme]
        rest = [
            word
            for word in rest
            if word not in ("reached", "recorded", "measured", "value", "reach")
        ]
        for measure, left in measure_in(rest):
            for subject in _subjects(left, asked):
                yield _past(asked, subject, "extreme", measure=measure, way=_EXTREMES[extreme])
    parted = _superlative(bare)
    if parted is not None and (clause.period or past) and clause.asking != "":
        (measure, way), left = parted
        left = tuple(word for word in left if word not in ("was", "the", "temperature"))
        for subject in _subjects(left, asked):
            ends = {"more": "highest", "less": "lowest"}[way]
            yield _past(asked, subject, "extreme", measure=measure, way=ends)
    if not past:
        return
    yield from _limited(bare, asked)
    known = adjectives()
    if clause.asking == "how" and bare and bare[0] in known:
        measure, end = known[bare[0]]
        reached = clause.verb == "did" or "get" in said.split()
        for subject in _subjects(bare[1:], asked):
            if reached:
                ends = "highest" if end == "high" else "lowest"
                if not subject.named and not subject.placed and measure in _WEATHER:
                    outside = Subject(side="outside")
                    yield _past(asked, outside, "extreme", measure=measure, way=ends)
                yield _past(asked, subject, "extreme", measure=measure, way=ends)
            yield _past(asked, subject, "value", measure=measure)
    if clause.asking == "" and clause.period and (found := [w for w in bare if w in known]):
        measure = known[found[0]][0]
        gone = (found[0], "too", "very", "really", "so")
        left = tuple(word for word in bare if word not in gone)
        for subject in _subjects(left, asked):
            if not subject.named and not subject.placed and measure in _WEATHER:
                yield _past(asked, Subject(side="outside"), "value", measure=measure)
            yield _past(asked, subject, "value", measure=measure)
    if clause.asking in ("how much", "what", "how", "list"):
        rest_words = _USED.sub("", " ".join(bare)).split()
        for measure, left in measure_in([word for word in rest_words if word not in ASKERS]):
            used = measure in _METERED and (
                clause.asking == "how much" or _USED.search(" ".join(bare)) is not None
            )
            for subject in _subjects(without_askers(left), asked):
                kind = "used" if used else "value"
                yield _past(asked, subject, kind, measure=measure)
    if clause.asking == "what" and clause.period:
        match = re.match(r"^(?P<what>.+?) (?:set to|at|set at)$", " ".join(bare))
        for subject in asked.about((match["what"] if match else " ".join(bare)).split()):
            if subject.named:
                yield _past(asked, subject, "value")


def _limited(bare: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "Did it get below zero last night"."""
    parted = limit_of(" ".join(bare))
    if parted is None or asked.clause.asking or not asked.clause.period:
        return
    before, way, limit, unit, after = parted
    words = [w for w in f"{before} {after}".split() if w not in _MOVING]
    ends = "highest" if way == "more" else "lowest"
    fixed: dict[str, Any] = {"way": ends, "unit": unit}
    for measure, left in measure_in(words) if words else ():
        for subject in _subjects(left, asked):
            if not subject.named and not subject.placed and measure in _WEATHER:
                outside = Subject(side="outside")
                yield _past(asked, outside, "extreme", measure=measure, limit=limit, **fixed)
            yield _past(asked, subject, "extreme", measure=measure, limit=limit, **fixed)
    for subject in _subjects(words, asked):
        if not subject.named and not subject.placed:
            outside = Subject(side="outside")
            yield _past(asked, outside, "extreme", measure="temperature", limit=limit, **fixed)
        yield _past(asked, subject, "extreme", measure="temperature", limit=limit, **fixed)


def _subjects(words: Sequence[str], asked: Asked) -> Iterator[Subject]:
    where = asked.place(words)
    if where is not None:
        yield where
    else:
        yield from asked.about(words)


def _superlative(words: Sequence[str]) -> tuple[tuple[str, str], tuple[str, ...]] | None:
    known = comparatives()
    for index, word in enumerate(words):
        if word in known and word.endswith("est"):
            return known[word], (*words[:index], *words[index + 1 :])
    return None


def _past(
    asked: Asked, subject: Subject, kind: str, question: str = "", *, deed: bool = False, **slots: Any
) -> Intent:  # fmt: skip
    if not question:
        question = {"any": "any", "all": "all"}.get(subject.quantity, "one")
    period = asked.clause.period
    more = {"deed": True} if deed else {}
    return asked.intent(
        "HomeGetPast", subject, question, asked=kind, period=period, **more, **slots
    )
