"""Questions for values of the past: extremes, means, what was used, what it was at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.building import ASKERS, Asked, without_askers
from lamplighter.understanding.questions.measures import adjectives, comparatives
from lamplighter.understanding.questions.measuring import limit_of, measure_in
from lamplighter.understanding.questions.subjects import Subject

EXTREMES = {
    "highest": "highest", "maximum": "highest", "max": "highest", "peak": "highest",
    "top": "highest", "most": "highest", "biggest": "highest", "greatest": "highest",
    "lowest": "lowest", "minimum": "lowest", "min": "lowest", "least": "lowest",
    "smallest": "lowest", "average": "mean", "mean": "mean", "avg": "mean",
}  # fmt: skip
DROPPED = re.compile(
    r"\b(?:(?:the )?(?:last|most recent|latest|recent|previous)(?: time)?|that|ever|been|being|"
    r"get(?:ting)?|got(?:ten)?|first|at any (?:time|point)|once|most recently|in total|already|"
    r"altogether|the(?= time)|time)\b"
)
"""Words that say that it is the past, and not what is asked."""
_USED = re.compile(
    r" (?:use|used|using|consume|consumed|draw|drawn|need|needed|take|taken|burn|burnt|produce|"
    r"produced|make|made|generate|generated|cost|get|been used)\b.*$"
)
_REACHED = frozenset({"reached", "recorded", "measured", "value", "reach"})
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
_WEATHER = frozenset({"temperature", "wind_speed", "illuminance"})
"""What is asked of the outdoors where no place is said: "how cold did it get"."""

_GONE = re.compile(r"\b(?:at|around|about|ago|yesterday|last|before|morning|noon|midday)\b")
"""What a period that is over has: "temperature at six" asks what it was."""

_METERED = frozenset({"energy", "water", "gas", "power", "precipitation"})
_PAST = frozenset({"was", "were", "did", "had", "has", "have"})


def read(words: Sequence[str], asked: Asked, *, when: bool = False) -> Iterator[Intent]:
    """The intents that the words can stand for; ``when`` asks when the value was reached."""
    clause = asked.clause
    bare = [w for w in DROPPED.sub(" ", " ".join(words)).split() if w not in ("it", "there")]
    has = clause.verb in ("has", "have") and not clause.period and "been" not in clause.words
    past_tense = (clause.verb in _PAST and not has) or (
        not clause.verb and bool(_GONE.search(clause.period))
    )
    if clause.asking and (clause.period or past_tense or when):
        yield from _extremes(bare, asked)
    if not past_tense:
        return
    yield from _limited(bare, asked)
    yield from _adjectives(words, bare, asked)
    if clause.asking in ("how much", "what", "how", "list", "which") or not clause.verb:
        yield from _measured(bare, asked)
    if clause.asking == "what" and clause.period:
        about = re.sub(r" (?:set to|at|set at)$", "", " ".join(bare))
        for subject in asked.about(about.split()):
            if subject.named:
                yield past(asked, subject, "value")


def past(asked: Asked, subject: Subject, kind: str, question: str = "", **slots: Any) -> Intent:
    """An intent about the past of the subject."""
    if not question:
        question = {"any": "any", "all": "all"}.get(subject.quantity, "one")
    period = asked.clause.period
    return asked.intent("HomeGetPast", subject, question, asked=kind, period=period, **slots)


def superlative(words: Sequence[str]) -> tuple[tuple[str, str], tuple[str, ...]] | None:
    """The measure and way of "coldest", and the words around it."""
    known = comparatives()
    for index, word in enumerate(words):
        if word in known and word.endswith("est"):
            return known[word], (*words[:index], *words[index + 1 :])
    return None


def _extremes(bare: Sequence[str], asked: Asked) -> Iterator[Intent]:
    extreme = next((word for word in bare if word in EXTREMES), "")
    if extreme:
        rest = [word for word in bare if word != extreme and word not in _REACHED]
        for measure, left in measure_in(rest):
            for subject in _subjects(left, asked):
                yield past(asked, subject, "extreme", measure=measure, way=EXTREMES[extreme])
    parted = superlative(bare)
    if parted is not None:
        (measure, way), left = parted
        about = tuple(word for word in left if word not in ("was", "the", "temperature"))
        ends = {"more": "highest", "less": "lowest"}[way]
        for subject in _subjects(about, asked):
            yield past(asked, subject, "extreme", measure=measure, way=ends)


def _adjectives(words: Sequence[str], bare: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "how cold did it get", "how warm was the bedroom", "was it warm"."""
    clause, known = asked.clause, adjectives()
    said = next((word for word in bare if word in known), "")
    if not said:
        return
    measure, end = known[said]
    if clause.asking == "how" and bare[0] == said:
        reached = clause.verb == "did" or "get" in words
        ends = "highest" if end == "high" else "lowest"
        for subject in _of_weather(bare[1:], measure, asked) if reached else ():
            yield past(asked, subject, "extreme", measure=measure, way=ends)
        for subject in _of_weather(bare[1:], measure, asked):
            yield past(asked, subject, "value", measure=measure)
    elif clause.asking == "" and clause.period:
        gone = (said, "too", "very", "really", "so")
        rest = tuple(word for word in bare if word not in gone)
        for subject in _of_weather(rest, measure, asked):
            yield past(asked, subject, "value", measure=measure)


def _measured(bare: Sequence[str], asked: Asked) -> Iterator[Intent]:
    said = " ".join(bare)
    used_up = asked.clause.asking == "how much" or _USED.search(said) is not None
    rest = [word for word in _USED.sub("", said).split() if word not in ASKERS]
    for measure, left in measure_in(rest):
        kind = "used" if used_up and measure in _METERED else "value"
        for subject in _subjects(without_askers(left), asked):
            yield past(asked, subject, kind, measure=measure)


def _limited(bare: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "did it get below zero last night"."""
    parted = limit_of(" ".join(bare))
    if parted is None or asked.clause.asking or not asked.clause.period:
        return
    before, way, limit, unit, after = parted
    words = [word for word in f"{before} {after}".split() if word not in _MOVING]
    ends = "highest" if way == "more" else "lowest"
    plain = "humidity" if unit in ("%", "percent") else "temperature"
    for measure, left in (*measure_in(words), (plain, tuple(words))):
        for subject in _of_weather(left, measure, asked):
            yield past(asked, subject, "extreme", measure=measure, limit=limit, way=ends, unit=unit)


def _of_weather(words: Sequence[str], measure: str, asked: Asked) -> Iterator[Subject]:
    """The subjects of the words; where they say nothing, the outdoors first."""
    for subject in _subjects(words, asked):
        if not subject.named and not subject.placed and measure in _WEATHER:
            yield Subject(side="outside")
        yield subject


def _subjects(words: Sequence[str], asked: Asked) -> Iterator[Subject]:
    where = asked.place(words)
    if where is not None:
        yield where
    else:
        yield from asked.about(words)
