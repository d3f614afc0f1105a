"""The numbers, times and words that the evidence holds: what a report may say."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lamplighter.faults.condition import LIMIT_KINDS, RATE_KINDS, SIGNAL_KINDS
from lamplighter.faults.evidence.record import Evidence, OtherSignal, SignalEvidence
from lamplighter.faults.reports.evidence_rows import deeds_of
from lamplighter.faults.wording import exact, shown

# A shown number may be off by its own rounding, and by this share of the fact at most ...
_ROUNDING_SHARE = 0.02
# ... or by what three decimals leave out.
_LEAST_ROUNDING = 0.000501
# ... or, where it is told as a round one ("about 80"), by this share.
_LOOSE_SHARE = 0.07
# A configured number is hardly rounded at all.
_FIXED_SHARE = 0.006
_LOOSE_DIFFERENCE = 0.15
_PER_MINUTE = "/min"
_DERIVED = frozenset(
    {"share", "times", "difference", "duration", "span", "past", "silence", "between"}
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that the evidence holds, or that follows from it.

    Attributes:
        value: the number.
        unit: its unit; spans of time are in ``s``, counts in ``""``, shares in ``%``.
        slot: what it is: ``value``, ``limit``, ``baseline``, ``least``, ``greatest``, ``slope``,
            ``change`` (what a rate allows), ``difference``, ``share``, ``times``, ``span`` (the
            episode's), ``duration`` (any other), ``past``, ``confidence``, or a count's noun.
        signal: the tag it belongs to; "" for the episode as a whole.
        fixed: whether it is a configured number, which nobody rounds.
        slack: by how much it is off where it is reckoned from numbers as they are shown.
    """

    value: float
    unit: str
    slot: str
    signal: str = ""
    fixed: bool = False
    slack: float = 0.0

    def shown_as(self, text: str, factor: float = 1.0, *, loose: bool = False) -> bool:
        """Whether a text's number stands for this fact, as it is or rounded.

        Args:
            text: the number as written.
            factor: what one of the text's unit is in this fact's unit.
            loose: whether it is told as a round number.
        """
        written, truth = float(text), self.value / factor
        if self.fixed and factor == 1.0:
            near = abs(written - self.value) <= _FIXED_SHARE * abs(self.value)
            rounded = abs(written - self.value) <= self._allowed(text, self.value, loose=False)
            return text == exact(self.value) or written == self.value or (near and rounded)
        signed = written * truth >= 0 or self.slot in {"slope", "difference", "share"}
        return signed and abs(abs(written) - abs(truth)) <= self._allowed(text, truth, loose=loose)

    def _allowed(self, text: str, truth: float, *, loose: bool) -> float:
        rounding = 0.5 * 10.0 ** -len(text.partition(".")[2]) * (1 + 1e-9)
        if loose:
            share = _LOOSE_DIFFERENCE if self.slot in _DERIVED else _LOOSE_SHARE
            return self.slack + max(min(rounding, 0.5), min(_last_place(text), share * abs(truth)))
        if self.slot in {
            "share",
            "times",
            "duration",
            "span",
            "past",
            "silence",
            "between",
            "confidence",
        }:
            return rounding + self.slack
        if self.slack:
            return rounding + min(self.slack, 0.15 * abs(truth))
        return min(rounding, max(_ROUNDING_SHARE * abs(truth), _LEAST_ROUNDING))


def _last_place(text: str) -> float:
    """One of the last place that is told: of 80 it is ten, of 7.2 a tenth."""
    whole, _, decimals = text.lstrip("+-").partition(".")
    if decimals:
        return 10.0 ** -len(decimals)
    zeros = len(whole) - len(whole.rstrip("0"))
    return 10.0 ** min(zeros, max(0, len(whole) - 1))


def facts(evidence: Evidence) -> list[Fact]:
    """Every number that a report on the evidence may hold."""
    found = [fact for signal in evidence.signals for fact in _of_signal(evidence, signal)]
    found += [fact for other in evidence.others for fact in _of_other(other)]
    found.append(Fact(evidence.duration, "s", "span"))
    if evidence.ended is None:
        found.append(Fact(evidence.drawn - evidence.started, "s", "span"))
    if evidence.worsened is not None:
        found.append(Fact(evidence.worsened - evidence.started, "s", "duration"))
        found.append(Fact(evidence.drawn - evidence.worsened, "s", "duration"))
    if evidence.ended is not None:
        found.append(Fact(evidence.drawn - evidence.ended, "s", "duration"))
    for done in deeds_of(evidence):
        found += [Fact(abs(done.at - evidence.started), "s", "duration")]
        found += [Fact(evidence.drawn - done.at, "s", "duration")]
        if evidence.ended is not None:
            found.append(Fact(abs(evidence.ended - done.at), "s", "duration"))
    found += list(_between(evidence))
    found += list(_counts(evidence))
    for row in evidence.contributions:
        found.append(Fact(100 * row.share, "%", "part", row.tag))
        found.append(Fact(row.share, "", "part", row.tag))
    for past in evidence.similar:
        found.append(Fact(past.duration, "s", "past"))
        found.append(Fact(100 * past.similarity, "%", "past"))
        found.append(Fact(past.similarity, "", "past"))
    if evidence.fault:
        found.append(Fact(100 * evidence.confidence, "%", "confidence"))
        found.append(Fact(evidence.confidence, "", "confidence"))
    return found


