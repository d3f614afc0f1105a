"""Evidence as plain lines for people: every fact, nothing of how a report should be worded."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.condition import LIMIT_KINDS, RATE_KINDS, SIGNAL_KINDS
from lamplighter.faults.evidence.record import Evidence, SignalEvidence
from lamplighter.faults.wording import clock_time, day, duration, exact, quantity, shown


def readable(evidence: Evidence) -> str:
    """All facts, a line each. Numbers are rounded as reports may round them."""
    return "\n".join(_lines(evidence))


def _lines(evidence: Evidence) -> Iterator[str]:
    yield f"Report on an episode that has {evidence.kind}"
    yield f"Machine: {evidence.name} (class: {evidence.machine_class}, asset: {evidence.asset})"
    if evidence.area:
        yield f"Area: {evidence.area}"
    yield f"Severity: {evidence.severity}"
    yield f"Started: {clock_time(evidence.started)} UTC on {day(evidence.started)}"
    if evidence.worsened is not None:
        yield f"Became {evidence.severity} at: {clock_time(evidence.worsened)} UTC"
    if evidence.ended is not None:
        yield f"Ended: {clock_time(evidence.ended)} UTC, lasted {duration(evidence.duration)}"
    else:
        yield f"State as of: {clock_time(evidence.drawn)} UTC, so far {duration(evidence.duration)}"
    if evidence.window:
        yield f"Began in or right after the maintenance window: {evidence.window}"
    for number, signal in enumerate(evidence.signals, 1):
        yield f"Signal {number} in order of first-out: {', '.join(_signal(evidence, signal))}"
    for other in evidence.others:
        usual = quantity(shown(other.baseline), other.unit)
        value = quantity(shown(other.value), other.unit)
        yield f"Signal without alarm: {other.name}: {value}, usually {usual}, {other.move}"
    if evidence.contributions:
        shares = ", ".join(f"{each.name} {each.share:.0%}" for each in evidence.contributions)
        yield f"Shares in what is out of step: {shares}"
    for log in evidence.logs:
        yield f'Log, {log.count} times, {log.level or "no level"}: "{log.template}"'
    for note in evidence.notes:
        yield f'Note by {note.by} at {clock_time(note.at)} UTC: "{note.text}"'
    yield from _conclusions(evidence)


def _conclusions(evidence: Evidence) -> Iterator[str]:
    for action in evidence.actions:
        yield f"Action: {action.text}, by {action.by} at {clock_time(action.at)} UTC"
    if evidence.ended_by:
        yield f"Done last before the end: {evidence.ended_by.text}"
    if evidence.fault:
        yield f"Likely fault: {evidence.fault} (confidence {evidence.confidence:.0%})"
    for each in evidence.ruled_out:
        yield f"Ruled out: {each.fault}, because {each.signal} is {each.move}"
    for past in evidence.similar:
        fault = f", {past.fault}" if past.fault else ""
        helped = f", what helped: {past.helped}" if past.helped else ""
        lasted = duration(past.duration)
        yield f"Similar: {past.name} on {day(past.started)}, lasted {lasted}{fault}{helped}"
    for check in evidence.checks:
        yield f"Check: {check}"


def _signal(evidence: Evidence, signal: SignalEvidence) -> Iterator[str]:
    yield from _state(signal)
    yield from _figures(signal)
    if signal.zone:
        yield f"vibration zone {signal.zone}"
    if signal.why:
        yield f"because {signal.why}"
    if str(signal.status) != "good":
        yield f"NE 107 status of the signal: {signal.status}"
    if signal.tag in evidence.joined and evidence.kind == "changed":
        yield "joined since the last report"
    if signal.tag in evidence.left:
        yield "left since the last report"


def _state(signal: SignalEvidence) -> Iterator[str]:
    yield signal.name
    words = str(signal.kind).replace("_", " ")
    yield f"{words}, still holds" if signal.active else f"{words}, is back"
    yield f"since {clock_time(signal.onset)} UTC"
    if signal.returned is not None:
        yield f"back since {clock_time(signal.returned)} UTC"


def _figures(signal: SignalEvidence) -> Iterator[str]:
    if signal.value is not None:
        yield f"value {quantity(shown(signal.value), signal.unit)}"
    if signal.kind in LIMIT_KINDS | RATE_KINDS:
        yield f"limit {quantity(exact(signal.limit), signal.limit_unit)}"
    elif signal.kind in SIGNAL_KINDS and signal.limit:
        yield f"allowed {quantity(exact(signal.limit), signal.limit_unit)}"
    if signal.baseline is not None:
        yield f"usually {quantity(shown(signal.baseline), signal.unit)}"
    if signal.slope is not None and signal.trend:
        slope = quantity(shown(signal.slope), signal.unit)
        yield f"trend {signal.trend}, {slope} per minute"
    if signal.least is not None and signal.greatest is not None:
        least, greatest = shown(signal.least), shown(signal.greatest)
        yield f"since the onset between {least} and {quantity(greatest, signal.unit)}"
