"""Holds a report's text against its evidence: every number, unit, name, time and direction.

The checker trusts nothing: what it can't take back to the evidence is a problem, and what a
report must say is missed where it is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports import direction_words
from lamplighter.faults.reports.claims_causes import cause_problems
from lamplighter.faults.reports.claims_directions import direction_problems
from lamplighter.faults.reports.claims_numbers import number_problems
from lamplighter.faults.reports.claims_repeated import repetition_problems
from lamplighter.faults.reports.claims_states import state_problems
from lamplighter.faults.reports.claims_times import severity_problems, time_problems
from lamplighter.faults.reports.claims_words import word_problems
from lamplighter.faults.reports.kind_words import RESERVED
from lamplighter.faults.reports.required import missing
from lamplighter.faults.reports.template_text import LEAST_WORDS, MOST_WORDS
from lamplighter.faults.reports.tokens import Kind, Scanner, Token
from lamplighter.faults.reports.word_sets import word_set

_ENDS = (".", "!", "?", '."', ".”", ".)")
_GROUNDS = frozenset(
    {Kind.NUMBER, Kind.SIGNAL, Kind.TIME, Kind.DATE, Kind.QUOTE, Kind.NAME, Kind.FAULT, Kind.PLACE}
)
_SHORT_WORD = 3
# What opens a sentence on a fault or a check, whose further words are held to the fault tables, and
# what speaks of the episode as a whole.
_LEADS = word_set(
    """pattern points fault cause check checked first signal signals episode report log lines
    limit limits alarm alarms reading readings value values likely suspected action actions
    machine operator note notes condition conditions severity critical warning advisory inspect
    recommended recommendation measurements channels evidence sensor sensors parameters
    acknowledged window trend"""
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def check(text: str, evidence: Evidence) -> list[str]:
    """What is wrong with a report, each problem once and in words; nothing: it is faithful.

    Args:
        text: the report.
        evidence: what it may speak of.
    """
    scanner = Scanner(evidence)
    sentences = scanner.sentences(text)
    cut = [] if text.rstrip().endswith(_ENDS) else ["its last sentence has no end"]
    found = [*cut, *_claims(sentences, evidence, scanner), *missing(sentences, evidence)]
    return list(dict.fromkeys(found))


def faithful_part(text: str, evidence: Evidence) -> str:
    """The text up to, not with, its first sentence that is wrong, said before, cut or too long.

    Args:
        text: the report.
        evidence: what it may speak of.
    """
    kept: list[str] = []
    scanner = Scanner(evidence)
    for sentence in _SENTENCE_END.split(text.strip()):
        longer = " ".join([*kept, sentence])
        whole = sentence.endswith(_ENDS) and len(longer.split()) <= MOST_WORDS
        if not whole or sentence in kept:
            break
        if any(_claims(scanner.sentences(longer), evidence, scanner)):
            break
        kept.append(sentence)
    return " ".join(kept)


def _claims(sentences: list[list[Token]], evidence: Evidence, scanner: Scanner) -> Iterator[str]:
    """What the sentences say that the evidence does not bear out."""
    yield from number_problems(sentences, evidence, scanner)
    yield from time_problems(sentences, evidence)
    yield from severity_problems(sentences, evidence)
    yield from repetition_problems(sentences)
    yield from direction_problems(sentences, evidence)
    yield from state_problems(sentences, evidence)
    yield from cause_problems(sentences, evidence)
    yield from word_problems(sentences, evidence)
    yield from empty_problems(sentences, evidence)


def empty_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """Sentences of plain words that name no signal, number, time, log line, fault or check.

    "The switch is now off." holds no forbidden word, and nothing of the evidence either: such a
    sentence can only be made up.
    """
    told = " ".join((evidence.fault or "", *evidence.checks)).casefold()
    known = {word for word in re.findall(r"[a-z]+", told) if len(word) > _SHORT_WORD}
    grounds = _LEADS | known | RESERVED | {evidence.machine_class.lower()}
    grounds |= direction_words.UP_WORDS | direction_words.DOWN_WORDS
    if evidence.kind == "closed":
        grounds |= direction_words.RETURNED
    for sentence in sentences:
        words = {
            token.text.casefold().removesuffix("'s")
            for token in sentence
            if token.kind is Kind.WORD
        }
        grounded = any(token.kind in _GROUNDS or token.kind is Kind.MACHINE for token in sentence)
        if words and not grounded and not words & grounds:
            shown = " ".join(token.text for token in sentence)
            yield f"{shown!r} says nothing that is in the evidence"


def length_problems(text: str) -> list[str]:
    """What is wrong with a report's length."""
    count = len(text.split())
    if LEAST_WORDS <= count <= MOST_WORDS:
        return []
    return [f"it has {count} words, not {LEAST_WORDS} to {MOST_WORDS}"]
