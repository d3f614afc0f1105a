"""Holds a report's words, quotations and states against the evidence.

The vocabulary is closed: a word claims nothing by itself (``report_vocabulary``), or it stands in
the evidence. And what the evidence only supposes stays supposed: words of the likely fault need a
hedge in their sentence, words of a recommended check an imperative, words of the log its mention.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.facts import words
from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.vocabulary import HEDGES, IMPERATIVES, LOG_WORDS, PLAIN, forms

_CAPITALS = frozenset({"UTC", "NE", "ISA", "ISO", "NAMUR"})
_SEVERITIES = frozenset({"critical", "warning", "advisory", "minor", "major"})
_OVER = ("resolved", "cleared", "recovered", "ended")
_STILL = ("ongoing", "persists", "continues", "remains")
_SHORTEST_STEM = 5


@dataclass(frozen=True, slots=True)
class _Known:
    """The evidence's words by what they are good for."""

    facts: frozenset[str]
    fault: frozenset[str]
    checks: frozenset[str]
    logs: frozenset[str]


def word_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """Words, quotations and states that the evidence does not bear out."""
    known = _known(evidence)
    names = {s.tag: words([s.name, s.tag]) for s in evidence.signals}
    names |= {o.tag: words([o.name, o.tag]) for o in evidence.others}
    for sentence in sentences:
        yield from _quotes(sentence, evidence)
        yield from _fault(sentence, evidence)
        yield from _mixed_names(sentence, names)
        used = {token.lower for token in sentence}
        quoted = any(token.kind is Kind.QUOTE for token in sentence)
        allowed = PLAIN | known.facts
        if used & HEDGES or used & IMPERATIVES:
            allowed |= known.fault
        if used & IMPERATIVES:
            allowed |= known.checks | IMPERATIVES
        if quoted or used & LOG_WORDS:
            allowed |= known.logs
        for at, token in enumerate(sentence):
            if token.kind is Kind.WORD and not _is_allowed(token, allowed, known, first=at == 0):
                yield f"{token.text} is not in the evidence"
    yield from _states(sentences, evidence)


def _known(evidence: Evidence) -> _Known:
    plain = evidence.to_dict()
    supposed = {"fault", "checks", "logs"}
    return _Known(
        facts=words([value for key, value in plain.items() if key not in supposed]),
        fault=words(plain["fault"]),
        checks=words(plain["checks"]),
        logs=words(plain["logs"]),
    )


def _is_allowed(token: Token, allowed: frozenset[str], known: _Known, *, first: bool) -> bool:
    """Whether the word, a form of it, or each part of a compound may stand here."""
    if token.text in _CAPITALS:
        return True
    if not first and token.text[0].isupper() and token.lower not in allowed - PLAIN:
        return False
    everywhere = known.facts | known.fault | known.checks | known.logs
    for part in [token.lower] if token.lower in allowed else token.lower.split("-"):
        stems = [form for form in forms(part) if form in allowed]
        # "overheating" from "overheat": a longer form of an allowed word is allowed with it.
        longer = any(
            part.startswith(word) for word in allowed & everywhere if len(word) >= _SHORTEST_STEM
        )
        if not stems and not longer and not part.isdigit():
            return False
    return True


def _fault(sentence: list[Token], evidence: Evidence) -> Iterator[str]:
    """A pattern points to the likely fault, whole, or to nothing."""
    used = {token.lower for token in sentence}
    if not used & {"pattern", "points", "pointing"}:
        return
    text = " ".join(token.lower for token in sentence)
    if evidence.fault is None:
        yield "the pattern points to no known fault"
    elif not all(word in text for word in evidence.fault.lower().split()):
        yield f"the pattern points to {evidence.fault}, not to something else"


def _mixed_names(sentence: list[Token], names: dict[str, frozenset[str]]) -> Iterator[str]:
    """``bearing vibration`` made of ``bearing temperature`` and ``impeller vibration``."""
    others = frozenset(word for parts in names.values() for word in parts)
    for token, after in pairwise(sentence):
        if token.kind is Kind.WORD and after.kind is Kind.SIGNAL and token.lower in others:
            own = names[after.tag]
            if token.lower not in own:
                yield f"{token.text} {after.text} is no signal"


def _quotes(sentence: list[Token], evidence: Evidence) -> Iterator[str]:
    lines = [text for log in evidence.logs for text in (log.template, log.example)]
    lines += [evidence.fault or "", *evidence.checks]
    for token in sentence:
        inside = token.text[1:-1].strip(" .,")
        if token.kind is Kind.QUOTE and not any(inside in line for line in lines):
            yield f'"{inside}" is quoted, but no log line says it'


def _states(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    used = {token.lower for s in sentences for token in s if token.kind is Kind.WORD}
    quoted = words(evidence.to_dict())
    for word in sorted(used & _SEVERITIES - {str(evidence.severity)} - quoted):
        yield f"{word} is not its severity, {evidence.severity} is"
    anything_back = any(not signal.active for signal in evidence.signals)
    for word in _OVER:
        if word in used and evidence.kind != "closed" and not anything_back:
            yield f"{word}: nothing has returned yet"
    for word in _STILL:
        if word in used and evidence.kind == "closed":
            yield f"{word}: the episode is closed"
