"""What a report must say: machine, leading signal, its value, what is wrong, and since when."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.condition import Kind as ConditionKind
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports import direction_words
from lamplighter.faults.reports.claims_numbers import leading_value_told
from lamplighter.faults.reports.claims_times import end_told, onset_told
from lamplighter.faults.reports.facts import Fact
from lamplighter.faults.reports.kind_words import DIRECTED, RESERVED, allowed_of, kinds_of
from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.units import TIME_UNITS
from lamplighter.faults.reports.vocabulary import forms

_WRONG = frozenset(
    {
        "limit", "limits", "threshold", "usual", "usually", "normal", "value", "values", "step",
        "beyond", "past", "exceeded", "alarm", "readings", "bound", "allowed",
    }
)  # fmt: skip
_NO_VALUE = frozenset({ConditionKind.STALE, ConditionKind.LOOP, ConditionKind.DISTURBED,
                       ConditionKind.PATTERN})  # fmt: skip


def missing(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """What is not said of what a report must say."""
    tokens = [token for sentence in sentences for token in sentence]
    lead = evidence.lead
    if not any(token.kind is Kind.MACHINE for token in tokens):
        yield f"the machine {evidence.name} is not named"
    told = leading_value_told(sentences, evidence)
    if not any(token.kind is Kind.SIGNAL and token.tag == lead.tag for token in tokens) and not (
        told and _is_hinted(tokens, lead.name)
    ):
        yield f"the leading signal {lead.name} is not named"
    silent = bool(kinds_of(lead) & _NO_VALUE) or lead.value is None
    if not silent and not told:
        yield f"the value of {lead.name} is missing"
    if not _is_wrong_told(tokens, evidence):
        yield f"what is wrong with {lead.name} is missing"
    if not onset_told(sentences, evidence):
        yield "the time of the onset is missing"
    if evidence.kind == "closed" and not (
        end_told(sentences, evidence) or _duration_told(tokens, evidence)
    ):
        yield "when it ended, or how long it lasted, is missing"


def _is_hinted(tokens: list[Token], name: str) -> bool:
    """Whether a word of the signal's name is said: its value's unit says which measure of it."""
    said = {form for token in tokens for form in forms(token.lower)}
    return any(word in said for word in name.lower().split() if len(word) > _SHORT)


_SHORT = 3


def _is_wrong_told(tokens: list[Token], evidence: Evidence) -> bool:
    used = {token.lower for token in tokens}
    told = direction_words.UP_WORDS | direction_words.DOWN_WORDS | {"up", "down"} | _WRONG
    if evidence.kind == "closed":
        told |= direction_words.RETURNED
    if evidence.lead.kind in DIRECTED:
        return bool(used & told)
    return bool(used & (allowed_of(evidence.lead) | RESERVED | told))


def _duration_told(tokens: list[Token], evidence: Evidence) -> bool:
    whole = Fact(evidence.duration, "s", "duration")
    return any(
        token.kind is Kind.NUMBER
        and token.unit in TIME_UNITS
        and whole.shown_as(token.text, TIME_UNITS[token.unit], loose=True)
        for token in tokens
    )
