"""What a question comes to, and how several candidates are asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import (
    Answer,
    Candidate,
    Clarify,
    NotUnderstood,
    Pending,
)
from lamplighter.understanding.speech import listed, placed, sentence

Reply = Answer | Clarify | NotUnderstood


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a question.

    Attributes:
        reply: what to say, or what to ask back.
        explain: why it was answered from these entities.
        entities: ids of the entities that it is about.
    """

    reply: Reply
    explain: str = ""
    entities: tuple[str, ...] = ()


def told(said: str, explain: str = "", entities: Sequence[str] = ()) -> Answered:
    """An answer in one sentence."""
    return Answered(Answer(sentence(said)), explain, tuple(entities))


def where_of(intent: Intent, area: str | None) -> str:
    """The place that the question names, or the asker's where it means that, as " in the Hall"."""
    if floor := intent.slots.get("floor"):
        on = str(floor).casefold() not in ("upstairs", "downstairs")
        return f" on {placed(str(floor))}" if on else f" {str(floor).casefold()}"
    if side := intent.slots.get("side"):
        return f" {side}"
    place = intent.slots.get("area") or (area if intent.here else None)
    return f" in {placed(str(place))}" if place else ""


def ask_which(
    text: str, candidates: Sequence[Candidate], question: str = "Which one do you mean"
) -> Clarify:
    """The question which of the candidates is meant."""
    names = tuple(candidate.names[0] for candidate in candidates)
    shown = names if len(names) <= 5 else (*names[:4], f"{len(names) - 4} others")
    return Clarify(f"{question}: {listed(shown, 'or')}?", names, Pending(text, tuple(candidates)))
