"""The parts of one sentence put together: steps and answers in order, and what is still open.

Nothing of a sentence is done before all of it is settled: where several parts are open, the first
is asked about, and its answer leads to the question about the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding import speech
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Candidate,
    Clarify,
    Pending,
    Step,
)
from lamplighter.understanding.normalise import fold

Pair = tuple[Step, Entity]
MAX_SHOWN = 5
"""More candidates than this are counted in the question."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things that an open part can mean.

    Attributes:
        names: what people may answer to choose it; the first one is shown.
        pairs: steps, each with the entity that acts.
        said: the answer, where the part asks.
    """

    names: tuple[str, ...]
    pairs: tuple[Pair, ...] = ()
    said: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a sentence.

    Attributes:
        pairs: the steps it comes to, each with the entity that acts.
        said: the answer, where it asks.
        options: what it can mean, where that is open.
        explain: why.
        mentioned: ids of the entities that it is about.
    """

    pairs: tuple[Pair, ...] = ()
    said: str = ""
    options: tuple[Option, ...] = ()
    explain: str = ""
    mentioned: tuple[str, ...] = ()


def combined(parts: Sequence[Part], text: str, *, sure: bool) -> Act | Answer | Clarify:
    """What the parts come to together.

    Args:
        parts: in the order of the sentence; at least one.
        text: the sentence.
        sure: False where it has to be asked whether it was meant so.
    """
    at = next((index for index, part in enumerate(parts) if part.options), None)
    if at is None:
        done = settled(parts)
        return done if sure or isinstance(done, Answer) else _proposed(parts, done, text)
    options = parts[at].options
    if len(options) == 1:
        # The only one that can do it now, of several that may be meant: not without a question.
        return combined(_choosing(parts, at, options[0]), text, sure=False)
    candidates = tuple(
        Candidate(option.names, combined(_choosing(parts, at, option), text, sure=True))
        for option in options
    )
    several = all(not isinstance(each.result, Clarify) for each in candidates)
    names = tuple(option.names[0] for option in options)
    pending = Pending(text, candidates, several=several)
    return Clarify(_question(options, sure=sure), names, pending)


def settled(parts: Sequence[Part]) -> Act | Answer:
    """All steps and answers of parts of which none is open."""
    pairs: list[Pair] = []
    for part in parts:
        pairs += [pair for pair in part.pairs if pair not in pairs]
    answers = [part.said for part in parts if part.said]
    if not pairs:
        return Answer(" ".join(answers))
    steps = tuple(step for step, _ in pairs)
    said = speech.done(steps, [entity for _, entity in pairs])
    return Act(steps, " ".join([said, *answers]))


def labels(entities: Sequence[Entity]) -> list[tuple[str, ...]]:
    """What people may answer to choose each; first the name, with the area where two have it."""
    counts = Counter(fold(entity.name) for entity in entities)
    return [_names_of(entity, alone=counts[fold(entity.name)] == 1) for entity in entities]


def _names_of(entity: Entity, *, alone: bool) -> tuple[str, ...]:
    names = [entity.name, *entity.aliases]
    if entity.area is None:
        return tuple(dict.fromkeys(names))
    inside = fold(entity.name).startswith(fold(entity.area))
    placed = f"{entity.name} in {speech.placed(entity.area)}"
    shown = [] if alone or inside else [placed]
    return tuple(dict.fromkeys([*shown, *names, entity.area, f"{entity.area} {entity.name}"]))


def _choosing(parts: Sequence[Part], at: int, option: Option) -> list[Part]:
    chosen = replace(parts[at], pairs=option.pairs, said=option.said, options=())
    return [*parts[:at], chosen, *parts[at + 1 :]]


def _question(options: Sequence[Option], *, sure: bool) -> str:
    shown = [option.names[0] for option in options]
    if len(shown) > MAX_SHOWN:
        shown = [*shown[: MAX_SHOWN - 1], f"{len(shown) - MAX_SHOWN + 1} others"]
    if sure or not options[0].pairs:
        return f"Which one do you mean: {speech.listed(shown, 'or')}?"
    step, entity = options[0].pairs[0]
    wish = speech.wish(step, replace(entity, name=speech.listed(shown, "or")))
    return f"Do you mean: {wish}?"


def _proposed(parts: Sequence[Part], act: Act, text: str) -> Clarify:
    """The question whether this is meant, answered by yes or no."""
    said = speech.listed(speech.wish(step, entity) for part in parts for step, entity in part.pairs)
    pending = Pending(text, (Candidate(("yes",), act),))
    return Clarify(f"Do you mean: {said}?", ("yes", "no"), pending)
