"""How each sentence of a report is meant: as a guess, an advice, a log line, a note, the past."""

from __future__ import annotations

from dataclasses import dataclass

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.vocabulary import (
    ADVISING,
    HEDGES,
    LOG_WORDS,
    NOTE_WORDS,
    PAST_MARKS,
    PAST_WORDS,
    RULED_WORDS,
)
from lamplighter.faults.reports.word_sets import word_set

_GOING_ON = frozenset({"he", "she", "they", "it", "that", "this", "his", "her", "there", "then"})


_BEFORE_ADVICE = frozenset(
    {
        "to",
        "so",
        ":",
        "please",
        "should",
        "must",
        ",",
        "first",
        "and",
        "then",
        "step",
        "-",
        "\u2013",
        "—",
    }
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence may draw on: each is whether it has words that say so."""

    hedged: bool
    advising: bool
    logged: bool
    noted: bool
    ruled: bool
    past: bool


def contexts(sentences: list[list[Token]], evidence: Evidence) -> list[Context]:
    """The context of each sentence; one that goes on from a note or the past stays there."""
    found: list[Context] = []
    verbs = {check.split()[0].lower() for check in evidence.checks if check.split()}
    for sentence in sentences:
        used = {token.lower for token in sentence}
        before = found[-1] if found else None
        goes_on = bool(sentence) and sentence[0].lower in _GOING_ON and before is not None
        quoted = any(token.kind is Kind.QUOTE for token in sentence)
        named = any(token.kind is Kind.NAME for token in sentence)
        found.append(
            Context(
                hedged=bool(used & HEDGES) or _is_rated(sentence),
                advising=bool(used & ADVISING)
                or sentence[0].lower in {"see", "have"}
                or _begins_advice(sentence, verbs),
                logged=quoted
                or bool(used & LOG_WORDS)
                or bool(goes_on and before and before.logged),
                noted=quoted
                or named
                or bool(used & NOTE_WORDS)
                or bool(goes_on and before and before.noted),
                ruled=bool(used & RULED_WORDS),
                past=bool(used & PAST_MARKS)
                or bool(used & MONTHS and evidence.similar)
                or bool(used & PAST_WORDS and before and before.past)
                or bool(goes_on and before and before.past),
            )
        )
    return found


def _is_rated(sentence: list[Token]) -> bool:
    """``Bearing wear (83 %)``: a fault with its confidence."""
    fault = any(token.kind is Kind.FAULT for token in sentence)
    return fault and any(t.kind is Kind.NUMBER and t.unit == "%" for t in sentence)


MONTHS = word_set(
    """january february march april june july august september october november december month
    year"""
)


def _begins_advice(sentence: list[Token], verbs: set[str]) -> bool:
    """Whether the verb of a recommended check stands where an advice has it."""
    return any(
        token.lower in verbs and (at == 0 or sentence[at - 1].lower in _BEFORE_ADVICE)
        for at, token in enumerate(sentence)
    )
