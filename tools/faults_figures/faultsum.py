"""FaultSum: reports on the frozen evidence cases, by the model of the gateway and by the template.

Every published text is held against its evidence by the checker and, apart from it, for what a
report must say. ``--pairs`` writes texts of model and template side by side for a blind judge.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from tools.plant.faultsum import read

from lamplighter.errors import ModelError
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.checker import check, length_problems
from lamplighter.faults.reports.template_text import template_text
from lamplighter.faults.reports.writer import Report, ReportWriter
from lamplighter.faults.wording import clock_time, shown
from lamplighter.model.engine import Engine
from lamplighter.model.locate import model_folder
from lamplighter.model.prompt import chat
from lamplighter.model.request import Request, Urgency
from lamplighter.understanding.model_parser import SHORT_INSTRUCTION

THREADS = 2
COMMANDS = 60
PAIRS = 60
PAIRS_SEED = 6060
_EVERY_S = 0.15
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_BEYOND = re.compile(
    rf"{_NUMBER}(?: \S+)?, (above|below) (?:its|the) (?:usual )?(?:limit|bound) of {_NUMBER}"
)
_SENTENCES = (
    "dim the lounge and close its blinds",
    "is the garage door shut",
    "it is cold in here",
)


@dataclass(frozen=True, slots=True)
class Written:
    """A case's report and the seconds that it took."""

    case: int
    report: Report
    seconds: float


def measure(
    *, count: int | None = None, threads: int = THREADS, folder: Path | None = None
) -> dict[str, Any]:
    """Every figure of FaultSum; ``skipped`` says why where no model has been built.

    Args:
        count: of cases; None for all.
        threads: for the model.
        folder: of the model; None takes the default one.
    """
    evidence = read()[:count]
    template = _faithful([template_text(each) for each in evidence], evidence)
    try:
        with Engine(model_folder(folder), threads=threads) as engine:
            written = asyncio.run(_write(evidence, engine))
            waits = asyncio.run(_waits(evidence, engine))
            name = f"{engine.name} {engine.version}"
    except ModelError as error:
        return {"cases": len(evidence), "template_faithful": template, "skipped": str(error)}
    return {
        "model": name,
        "threads": threads,
        "cases": len(evidence),
        "template_faithful": template,
        **_figures(written),
        **_waited(waits),
    }


async def _write(evidence: Sequence[Evidence], engine: Engine) -> list[Written]:
    writer = ReportWriter(model=f"{engine.name} {engine.version}")
    found = []
    for number, each in enumerate(evidence):
        began = time.perf_counter()
        report = await writer.write(each, engine)
        found.append(Written(number, report, time.perf_counter() - began))
    return found


async def _waits(evidence: Sequence[Evidence], engine: Engine) -> list[float]:
    """Milliseconds that commands waited for the model while it wrote reports."""
    writer, done = ReportWriter(), asyncio.Event()

    async def reports() -> None:
        for each in evidence:
            if done.is_set():
                break
            await writer.write(each, engine)

    task = asyncio.create_task(reports())
    waited = []
    for number in range(COMMANDS):
        await asyncio.sleep(_EVERY_S)
        if task.done():
            break
        sentence = _SENTENCES[number % len(_SENTENCES)]
        completion = await engine.complete(
            Request(
                prefix=(chat.system(SHORT_INSTRUCTION),),
                turns=(chat.user(sentence), chat.assistant_prefix()),
                max_tokens=12,
                stop=("\n",),
                urgency=Urgency.COMMAND,
            )
        )
        waited.append(completion.waited_ms)
    done.set()
    await task
    return waited


def _figures(written: Sequence[Written]) -> dict[str, Any]:
    reports = [each.report for each in written]
    by_model = [each for each in written if each.report.written_by == "model"]
    slots = [slot for each in reports for slot in said(each)]
    turned_down = [problems for each in reports for problems in each.problems]
    first = sum(not each.problems for each in (w.report for w in by_model))
    return {
        "published_faithful": _faithful([r.text for r in reports], [r.evidence for r in reports]),
        "by_model": len(by_model),
        "by_model_percent": _percent(len(by_model), len(written)),
        "by_model_at_the_first_try": first,
        "mandatory_slots": len(slots),
        "mandatory_slots_percent": _percent(sum(slots), len(slots)),
        "direction_errors_published": sum(_directions(check(r.text, r.evidence)) for r in reports),
        "directions_against_their_numbers": sum(map(against_numbers, (r.text for r in reports))),
        "direction_errors_turned_down": sum(map(_directions, turned_down)),
        "words": _spread([len(each.text.split()) for each in reports]),
        "seconds": _spread([each.seconds for each in written]),
        "reasons": dict(Counter(each.reason for each in reports if each.reason)),
        "problems": dict(Counter(_shape(p) for row in turned_down for p in row).most_common(12)),
    }