def times(evidence: Evidence) -> list[float]:
    """Every moment that a report may name, UTC seconds; the start comes first."""
    found = [evidence.started, evidence.ended, evidence.drawn, evidence.worsened]
    for signal in evidence.signals:
        found += [signal.onset, signal.returned]
    found += [done.at for done in deeds_of(evidence)]
    found += [evidence.ended_by.at] if evidence.ended_by else []
    found += [past.started for past in evidence.similar]
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
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _of_signal(evidence: Evidence, signal: SignalEvidence) -> Iterator[Fact]:
    yield from _readings(signal)
    yield from _bounds(signal)
    if signal.slope is not None:
        yield Fact(signal.slope, signal.unit + _PER_MINUTE, "slope", signal.tag)
    spans = [end - signal.onset for end in (evidence.drawn, evidence.ended, signal.returned) if end]
    if signal.returned is not None:
        spans += [evidence.drawn - signal.returned, signal.returned - evidence.started]
    spans += [signal.onset - other.onset for other in evidence.signals]
    yield from (Fact(abs(span), "s", "duration", signal.tag) for span in spans if span)


def _readings(signal: SignalEvidence) -> Iterator[Fact]:
    tag, unit, baseline = signal.tag, signal.unit, signal.baseline
    if baseline is not None:
        yield Fact(baseline, unit, "baseline", tag)
    rows = (("value", signal.value), ("least", signal.least), ("greatest", signal.greatest))
    for slot, value in rows:
        if value is not None:
            yield Fact(value, unit, slot, tag)
            if baseline is not None and _is_telling(signal, slot):
                yield from _compared(value, baseline, unit, tag)


def _is_telling(signal: SignalEvidence, slot: str) -> bool:
    """Whether a reading is compared with others: the least of what is too high tells nothing."""
    return not (slot == "least" and signal.move == "up") and not (
        slot == "greatest" and signal.move == "down"
    )


def _bounds(signal: SignalEvidence) -> Iterator[Fact]:
    """Its limit: of the value, of its change, or of its silence, which is no limit of the value."""
    tag, unit, limit = signal.tag, signal.unit, signal.limit
    if signal.kind in SIGNAL_KINDS:
        slot = "silence" if signal.limit_unit == "s" else "limit"
        yield Fact(limit, signal.limit_unit, slot, tag)
    elif signal.kind in RATE_KINDS:
        window = rate_window(signal)
        for per in (signal.limit_unit, unit, f"{unit}/{_NAMED.get(window, '-')}"):
            yield Fact(limit, per, "change", tag, fixed=True)
        yield Fact(window, "s", "duration", tag)
    else:
        yield Fact(limit, signal.limit_unit, "limit", tag, fixed=signal.kind in LIMIT_KINDS)
        rows = (("value", signal.value), ("least", signal.least), ("greatest", signal.greatest))
        for slot, value in rows:
            if value is not None and _is_telling(signal, slot):
                yield from _compared(value, limit, unit, tag)


_NAMED = {1.0: "s", 60.0: "min", 3600.0: "h"}


def rate_window(signal: SignalEvidence) -> float:
    """Seconds within which a rate allows its change; 0 where its unit does not tell."""
    told = signal.limit_unit.rpartition("/")[2].removesuffix("s").strip()
    try:
        return float(told)
    except ValueError:
        return 0.0


def _of_other(other: OtherSignal) -> Iterator[Fact]:
    yield Fact(other.value, other.unit, "value", other.tag)
    yield Fact(other.baseline, other.unit, "baseline", other.tag)
    yield from _compared(other.value, other.baseline, other.unit, other.tag)


def _compared(value: float, reference: float, unit: str, tag: str) -> Iterator[Fact]:
    slack = _shown_off(value) + _shown_off(reference)
    yield Fact(value - reference, unit, "difference", tag, slack=slack)
    if unit.startswith("°"):
        yield Fact(value - reference, "K", "difference", tag, slack=slack)
    if reference and math.isfinite(value / reference):
        off = slack / abs(reference)
        yield Fact(100 * (value - reference) / reference, "%", "share", tag, slack=100 * off)
        yield Fact(100 * value / reference, "%", "share", tag, slack=100 * off)
        yield Fact(value / reference, "times", "times", tag, slack=off)


def _shown_off(value: float) -> float:
    """By how much a value as it is shown may be off."""
    return 0.5 * 10.0 ** -len(shown(value).partition(".")[2])


def _between(evidence: Evidence) -> Iterator[Fact]:
    """The seconds between any two moments: only told to the second they say anything."""
    moments = sorted({round(moment) for moment in times(evidence)})
    for at, one in enumerate(moments):
        for other in moments[at + 1 :]:
            yield Fact(float(other - one), "s", "between")


def _counts(evidence: Evidence) -> Iterator[Fact]:
    conditions = sum(len(signal.conditions) for signal in evidence.signals)
    steady = sum(other.move == "steady" for other in evidence.others)
    active = sum(signal.active for signal in evidence.signals)
    back = len(evidence.signals) - active
    count = len(evidence.signals)
    rows = {
        "signal": (count, active, back, count - 1, len(evidence.joined), len(evidence.left)),
        "other": (len(evidence.others), steady),
        "alarm": (conditions, count, active, count - 1),
        "line": (*(log.count for log in evidence.logs), sum(log.count for log in evidence.logs),
                 len(evidence.logs)),
        "action": (len(evidence.actions),),
        "note": (len(evidence.notes),),
        "past": (len(evidence.similar),),
        "fault": (len(evidence.ruled_out),),
        "check": (len(evidence.checks),),
    }  # fmt: skip
    for slot, counts in rows.items():
        for number in counts:
            if number:
                yield Fact(float(number), "", slot)
