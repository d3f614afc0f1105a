"""The prompt for a report, for models that were not trained to write them: facts and two examples.

``marked_facts`` has the prompt of models that were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from lamplighter.faults.alarms.episodes import Due
from lamplighter.faults.condition import SIGNAL_KINDS
from lamplighter.faults.evidence.record import Evidence, OtherSignal, SignalEvidence
from lamplighter.faults.wording import clock_time, day, duration, exact, quantity, shown

SYSTEM = (
    "You write fault reports for machines. Use only the facts given: copy every name, number, "
    "unit and time exactly, and invent nothing. Write one paragraph of 40 to 90 words: which "
    "machine, what is wrong, since when, how bad it is, and what to check first."
)
_OPENED = (
    """report: opened
machine: Exhaust fan 4
area: Paint shop
severity: warning
started: 09:12:30 UTC on 2026-01-15
first: duct pressure high, 520 Pa, limit 450 Pa, usually 210 Pa, rising 40 Pa per minute
then at 09:12:48: drive current high, 8.1 A, limit 8 A, usually 6.2 A
steady: speed 1480 rpm
log: "filter <n> dirty" 3 times
likely fault: clogged filter
check: Check the filter and change it where it is clogged.""",
    (
        "Exhaust fan 4 (Paint shop) has had a warning since 09:12:30 UTC on 2026-01-15. Its "
        "duct pressure is high at 520 Pa, above the limit of 450 Pa, and rising 40 Pa per "
        "minute; usually it is 210 Pa. At 09:12:48 drive current followed with 8.1 A, above its"
        " limit of 8 A. Steady: speed at 1480 rpm. The pattern points to clogged filter. Check "
        "the filter and change it where it is clogged."
    ),
)
_SECOND = (
    """report: opened
machine: Cold store 7
severity: critical
started: 22:40:02 UTC on 2026-02-03
first: room pressure low, 12.4 Pa, limit 15 Pa, usually 21 Pa, falling 1.1 Pa per minute
steady: room temperature 4.1 °C, humidity 61 %
log: "damper <n> not open" 4 times
check: Check belt, damper and filter on site.""",
    (
        "Cold store 7 has had a critical alarm since 22:40:02 UTC on 2026-02-03. Its room "
        "pressure is low at 12.4 Pa, below the limit of 15 Pa, and falling 1.1 Pa per minute; "
        "usually it is 21 Pa. Steady: room temperature at 4.1 °C and humidity at 61 %. Check "
        "belt, damper and filter on site."
    ),
)
_CLOSED = (
    """report: closed
machine: Exhaust fan 4
area: Paint shop
severity: warning
started: 09:12:30 UTC on 2026-01-15
ended: 09:40:11 UTC, lasted 28 min
first: duct pressure back to normal, 220 Pa, limit 450 Pa, usually 210 Pa
then at 09:12:48: drive current back to normal, 6.3 A, limit 8 A, usually 6.2 A
steady: speed 1480 rpm
check: Check the filter and change it where it is clogged.""",
    (
        "Exhaust fan 4 (Paint shop) had a warning from 09:12:30 UTC on 2026-01-15 to 09:40:11 "
        "UTC, which lasted 28 min. Its duct pressure was above the limit of 450 Pa and is back "
        "at 220 Pa; usually it is 210 Pa. Since 09:12:48 drive current was above its limit of 8"
        " A; it is back at 6.3 A. Steady: speed at 1480 rpm. Check the filter and change it "
        "where it is clogged."
    ),
)
_CLOSED_SECOND = (
    """report: closed
