"""The numbers, times and words that the evidence holds: what a report may say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lamplighter.faults.condition import RATE_KINDS, SIGNAL_KINDS
from lamplighter.faults.evidence.record import Evidence, OtherSignal, SignalEvidence
from lamplighter.faults.wording import exact

# A shown number may be off by its own rounding, and by this share of the fact at most.
_ROUNDING_SHARE = 0.02
_PER_MINUTE = "/min"


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that the evidence holds, or that follows from it.

    Attributes:
        value: the number.
        unit: its unit; spans of time are in ``s``, counts in ``""``, shares in ``%``.
        slot: what it is: ``value``, ``limit``, ``baseline``, ``least``, ``greatest``, ``slope``,
            ``difference``, ``share``, ``times``, ``duration``, or a count's noun.
        signal: the tag it belongs to; "" for the episode as a whole.
    """

    value: float
    unit: str
    slot: str
    signal: str = ""

    def shown_as(self, text: str, factor: float = 1.0) -> bool:
        """Whether a text's number stands for this fact, as it is or rounded.

        Args:
            text: the number as written.
            factor: what one of the text's unit is in this fact's unit.
        """
        written = float(text)
        decimals = len(text.partition(".")[2])
        truth = self.value / factor
        allowed = 0.5 * 10.0**-decimals * (1 + 1e-9)
        if self.slot == "limit" and factor == 1.0 and self.signal:
            return text == exact(self.value) or written == self.value
        if self.slot == "duration":
            return abs(written - truth) <= allowed
        if self.slot not in {"share", "times"}:
            allowed = min(allowed, max(_ROUNDING_SHARE * abs(truth), 0.0005))
        return abs(abs(written) - abs(truth)) <= allowed and (
            written * truth >= 0 or self.slot in {"slope", "difference", "share"}
        )


def facts(evidence: Evidence) -> list[Fact]:
    """Every number that a report on the evidence may hold."""
    found = [fact for signal in evidence.signals for fact in _of_signal(evidence, signal)]
    found += [fact for other in evidence.others for fact in _of_other(other)]
    found.append(Fact(evidence.duration, "s", "duration"))
    found.append(Fact(evidence.drawn - evidence.started, "s", "duration"))
    found += list(_counts(evidence))
    if evidence.fault:
        found.append(Fact(100 * evidence.confidence, "%", "confidence"))
    return found


def times(evidence: Evidence) -> list[float]:
    """Every moment that a report may name, UTC seconds; the start comes first."""
    found = [evidence.started, evidence.ended, evidence.drawn, evidence.worsened]
    for signal in evidence.signals:
        found += [signal.onset, signal.returned]
    found += [action.at for action in evidence.actions]
    return [time for time in found if time is not None]


def words(value: Any) -> frozenset[str]:
    """Every word of the texts in a JSON-like value, in lower case, whole and in its parts."""
    found: set[str] = set()
    for text in _texts(value):
        found.update(part.strip(".,;:!?()'\"").lower() for part in text.split())
        found.update(part.lower() for part in re.findall(r"[^\W_]+", text))
    return frozenset(found)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _of_signal(evidence: Evidence, signal: SignalEvidence) -> Iterator[Fact]:
    tag, unit = signal.tag, signal.unit
    slots = {
        "value": signal.value,
        "baseline": signal.baseline,
        "least": signal.least,
        "greatest": signal.greatest,
    }
    for slot, value in slots.items():
        if value is not None:
            yield Fact(value, unit, slot, tag)
    if signal.kind not in SIGNAL_KINDS:  # how long a silence may last is no limit of the value
        yield Fact(signal.limit, signal.limit_unit, "limit", tag)
    if signal.slope is not None:
        yield Fact(signal.slope, unit + _PER_MINUTE, "slope", tag)
    if signal.kind in SIGNAL_KINDS:
        yield Fact(signal.limit, "s", "duration", tag)
    elif signal.kind in RATE_KINDS:
        yield Fact(signal.limit, unit, "difference", tag)
        yield Fact(float(signal.limit_unit.rpartition("/")[2].removesuffix(" s")), "s", "duration")
    elif signal.value is not None:
        yield from _compared(signal.value, signal.limit, unit, tag)
    if signal.value is not None and signal.baseline is not None:
        yield from _compared(signal.value, signal.baseline, unit, tag)
    end = evidence.drawn if signal.returned is None else signal.returned
    yield Fact(end - signal.onset, "s", "duration", tag)
    if signal.onset != evidence.started:
        yield Fact(signal.onset - evidence.started, "s", "duration", tag)


def _of_other(other: OtherSignal) -> Iterator[Fact]:
    yield Fact(other.value, other.unit, "value", other.tag)
    yield Fact(other.baseline, other.unit, "baseline", other.tag)
    yield from _compared(other.value, other.baseline, other.unit, other.tag)


def _compared(value: float, reference: float, unit: str, tag: str) -> Iterator[Fact]:
    yield Fact(value - reference, unit, "difference", tag)
    if reference:
        yield Fact(100 * (value - reference) / reference, "%", "share", tag)
        yield Fact(value / reference, "times", "times", tag)


def _counts(evidence: Evidence) -> Iterator[Fact]:
    conditions = sum(len(signal.conditions) for signal in evidence.signals)
    steady = sum(other.move == "steady" for other in evidence.others)
    active = sum(signal.active for signal in evidence.signals)
    for slot, counts in {
        "signal": (len(evidence.signals), active, len(evidence.others), steady),
        "alarm": (conditions, len(evidence.signals), active),
        "line": (*(log.count for log in evidence.logs), sum(log.count for log in evidence.logs)),
        "action": (len(evidence.actions),),
    }.items():
        for count in counts:
            yield Fact(float(count), "", slot)
