"""Pieces that every family of questions is read with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.clause import Clause
from lamplighter.understanding.questions.subjects import Lookup, Subject, place, subjects
from lamplighter.understanding.questions.words import (
    FILLING,
    NEGATED,
    SOMEBODY,
    deeds_by_words,
    states_by_words,
)

ASKERS = frozenset({"i", "we", "you", "they", "he", "she"})
_LEFT = frozenset(
    ["leave", "left", "leaving", "forget", "forgot", "forgotten", "have", "got", "to"]
)
_MAX_STATE = 4
_VALUES = frozenset({"HomeGetMeasurement", "HomeGetExtreme", "HomeCompare"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A clause that is being read.

    Attributes:
        clause: what is asked.
        lookup: where its subjects are looked up.
        text: the sentence.
    """

    clause: Clause
    lookup: Lookup
    text: str

    def about(self, words: Sequence[str]) -> Iterator[Subject]:
        """The readings of the words as a subject."""
        return subjects(words, self.lookup)

    def place(self, words: Sequence[str]) -> Subject | None:
        """The words as a place and nothing else."""
        return place(words, self.lookup)

    def intent(self, name: str, subject: Subject, question: str = "one", **slots: Any) -> Intent:
        """An intent about the subject."""
        filled = {**subject.slots, **{key: value for key, value in slots.items() if value != ""}}
        if subject.side in ("inside", "outside"):
            filled["side"] = subject.side
        elif subject.side and name in _VALUES:
            filled["side"] = "inside"  # it is never warm "in the house" because it is outside
        return Intent(
            name,
            filled,
            here=subject.here,
            many=subject.many,
            question=question,
            text=self.text,
        )


@dataclass(frozen=True, slots=True)
class Stated:
    """A subject and the state that it is asked about.

    Attributes:
        subject: the words of the subject.
        states: the states that the words can mean, likeliest first.
        where: the place said behind the state.
        inverted: True where the state stands before the subject: "open windows".
    """

    subject: tuple[str, ...]
    states: tuple[str, ...]
    where: Subject
    inverted: bool = False


def stated(words: Sequence[str], asked: Asked) -> Iterator[Stated]:
    """The ways to part the words into a subject, a state and a place."""
    known = states_by_words()
    for start, end in _spans(words):
        states = known.get(" ".join(words[start:end]))
        if states is None:
            continue
        before, after = list(words[:start]), words[end:]
        if before and before[-1] == "not":
            before.pop()
            states = tuple(NEGATED[each] for each in states if each in NEGATED)
        where = asked.place(after)
        if where is not None and states:
            yield Stated(tuple(before), states, where)
        elif not [word for word in before if word not in ("the", "all", "any", "every")] and after:
            yield Stated((*before, *after), states, Subject(), inverted=True)


def done(words: Sequence[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The ways to part the words into a subject and the states that a deed leads to.

    Deeds stand before the subject ("open the garage"), around it ("turn the lamp on") or behind it
    ("the garage opened").
    """
    known = deeds_by_words()
    bare = [word for word in words if word not in FILLING]
    for length in (3, 2, 1):
        if states := known.get(" ".join(bare[:length])):
            yield tuple(bare[length:]), states
        if len(bare) > length and (states := known.get(" ".join(bare[-length:]))):
            yield tuple(bare[:-length]), states
    if len(bare) > 2 and (states := known.get(f"{bare[0]} {bare[-1]}")):
        yield tuple(bare[1:-1]), states


def together(subject: Subject, where: Subject) -> Subject:
    """The subject at the place."""
    if not where.placed and not where.side:
        return subject
    return replace(
        subject,
        slots={**subject.slots, **where.slots},
        here=subject.here or where.here,
        side=subject.side or where.side,
    )


def without_askers(words: Sequence[str]) -> tuple[str, ...]:
    """The words without "I left", "we have": they say nothing of the home."""
    rest = list(words)
    while rest and rest[0] in ASKERS | SOMEBODY | _LEFT:
        rest.pop(0)
    return tuple(rest)


def _spans(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Parts of the words: those that end last come first, the longer before the shorter."""
    for end in range(len(words), 0, -1):
        for start in range(max(0, end - _MAX_STATE), end):
            yield start, end
