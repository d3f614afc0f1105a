"""A report's text made by fixed rules: always faithful, 40 to 90 words wherever names allow.

Every sentence is drawn from one fact of the evidence. What must be told comes first; what fits
is added in order of weight; closing remarks, true of any evidence they are used with, fill up.
"""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.condition import RATE_KINDS, Kind
from lamplighter.faults.evidence.record import Evidence, SignalEvidence, is_beyond
from lamplighter.faults.wording import clock_time, day, duration, exact, quantity, shown

LEAST_WORDS = 40
MOST_WORDS = 90


def template_text(evidence: Evidence, *, as_of: bool = False) -> str:
    """The report on the evidence, in English.

    Args:
        evidence: what it speaks of.
        as_of: whether to say when the evidence was drawn, for a report that comes late.
    """
    sentences = [_opening(evidence)]
    if as_of:
        sentences.append(f"This is the state as of {clock_time(evidence.drawn)} UTC.")
    count = sum(len(sentence.split()) for sentence in sentences)
    for sentence in _further(evidence):
        words = len(sentence.split())
        if count + words <= MOST_WORDS:
            sentences.append(sentence)
            count += words
    for sentence in _remarks(evidence):
        if count >= LEAST_WORDS:
            break
        sentences.append(sentence)
        count += len(sentence.split())
    return " ".join(sentences)


def _opening(evidence: Evidence) -> str:
    lead = evidence.lead
    machine = f"{evidence.name} ({evidence.area})" if evidence.area else evidence.name
    when = f"{clock_time(evidence.started)} UTC on {day(evidence.started)}"
    grave, became = f"{evidence.severity} ", ""
    if evidence.worsened is not None:
        # It may be less severe by now: what is sure is when it became so.
        at = f"{clock_time(evidence.worsened)} UTC"
        grave, became = "", f", which became {evidence.severity} at {at},"
    if evidence.kind == "closed":
        back = clock_time(evidence.ended or evidence.drawn)
        return (
            f"{machine} has been back within its limits since {back} UTC. "
            f"The {grave}episode{became} lasted {duration(evidence.duration)} "
            f"and began at {when}: {_what(lead)}."
        )
    if evidence.kind == "changed":
        return (
            f"{machine}: the {grave}episode that began at {when}{became} "
            f"has changed after {duration(evidence.duration)}. First out: {_what(lead)}."
        )
    return f"{machine}: {grave}alarm since {when}{became.rstrip(',')}. First out: {_what(lead)}."


def _what(signal: SignalEvidence) -> str:
    """What is wrong with a signal, without a full stop."""
    limit = quantity(exact(signal.limit), signal.limit_unit)
    if signal.kind is Kind.STALE:
        last = (
            f"; its last value was {_value(signal)}"
            if signal.active
            else f" and is back at {_value(signal)}"
        )
        known = "" if signal.value is None else last
        return f"{signal.name} gave no value for {limit} or more{known}"
    if signal.kind is Kind.STUCK:
        return f"{signal.name} stayed at one value for {limit} or more and is at {_value(signal)}"
    if signal.kind in RATE_KINDS:
        verb = "rose" if signal.move == "up" else "fell"
        return f"{signal.name} {verb} by more than the allowed {limit} and is at {_value(signal)}"
    side, word = ("above", "high") if signal.move == "up" else ("below", "low")
    if not signal.active:
        return f"{signal.name} was {side} its limit of {limit} and has returned to {_value(signal)}"
    if not is_beyond(signal):
        # Within the deadband the alarm holds though the value is no longer beyond the limit.
        return f"{signal.name} went {side} its limit of {limit} and is now at {_value(signal)}"
    return f"{signal.name} is {word} at {_value(signal)}, {side} its limit of {limit}"


def _value(signal: SignalEvidence) -> str:
    return quantity(shown(signal.value or 0.0), signal.unit)


def _further(evidence: Evidence) -> Iterator[str]:
    """What else there is to say, the weightiest first."""
    lead = evidence.lead
    later = evidence.signals[1:]
    if evidence.kind == "changed":
        yield from (_followed(signal) for signal in later if signal.tag in evidence.joined)
        later = tuple(signal for signal in later if signal.tag not in evidence.joined)
    if evidence.fault and evidence.kind != "closed":
        yield f"The pattern points to {evidence.fault}."
    if evidence.checks and evidence.kind != "closed":
        yield f"First check: {evidence.checks[0].rstrip('.')}."
    if lead.baseline is not None and lead.kind not in {Kind.STALE, Kind.STUCK}:
        usual = quantity(shown(lead.baseline), lead.unit)
        yield f"Before the onset {lead.name} was usually {usual}."
    if evidence.kind == "closed":
        yield from _peak(lead)
    elif lead.active and lead.trend in {"rising", "falling"} and shown(lead.slope or 0.0) != "0":
        slope = quantity(shown(abs(lead.slope or 0.0)), lead.unit)
        yield f"Now {lead.name} is {lead.trend} by {slope} per minute."
    yield from (_followed(signal) for signal in later)
    for log in evidence.logs[:2]:
        times = "once" if log.count == 1 else f"{log.count} times"
        yield f'The log says {times}: "{log.template}".'
    steady = [other.name for other in evidence.others if other.move == "steady"]
    if steady:
        yield f"Steady: {', '.join(steady[:3])}."
    if evidence.actions:
        action = evidence.actions[-1]
        yield f"Last action: {action.text} by {action.by} at {clock_time(action.at)} UTC."


def _followed(signal: SignalEvidence) -> str:
    return f"At {clock_time(signal.onset)} UTC followed: {_what(signal)}."


def _peak(lead: SignalEvidence) -> Iterator[str]:
    if lead.move == "up" and lead.greatest is not None:
        yield f"Its greatest value was {quantity(shown(lead.greatest), lead.unit)}."
    if lead.move == "down" and lead.least is not None:
        yield f"Its least value was {quantity(shown(lead.least), lead.unit)}."


def _remarks(evidence: Evidence) -> Iterator[str]:
    if len(evidence.signals) == 1:
        yield "No other signal of this machine took part in the episode."
    if evidence.kind == "closed":
        yield "No condition of this episode holds any more, and nothing further is due from it."
        yield "A new alarm would open a new episode with a report of its own."
    else:
        yield "The episode stays open until every condition has returned for a while."
        yield "A further report follows when other conditions join it, and one when it closes."
    yield "All values are those that were known when this report was drawn from the evidence."
    yield "The evidence comes with this report."
