"""What an open question leaves for its answer, and what an answer takes over from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lamplighter.actions.dialogue import OpenQuestion
from lamplighter.understanding.context import Context
from lamplighter.understanding.interpretation import Act, Candidate, Interpretation


def carried(found: Interpretation, question: OpenQuestion) -> Interpretation:
    """An answered question, with the intents of the sentence that led to it."""
    intents = question.interpretation.intents
    if found.intents or not intents or not isinstance(found.result, Act):
        return found
    ids = tuple(dict.fromkeys(step.entity_id for step in found.result.steps))
    if len(intents) == 1:
        intents = (replace(intents[0], slots={**intents[0].slots, "ids": ids}),)
    return replace(found, intents=intents, mentioned=ids)


def context_of_question(question: OpenQuestion) -> Context:
    """What an open question is about, for an answer that goes on from it."""
    found = question.interpretation
    acts = [question.act, *(each.result for each in _candidates(question))]
    steps = [step for act in acts if isinstance(act, Act) for step in act.steps]
    entities = found.mentioned or tuple(dict.fromkeys(step.entity_id for step in steps))
    return Context(question.said, found.intents, entities)


def _candidates(question: OpenQuestion) -> Sequence[Candidate]:
    return question.pending.candidates if question.pending else ()
