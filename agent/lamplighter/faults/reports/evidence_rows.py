"""Rows of the evidence that belong together: all signals of the machine, all that was done."""

from __future__ import annotations

from lamplighter.faults.evidence.record import (
    ActionTaken,
    Evidence,
    Note,
    OtherSignal,
    SignalEvidence,
)


def signals_of(evidence: Evidence) -> list[SignalEvidence | OtherSignal]:
    """The machine's signals, those in alarm first."""
    return [*evidence.signals, *evidence.others]


def deeds_of(evidence: Evidence) -> list[ActionTaken | Note]:
    """What people did and wrote."""
    return [*evidence.actions, *evidence.notes]
