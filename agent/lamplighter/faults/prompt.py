"""The prompt for a report: the evidence as short lines, and one worked example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lamplighter.faults.evidence import Evidence, OtherSignal, SignalEvidence
from lamplighter.faults.wording import clock_time, day, duration, exact, quantity, shown

SYSTEM = (
    "You write fault reports for machines. Use only the facts given: copy every name, number, "
    "unit and time exactly, and invent nothing. Write one paragraph of 40 to 90 words: which "
    "machine, what is wrong, since when, how bad it is, and what to check first."
)
EXAMPLE_FACTS = """report: opened
machine: Exhaust fan 4
area: Paint shop
severity: warning
started: 09:12:30 UTC on 2026-01-15
first: vibration high, 5.2 mm/s, limit 4.5 mm/s, usually 2.1 mm/s, rising 0.4 mm/s per minute
then at 09:12:48: bearing temperature high, 81 °C, limit 80 °C, usually 62 °C
steady: speed 1480 rpm
log: "bearing <n> hot" 3 times
likely fault: bearing wear
check: Check the bearing for noise, heat and grease."""
EXAMPLE_REPORT = (
    "Exhaust fan 4 in the Paint shop has had a warning since 09:12:30 UTC on 2026-01-15. Its "
    "vibration is high at 5.2 mm/s, above the limit of 4.5 mm/s, and rising by 0.4 mm/s per "
    "minute; usually it is 2.1 mm/s. At 09:12:48 bearing temperature followed at 81 °C, above its "
    "limit of 80 °C, while speed stayed steady. The pattern points to bearing wear. Check the "
    "bearing for noise, heat and grease first."
)
_MOST_PROBLEMS = 4
_SIDES = {"up": "high", "down": "low", "stale": "no new values", "stuck": "stuck"}


def instructions() -> list[tuple[str, str]]:
    """The unchanging start of the prompt, as rows of role and content."""
    return [("system", SYSTEM), ("user", EXAMPLE_FACTS), ("assistant", EXAMPLE_REPORT)]


def lines(evidence: Evidence) -> str:
    """The evidence as lines of facts, ready to be copied."""
    return "\n".join(_lines(evidence))


def retry(problems: Sequence[str]) -> str:
    """What to tell the model after a text that failed the check."""
    listed = "; ".join(problems[:_MOST_PROBLEMS])
    return f"That report is wrong: {listed}. Write it again, with only the facts given."


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
    parts = [f"{signal.name} {state}"]
    if signal.value is not None:
        parts.append(quantity(shown(signal.value), signal.unit))
    parts.append(f"limit {limit}")
    if signal.baseline is not None:
        parts.append(f"usually {quantity(shown(signal.baseline), signal.unit)}")
    if signal.trend in {"rising", "falling"} and signal.slope:
        slope = quantity(shown(abs(signal.slope)), signal.unit)
        parts.append(f"{signal.trend} {slope} per minute")
    return ", ".join(parts)


def _other(other: OtherSignal) -> str:
    return f"{other.name} {quantity(shown(other.value), other.unit)}"