def said(report: Report) -> Iterator[bool]:
    """For each thing that a report must say, whether its text does; not by the checker's reading.

    Machine, leading signal, its value (but where it has none), onset, severity, and of a closed
    episode its end.
    """
    text, evidence = report.text.casefold(), report.evidence
    lead = evidence.lead
    yield evidence.name.casefold() in text
    yield lead.name.casefold() in text
    if lead.value is not None:
        values = {lead.value, lead.least, lead.greatest} - {None}
        yield any(shown(value) in text for value in values if value is not None)
    yield clock_time(evidence.started) in text
    if evidence.ended is not None:
        yield clock_time(evidence.ended) in text


def against_numbers(text: str) -> int:
    """How many values are told as beyond a limit that their own numbers are not beyond.

    Found in the bare text, whatever the checker reads.
    """
    return sum(
        (float(value) <= float(limit)) is (side == "above") and value != limit
        for value, side, limit in _BEYOND.findall(text)
    )


def _faithful(texts: Sequence[str], evidence: Sequence[Evidence]) -> int:
    pairs = zip(texts, evidence, strict=True)
    return sum(not check(text, each) and not length_problems(text) for text, each in pairs)


def _directions(problems: Sequence[str]) -> int:
    return sum(" is said to be " in problem for problem in problems)


def _shape(problem: str) -> str:
    return " ".join("#" if any(map(str.isdigit, word)) else word for word in problem.split())


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def _spread(values: Sequence[float]) -> dict[str, float]:
    cuts = quantiles(values, n=20)
    return {
        "p50": round(cuts[9], 2),
        "p95": round(cuts[18], 2),
        "most": round(max(values), 2),
    }


def _waited(waits: Sequence[float]) -> dict[str, Any]:
    return {
        "commands_meanwhile": len(waits),
        "command_waited_ms": _spread(waits) if len(waits) > 1 else {},
    }


def pairs(written: Sequence[Written], seed: int = PAIRS_SEED) -> tuple[list[Any], list[Any]]:
    """Texts of model and template for a blind judge, and the key: which of them is the model's."""
    draw = random.Random(seed)  # noqa: S311 - which side is which
    own = [each for each in written if each.report.written_by == "model"]
    rows, key = [], []
    for each in sorted(draw.sample(own, min(PAIRS, len(own))), key=lambda each: each.case):
        texts = [each.report.text, template_text(each.report.evidence)]
        model_first = draw.random() < 0.5
        a, b = texts if model_first else reversed(texts)
        facts = _facts(each.report.evidence)
        rows.append({"case": each.case, "facts": facts, "A": a, "B": b})
        key.append({"case": each.case, "model": "A" if model_first else "B"})
    return rows, key


def _facts(evidence: Evidence) -> dict[str, Any]:
    """The evidence without what is empty, for people."""
    return {key: value for key, value in evidence.to_dict().items() if value not in (None, [], "")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or write pairs, from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, help="only the first so many cases")
    parser.add_argument("--threads", type=int, default=THREADS)
    parser.add_argument("--model", type=Path, help="the model's folder")
    parser.add_argument("--pairs", type=Path, help="write pairs for a judge to this file instead")
    parser.add_argument("--key", type=Path, help="and to this one which side is the model's")
    parser.add_argument("--texts", type=Path, help="write every report to this file instead")
    options = parser.parse_args(arguments)
    if not options.pairs and not options.texts:
        figures = measure(count=options.count, threads=options.threads, folder=options.model)
        print(json.dumps(figures, indent=2, ensure_ascii=False))
        return 0
    evidence = read()[: options.count]
    with Engine(model_folder(options.model), threads=options.threads) as engine:
        written = asyncio.run(_write(evidence, engine))
    if options.texts:
        _save(options.texts, [each.report.payload() for each in written])
    if options.pairs:
        rows, key = pairs(written)
        _save(options.pairs, rows)
        if options.key:
            _save(options.key, key)
    return 0


def _save(path: Path, rows: Sequence[Any]) -> None:
    lines = (f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
