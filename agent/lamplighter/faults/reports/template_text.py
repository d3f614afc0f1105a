"""A report's text made by fixed rules: always faithful, 40 to 90 words wherever names allow.

Every sentence is drawn from one fact of the evidence. What must be told comes first; what fits
is added in order of weight; closing remarks, true of any evidence they are used with, fill up.
"""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.condition import LEARNED_KINDS, SIGNAL_KINDS
from lamplighter.faults.evidence.record import ActionTaken, Evidence, SignalEvidence
from lamplighter.faults.reports.told_signals import told
from lamplighter.faults.wording import clock_time, day, duration, quantity, shown

LEAST_WORDS = 40
MOST_WORDS = 90
_LONGEST_NOTE = 20
_WAYS = {"up": "went up", "down": "went down", "steady": "is steady"}


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
    machine = f"{evidence.name} ({evidence.area})" if evidence.area else evidence.name
    when = f"{clock_time(evidence.started)} UTC on {day(evidence.started)}"
    grave, became = f"{evidence.severity} ", ""
    if evidence.worsened is not None:
        # It may be less severe by now: what is sure is when it became so.
        at = f"{clock_time(evidence.worsened)} UTC"
        grave, became = "", f", which became {evidence.severity} at {at},"
    what = told(evidence.lead)
    if evidence.kind == "closed":
        back = clock_time(evidence.ended or evidence.drawn)
        return (
            f"{machine} has been back within its limits since {back} UTC. "
            f"The {grave}episode{became} lasted {duration(evidence.duration)} "
            f"and began at {when}: {what}."
        )
    if evidence.kind == "changed":
        return (
            f"{machine}: the {grave}episode that began at {when}{became} "
            f"has changed after {duration(evidence.duration)}. First out: {what}."
        )
    return f"{machine}: {grave}alarm since {when}{became.rstrip(',')}. First out: {what}."


def _further(evidence: Evidence) -> Iterator[str]:
    """What else there is to say, the weightiest first."""
    later = evidence.signals[1:]
    if evidence.kind == "changed":
        yield from _news(evidence)
        later = tuple(signal for signal in later if signal.tag not in evidence.joined)
    if evidence.kind == "closed":
        yield from _ending(evidence)
    if evidence.signal_only:
        yield "This concerns the signal itself and its sensor, not the machine."
    elif evidence.fault and evidence.kind != "closed":
        yield f"The pattern points to {evidence.fault}."
    if evidence.checks and evidence.kind != "closed":
        yield f"First check: {evidence.checks[0].rstrip('.')}."
    yield from _course(evidence)
    yield from (_followed(signal) for signal in later)
    yield from _context(evidence)


def _news(evidence: Evidence) -> Iterator[str]:
    """What joined and what is back since the last report."""
    for signal in evidence.signals[1:]:
        if signal.tag in evidence.joined:
            yield _followed(signal)
    gone = [s.name for s in evidence.signals if s.tag in evidence.left and not s.active]
    if gone:
        yield f"Back since the last report: {_listed(gone)}."


def _course(evidence: Evidence) -> Iterator[str]:
    """What the leading signal is usually like, where it went, and where it stands."""
    lead = evidence.lead
    if lead.baseline is not None and lead.kind not in SIGNAL_KINDS:
        usual = quantity(shown(lead.baseline), lead.unit)
        yield f"Before the onset {lead.name} was usually {usual}."
    if evidence.kind == "closed":
        yield from _peak(lead)
    elif lead.active and lead.trend in {"rising", "falling"} and shown(lead.slope or 0.0) != "0":
        slope = quantity(shown(abs(lead.slope or 0.0)), lead.unit)
        yield f"Now {lead.name} is {lead.trend} by {slope} per minute."
    if lead.zone:
        yield f"By ISO 20816-3 {lead.name} is in zone {lead.zone}."


def _context(evidence: Evidence) -> Iterator[str]:
    """Logs, what was ruled out, notes, the past, what stood still, and what was done."""
    for log in evidence.logs[:2]:
        times = "once" if log.count == 1 else f"{log.count} times"
        yield f'The log says {times}: "{log.template}".'
    for row in evidence.ruled_out[:1]:
        yield f"Ruled out: {row.fault}, because {row.signal} {_WAYS.get(row.move, 'is steady')}."
    for note in evidence.notes[-1:]:
        text = " ".join(note.text.replace('"', "'").split()).rstrip(".!? ")
        if text and len(text.split()) <= _LONGEST_NOTE:
            yield f'{note.by} noted at {clock_time(note.at)} UTC: "{text}".'
    if evidence.window:
        yield f"It began in or right after the window {evidence.window}."
    steady = [other.name for other in evidence.others if other.move == "steady"]
    if steady:
        yield f"Steady: {', '.join(steady[:3])}."
    for past in evidence.similar[:1]:
        yield f"A similar episode on {day(past.started)} lasted {duration(past.duration)}."
    if evidence.actions and evidence.ended_by is None:
        yield f"Last action: {_done(evidence.actions[-1])}."


def _ending(evidence: Evidence) -> Iterator[str]:
    if evidence.ended_by is not None:
        yield f"Last action before its end: {_done(evidence.ended_by)}."
    else:
        yield "It ended by itself: no action on the machine is known."


def _done(action: ActionTaken) -> str:
    return f"{action.text.rstrip('.')} by {action.by} at {clock_time(action.at)} UTC"


def _followed(signal: SignalEvidence) -> str:
    return f"At {clock_time(signal.onset)} UTC followed: {told(signal)}."


def _peak(lead: SignalEvidence) -> Iterator[str]:
    if lead.move == "up" and lead.greatest is not None:
        yield f"Its greatest value was {quantity(shown(lead.greatest), lead.unit)}."
    if lead.move == "down" and lead.least is not None:
        yield f"Its least value was {quantity(shown(lead.least), lead.unit)}."


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3])


def _remarks(evidence: Evidence) -> Iterator[str]:
    if len(evidence.signals) == 1:
        yield "No other signal of this machine took part in the episode."
    if evidence.kind == "closed":
        yield "No condition of this episode holds any more, and nothing further is due from it."
        yield "A new alarm would open a new episode with a report of its own."
    else:
        yield "The episode stays open until every condition has returned for a while."
        yield "A further report follows when other conditions join it, and one when it closes."
    if evidence.lead.kind in LEARNED_KINDS:
        yield "What is usual was learned from the values of this signal itself."
    yield "All values are those that were known when this report was drawn from the evidence."
    yield "The evidence comes with this report."