machine: Cold store 7
severity: critical
started: 22:40:02 UTC on 2026-02-03
ended: 22:46:32 UTC, lasted 6 min
first: room pressure back to normal, 20.8 Pa, limit 15 Pa, usually 21 Pa
steady: room temperature 4.1 °C, humidity 61 %
check: Check belt, damper and filter on site.""",
    (
        "Cold store 7 had a critical alarm from 22:40:02 UTC on 2026-02-03 to 22:46:32 UTC, "
        "which lasted 6 min. Its room pressure was below the limit of 15 Pa and is back at 20.8"
        " Pa; usually it is 21 Pa. Steady: room temperature at 4.1 °C and humidity at 61 %. "
        "Check belt, damper and filter on site."
    ),
)
Role = Literal["system", "user", "assistant"]

_MOST_PROBLEMS = 2
_AROUND = ".,;:()\"'"
_SIDES = {"up": "high", "down": "low", "stale": "no new values", "stuck": "stuck"}


def instructions(kind: Due) -> list[tuple[Role, str]]:
    """The unchanging start of the prompt for one kind of report, as rows of role and content."""
    examples = (_CLOSED_SECOND, _CLOSED) if kind == "closed" else (_SECOND, _OPENED)
    rows: list[tuple[Role, str]] = [("system", SYSTEM)]
    for given, report in examples:
        rows += [("user", given), ("assistant", report)]
    return rows


def lines(evidence: Evidence) -> str:
    """The evidence as lines of facts, ready to be copied."""
    return "\n".join(_lines(evidence))


def figures(evidence: Evidence) -> tuple[str, ...]:
    """The words with digits that the lines hold, as they are spelled."""
    words = (word.strip(_AROUND) for word in lines(evidence).split())
    return tuple(dict.fromkeys(word for word in words if any(map(str.isdigit, word))))


def start(evidence: Evidence, kept: str = "") -> str:
    """How the model's text begins: with what is kept of its last one, else with the machine.

    After a kept part begins the sentence that comes next in a report: on the leading signal, the
    likely fault or the check, whichever is not told yet.
    """
    closed = evidence.kind == "closed"
    if not kept:
        machine = f"{evidence.name} ({evidence.area})" if evidence.area else evidence.name
        if evidence.worsened is not None and not closed:
            # The examples have one severity from the start on: this is no place to copy them.
            return (
                f"{machine} has had an alarm since {clock_time(evidence.started)} UTC on "
                f"{day(evidence.started)}, which became {evidence.severity} at "
                f"{clock_time(evidence.worsened)} UTC. Its {evidence.lead.name} is"
            )
        return f"{machine} had" if closed else f"{machine} has had"
    lead = evidence.lead.name
    if lead not in kept:
        return f"{kept} Its {lead} {'was' if closed else 'is'}"
    if evidence.fault and evidence.fault not in kept:
        return f"{kept} The pattern points to"
    return f"{kept} Check" if evidence.checks and "Check" not in kept else kept


def retry(problems: Sequence[str]) -> str:
    """What to tell the model after a text that failed the check."""
    listed = "; ".join(problems[:_MOST_PROBLEMS])
    return f"wrong in the last report: {listed}"


def _lines(evidence: Evidence) -> Iterator[str]:
    yield f"report: {evidence.kind}"
    yield f"machine: {evidence.name}"
    if evidence.area:
        yield f"area: {evidence.area}"
    yield f"severity: {evidence.severity}"
    yield f"started: {clock_time(evidence.started)} UTC on {day(evidence.started)}"
    if evidence.ended is not None:
        yield f"ended: {clock_time(evidence.ended)} UTC, lasted {duration(evidence.duration)}"
    for number, signal in enumerate(evidence.signals):
        start = "first" if number == 0 else f"then at {clock_time(signal.onset)}"
        yield f"{start}: {_signal(signal)}"
    steady = [other for other in evidence.others if other.move == "steady"]
    if steady:
        yield f"steady: {', '.join(_other(other) for other in steady)}"
    for log in evidence.logs[:3]:
        yield f'log: "{log.template}" {log.count} times'
    if evidence.fault:
        yield f"likely fault: {evidence.fault}"
    if evidence.checks:
        yield f"check: {evidence.checks[0]}"


def _signal(signal: SignalEvidence) -> str:
    limit = quantity(exact(signal.limit), signal.limit_unit)
    state = _SIDES[signal.move] if signal.active else "back to normal"
    if signal.kind in SIGNAL_KINDS:
        # Its limit is a span of time, and must not be taken for one of the value beside it.
        state = f"{_SIDES[signal.move]} for {limit} or more"
        if not signal.active:
            state += ", now back"
    parts = [f"{signal.name} {state}"]
    if signal.value is not None:
        parts.append(quantity(shown(signal.value), signal.unit))
    if signal.kind not in SIGNAL_KINDS:
        parts.append(f"limit {limit}")
    if signal.baseline is not None:
        parts.append(f"usually {quantity(shown(signal.baseline), signal.unit)}")
    if signal.active and signal.trend in {"rising", "falling"} and signal.slope:
        slope = quantity(shown(abs(signal.slope)), signal.unit)
        parts.append(f"{signal.trend} {slope} per minute")
    return ", ".join(parts)


def _other(other: OtherSignal) -> str:
    return f"{other.name} {quantity(shown(other.value), other.unit)}"
