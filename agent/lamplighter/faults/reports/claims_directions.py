"""Holds a report's directions (high or low, rising or falling) against the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lamplighter.faults.condition import Kind as ConditionKind
from lamplighter.faults.evidence.record import Evidence, SignalEvidence
from lamplighter.faults.reports.claims_numbers import signal_of
from lamplighter.faults.reports.tokens import Kind, Token

_ABOVE = frozenset(
    {
        "above", "exceed", "exceeds", "exceeded", "exceeding", "high", "higher", "elevated",
        "excessive", "surpassed",
    }
)  # fmt: skip
_BELOW = frozenset({"below", "beneath", "under", "low", "lower", "insufficient", "undershot"})
_RISING = frozenset({"rising", "increasing", "climbing", "growing"})
_FALLING = frozenset({"falling", "decreasing", "dropping", "declining", "sinking"})
_ROSE = frozenset(
    {
        "raised", "raises",
        "rise", "rises", "rose", "risen", "increase", "increases", "increased", "climb",
        "climbs", "climbed", "grew", "jumped",
    }
)  # fmt: skip
_FELL = frozenset(
    {
        "fall", "falls", "fell", "fallen", "decrease", "decreases", "decreased", "drop",
        "drops", "dropped", "declined", "sank",
    }
)  # fmt: skip
_WORDS = _ABOVE | _BELOW | _RISING | _FALLING | _ROSE | _FELL
_NOT = frozenset({"not", "no", "never", "without", "didn't", "isn't", "neither", "nor"})
_BACK = frozenset({"back", "again", "returned", "return", "returning", "recovered"})
_RETURNED = frozenset({"back", "returned", "recovered"})
_UP, _DOWN = "up", "down"


@dataclass(slots=True)
class _Truth:
    """What may be said of one signal: where it is, where it is heading, where it has moved."""

    name: str
    sides: set[str]
    back: set[str]
    trends: set[str]
    moved: set[str]


def direction_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """Direction words, and words of return, that the evidence does not bear out."""
    truths = _truths(evidence)
    active = {signal.tag: signal for signal in evidence.signals if signal.active}
    for sentence in sentences:
        for at, token in enumerate(sentence):
            if token.kind is not Kind.WORD:
                continue
            if token.lower in _RETURNED and (tag := signal_of(sentence[:at], at)) in active:
                if not any(word.lower in _NOT for word in sentence[max(0, at - 4) : at]):
                    yield f"{active[tag].name} has not returned"
                continue
            if token.lower not in _WORDS:
                continue
            tag = _subject(sentence, at) or evidence.lead.tag
            truth = truths.get(tag)
            if truth is None:
                continue
            negated = any(word.lower in _NOT for word in sentence[max(0, at - 3) : at])
            returned = any(word.lower in _BACK for word in sentence)
            if _is_true(token.lower, truth, returned=returned) is negated:
                said = f"not {token.lower}" if negated else token.lower
                yield f"{truth.name} is said to be {said}"


def _subject(sentence: list[Token], at: int) -> str:
    """The signal a direction word is about; ``rising vibration`` goes with what follows."""
    if at + 1 < len(sentence) and sentence[at + 1].kind is Kind.SIGNAL:
        return sentence[at + 1].tag
    return signal_of(sentence, at)


def _is_true(word: str, truth: _Truth, *, returned: bool) -> bool:
    side = _UP if word in _ABOVE | _RISING | _ROSE else _DOWN
    if word in _ABOVE | _BELOW:
        return side in truth.sides or (returned and side in truth.back)
    return side in (truth.trends if word in _RISING | _FALLING else truth.moved)


def _truths(evidence: Evidence) -> dict[str, _Truth]:
    found = {signal.tag: _truth(signal) for signal in evidence.signals}
    for other in evidence.others:
        moved = {other.move} & {_UP, _DOWN}
        found[other.tag] = _Truth(other.name, moved, set(), moved, moved)
    return found


def _truth(signal: SignalEvidence) -> _Truth:
    moved = {signal.move} & {_UP, _DOWN}
    trends = {"rising": {_UP}, "falling": {_DOWN}}.get(signal.trend or "", set())
    back: set[str] = set()
    value, limit = signal.value, signal.limit
    if moved and value is not None and signal.kind in _LIMITS:
        beyond = value > limit if _UP in moved else value < limit
        back = set() if beyond else {_UP, _DOWN} - moved
    rate = moved if signal.kind in _RATES else set()
    sides = moved if signal.kind in _LIMITS else set()
    return _Truth(signal.name, sides, back, trends | rate, moved | trends | back)


_LIMITS = {
    ConditionKind.HIGH_HIGH,
    ConditionKind.HIGH,
    ConditionKind.LOW,
    ConditionKind.LOW_LOW,
}
_RATES = {ConditionKind.RISING_FAST, ConditionKind.FALLING_FAST}
