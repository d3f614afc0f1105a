"""The parts that a sentence is made of, each with what it may mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lamplighter.understanding.clauses.lexicon import Action
from lamplighter.understanding.clauses.vocabulary import KindSaid, Place
from lamplighter.understanding.values.value import Value

Tag = Literal[
    "verb", "particle", "name", "part", "kind", "everything", "everywhere", "place", "pronoun",
    "rest", "quantifier", "except", "value", "measure", "manner", "break", "filler", "refused",
    "unknown",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some words in a row that belong together.

    Attributes:
        tag: what they are.
        start: index of the first word.
        end: index behind the last one.
        words: as they were said.
        weight: how much speaks for reading them so.
        actions: of verbs and particles.
        value: of values.
        kind: of kinds.
        place: of places.
        text: a name, a quantifier, a measure, a manner, an option.
    """

    tag: Tag
    start: int
    end: int
    words: tuple[str, ...]
    weight: float
    actions: tuple[Action, ...] = ()
    value: Value | None = None
    kind: KindSaid | None = None
    place: Place | None = None
    text: str = ""
