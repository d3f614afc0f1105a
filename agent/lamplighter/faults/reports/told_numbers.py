"""The numbers, years and names with numbers that stand in the evidence's own texts."""

from __future__ import annotations

from dataclasses import dataclass

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.evidence_rows import signals_of
from lamplighter.faults.reports.facts import times
from lamplighter.faults.reports.tokens import Kind, Scanner
from lamplighter.faults.wording import day

# A number and its unit.
_Told = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ToldNumbers:
    """What is no reading, and may be told.

    Attributes:
        said: numbers of notes, log lines, checks and actions, for sentences that tell of those.
        reasons: numbers of what is wrong with a signal itself.
        texts: all names and texts, in lower case: "bearing 1" is no number.
        years: of the evidence's moments.
    """

    said: frozenset[_Told]
    reasons: frozenset[_Told]
    texts: str
    years: frozenset[str]


def told_numbers(evidence: Evidence, scanner: Scanner) -> ToldNumbers:
    """The numbers that the evidence's texts hold."""
    notes = [note.text for note in evidence.notes]
    said = [*notes, *evidence.checks, *(action.text for action in evidence.actions)]
    said += [text for log in evidence.logs for text in (log.template, log.example)]
    said += [text for past in evidence.similar for text in (past.helped, past.name)]
    said += [evidence.ended_by.text if evidence.ended_by else "", evidence.window or ""]
    names = [row.name for row in signals_of(evidence)]
    names += [past.name for past in evidence.similar]
    names += [evidence.name, evidence.area or "", *(log.example for log in evidence.logs)]
    return ToldNumbers(
        said=_numbers_in(scanner, said),
        reasons=_numbers_in(scanner, [signal.why for signal in evidence.signals]),
        texts=" | ".join([*names, *evidence.checks, *notes]).lower(),
        years=frozenset(day(moment)[:4] for moment in times(evidence)),
    )


def _numbers_in(scanner: Scanner, texts: list[str]) -> frozenset[_Told]:
    return frozenset(
        (token.text, token.unit)
        for text in texts
        for sentence in scanner.sentences(text)
        for token in sentence
        if token.kind is Kind.NUMBER
    )
