"""The words for what is wrong with a signal: each belongs to some kinds of condition only."""

from __future__ import annotations

from lamplighter.faults.condition import (
    LIMIT_KINDS,
    RATE_KINDS,
    SIGNAL_KINDS,
    USUAL_KINDS,
    Kind,
)
from lamplighter.faults.evidence.record import SignalEvidence
from lamplighter.faults.reports.word_sets import word_set

_SILENT = word_set(
    """silent silence silently stale missing absent dropout dropouts mute blackout unreachable
    unresponsive offline dead staleness outdated"""
)
_STUCK = word_set(
    """stuck frozen freeze freezes froze flatlined flat-lined flatline unchanging motionless
    unvarying immobile stagnant"""
)
_LOOP = word_set(
    """loop loops broken broke breaks wire-break wiring wire cable cables circuit short-circuit
    interrupted live-zero"""
)
_DISTURBED = word_set(
    """disturbed implausible invalid garbled erratic jumpy corrupt corrupted nonsensical
    unreliable untrustworthy unusable noisy implausibly dubious scrambled rejected duplicated
    duplicate out-of-order distorted"""
)
_UNSTEADY = word_set(
    """unsteady unsteadily fluctuate fluctuates fluctuated fluctuating fluctuation fluctuations
    erratic erratically noisy noisier oscillate oscillates oscillated oscillating oscillation
    oscillations unstable restless restlessly swinging scatter scattered scattering variance
    unsteadiness instability jittery jitter wobbling wobble volatile volatility swings swing"""
)
_SPIKING = word_set(
    """spiking spike spikes spiked outlier outliers isolated spiky burst bursts peaks-and-falls"""
)
_UNUSUAL = word_set("unusual unusually anomalous anomaly abnormal atypical uncharacteristic")
_PATTERN = word_set(
    """correlate correlated correlation correlations decoupled mismatch mismatched interplay
    relationship disagree disagrees disagreement out-of-step contradict"""
)
_DRIFT = word_set("drift drifts drifted drifting creeping creep crept")
_SHIFT = word_set("shifted shift-up step-change")

_FAILED = word_set("failed failure failing failures fails")
KIND_WORDS: dict[Kind, frozenset[str]] = {
    Kind.STALE: _SILENT | _STUCK | word_set("lost stopped stop stops ceased failed"),
    Kind.STUCK: _STUCK | word_set("static constant flat same unchanged moved move moving"),
    Kind.LOOP: _LOOP | _DISTURBED,
    Kind.DISTURBED: _DISTURBED | _UNSTEADY | _SPIKING | _STUCK | _SILENT,
    Kind.UNSTEADY: _UNSTEADY,
    Kind.SPIKING: _SPIKING | _UNSTEADY,
    Kind.UNUSUAL: _UNUSUAL | _UNSTEADY,
    Kind.PATTERN: _PATTERN | _UNUSUAL,
    Kind.DRIFTING_UP: _DRIFT,
    Kind.DRIFTING_DOWN: _DRIFT,
    Kind.SHIFTED_UP: _SHIFT,
    Kind.SHIFTED_DOWN: _SHIFT,
    Kind.RISING_FAST: _SPIKING,
    Kind.FALLING_FAST: frozenset(),
}
"""What may be said of a signal with such a condition, beside its direction."""
RESERVED = (_SILENT | _STUCK | _LOOP | _DISTURBED | _UNSTEADY | _SPIKING | _PATTERN) - word_set(
    """broke breaks wiring wire cable cables same flat rejected relationship contradict"""
)
"""Words that may only be said of signals with a condition of such a kind."""
DIRECTED = LIMIT_KINDS | RATE_KINDS | USUAL_KINDS | {
    Kind.SHIFTED_UP, Kind.SHIFTED_DOWN, Kind.DRIFTING_UP, Kind.DRIFTING_DOWN,
}  # fmt: skip
"""Kinds that a direction tells of."""


def kinds_of(signal: SignalEvidence) -> frozenset[Kind]:
    """The kinds of every condition that the signal had in the episode."""
    found = {kind for kind in Kind for key in signal.conditions if key == f"{signal.tag}_{kind}"}
    return frozenset(found | {signal.kind})


def allowed_of(signal: SignalEvidence) -> frozenset[str]:
    """The reserved words that may be said of the signal."""
    failed = _FAILED if signal.kind in SIGNAL_KINDS else frozenset[str]()
    return failed.union(*(KIND_WORDS.get(kind, frozenset()) for kind in kinds_of(signal)))
