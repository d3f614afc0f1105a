"""Samples of fault reports: the daemon's own prompts with texts that its checker finds faithful.

They keep a model that is trained to read sentences from forgetting how to write reports. Evidence
is simulated as ``tools/bench faults`` simulates it, with other machines, names, units and seeds.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tools.faults_figures.cases import episode

from lamplighter.faults.evidence.record import Evidence, SignalEvidence, is_beyond
from lamplighter.faults.reports.checker import check, length_problems
from lamplighter.faults.reports.prompt import instructions, lines, start
from lamplighter.faults.wording import clock_time, day, duration, exact, quantity, shown

SEED = 4711
Signals = tuple[tuple[str, str, str, float, float], ...]
MACHINES: tuple[tuple[str, Signals, str], ...] = (
    (
        "chiller",
        (
            ("t", "supply temperature", "°C", 7.0, 12.0),
            ("p", "condenser pressure", "bar", 9.1, 14.0),
            ("i", "compressor current", "A", 42.0, 60.0),
            ("f", "water flow", "m³/h", 18.0, 26.0),
        ),
        "flow switch {} tripped, unit {}",
    ),
    (
        "press",
        (
            ("o", "oil temperature", "°C", 46.0, 65.0),
            ("p", "hydraulic pressure", "bar", 160.0, 210.0),
            ("c", "cycle time", "s", 4.2, 6.0),
        ),
        "valve {} slow, cycle {}",
    ),
    (
        "compressor",
        (
            ("t", "outlet temperature", "°C", 71.0, 95.0),
            ("v", "vibration", "mm/s", 2.4, 5.6),
            ("i", "motor current", "A", 28.0, 38.0),
            ("p", "line pressure", "bar", 7.2, 9.0),
        ),
        "separator {} hot, stage {}",
    ),
    (
        "silo",
        (
            ("l", "fill level", "%", 55.0, 90.0),
            ("t", "core temperature", "°C", 21.0, 40.0),
        ),
        "level probe {} dirty, silo {}",
    ),
    (
        "mixer",
        (
            ("i", "drive current", "A", 12.5, 19.0),
            ("t", "gearbox temperature", "°C", 52.0, 80.0),
            ("r", "rotor speed", "rpm", 240.0, 300.0),
        ),
        "torque limit {} reached, batch {}",
    ),
    (
        "turbine",
        (
            ("v", "shaft vibration", "µm", 31.0, 65.0),
            ("t", "exhaust temperature", "°C", 410.0, 520.0),
            ("o", "oil pressure", "bar", 2.6, 3.8),
        ),
        "sensor {} channel {} noisy",
    ),
)


def samples(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """So many samples at most: evidence whose text the checker turns down is left out."""
    draw = random.Random(seed)  # noqa: S311 - a seeded simulation
    for number in range(count):
        kind, signals, line = draw.choice(MACHINES)
        scale = draw.uniform(0.6, 1.7)
        scaled = tuple(
            (key, name, unit, round(usual * scale, 2), round(high * scale, 1))
            for key, name, unit, usual, high in signals
        )
        evidence = episode(draw, draw.randrange(1, 60) + number, kind, scaled, line)
        begun = start(evidence)
        text = report_of(evidence, begun)
        if check(text, evidence) or length_problems(text):
            continue
        yield {
            "prefix": [list(row) for row in instructions(evidence.kind)],
            "turns": [["user", lines(evidence)]],
            "start": begun,
            "answer": text.removeprefix(begun),
            "source": "report",
        }


def report_of(evidence: Evidence, begun: str) -> str:
    """The report in the manner of the prompt's examples."""
    if evidence.kind == "closed":
        return " ".join([_had(evidence, begun), *_rest(evidence)])
    if evidence.worsened is not None:
        told = f"{begun.removesuffix(' is')} is {_is(evidence.lead)}."
        return " ".join([told, *_rest(evidence)])
    grave = "a critical alarm" if evidence.severity == "critical" else f"a {evidence.severity}"
    since = f"{clock_time(evidence.started)} UTC on {day(evidence.started)}"
    opening = f"{begun} {grave} since {since}. Its {evidence.lead.name} is {_is(evidence.lead)}."
    return " ".join([opening, *_rest(evidence)])


def _had(evidence: Evidence, begun: str) -> str:
    grave = "a critical alarm" if evidence.severity == "critical" else f"a {evidence.severity}"
    lead = evidence.lead
    since = f"{clock_time(evidence.started)} UTC on {day(evidence.started)}"
    until = clock_time(evidence.ended or evidence.drawn)
    usual = _usual(lead)
    return (
        f"{begun} {grave} from {since} to {until} UTC, which lasted "
        f"{duration(evidence.duration)}. Its {lead.name} was {_side(lead)} the limit of "
        f"{_limit(lead)} and is back at {_value(lead)}{usual}."
    )


def _is(lead: SignalEvidence) -> str:
    state = "high" if lead.move == "up" else "low"
    beyond = f"{state} at {_value(lead)}, {_side(lead)} the limit of {_limit(lead)}"
    told = beyond if is_beyond(lead) else f"at {_value(lead)}, with a limit of {_limit(lead)}"
    if lead.trend in {"rising", "falling"} and lead.slope:
        told += f", and {lead.trend} {quantity(shown(abs(lead.slope)), lead.unit)} per minute"
    return told + _usual(lead)


def _usual(signal: SignalEvidence) -> str:
    if signal.baseline is None:
        return ""
    return f"; usually it is {quantity(shown(signal.baseline), signal.unit)}"


def _rest(evidence: Evidence) -> Iterator[str]:
    for signal in evidence.signals[1:]:
        at = clock_time(signal.onset)
        if signal.active:
            yield (
                f"At {at} {signal.name} followed with {_value(signal)}, {_side(signal)} its limit "
                f"of {_limit(signal)}."
            )
        else:
            yield (
                f"Since {at} {signal.name} was {_side(signal)} its limit of {_limit(signal)}; it "
                f"is back at {_value(signal)}."
            )
    steady = [
        f"{other.name} at {quantity(shown(other.value), other.unit)}"
        for other in evidence.others
        if other.move == "steady"
    ]
    if steady:
        last = f" and {steady[-1]}" if len(steady) > 1 else steady[-1]
        yield f"Steady: {', '.join(steady[:-1])}{last}."
    if evidence.fault and evidence.kind != "closed":
        yield f"The pattern points to {evidence.fault}."
    if evidence.checks:
        yield f"{evidence.checks[0].rstrip('.')}."


def _side(signal: SignalEvidence) -> str:
    return "above" if signal.move == "up" else "below"


def _limit(signal: SignalEvidence) -> str:
    return quantity(exact(signal.limit), signal.limit_unit)


def _value(signal: SignalEvidence) -> str:
    return quantity(shown(signal.value or 0.0), signal.unit)


def main(arguments: Sequence[str] | None = None) -> int:
    """Generates from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the file to write")
    parser.add_argument("--count", type=int, default=200, help="pieces of evidence")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    with options.out.open("w", encoding="utf-8") as file:
        kept = 0
        for sample in samples(options.count, options.seed):
            file.write(json.dumps(sample, ensure_ascii=False) + "\n")
            kept += 1
    print(f"kept {kept} of {options.count}; the checker turned the others down")
    return 0


if __name__ == "__main__":
    sys.exit(main())
