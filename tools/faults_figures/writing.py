"""Who writes reports, model or template, and how long it takes."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from statistics import quantiles
from typing import Any

from tools.faults_figures.cases import cases

from lamplighter.errors import ModelError
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.checker import check, length_problems
from lamplighter.faults.reports.template_text import template_text
from lamplighter.faults.reports.writer import Report, ReportWriter
from lamplighter.model.engine import Engine
from lamplighter.model.locate import model_folder

CASES = 20


def measure(*, count: int = CASES, threads: int = 2) -> dict[str, Any]:
    """The template under the checker, and the real model; ``report`` says where there is none."""
    evidence = list(cases(count))
    try:
        report: dict[str, Any] = asyncio.run(reports(evidence, threads=threads))
    except ModelError as error:
        report = {"skipped": str(error)}
    return {"template": templates(evidence), "report": report}


def templates(evidence: list[Evidence]) -> dict[str, Any]:
    """The template's texts under the checker, and what a check costs."""
    texts = [template_text(case) for case in evidence]
    began = time.process_time()
    faithful = sum(
        not check(text, case) and not length_problems(text)
        for text, case in zip(texts, evidence, strict=True)
    )
    spent = time.process_time() - began
    return {
        "cases": len(evidence),
        "faithful": faithful,
        "check_ms": round(1000 * spent / len(evidence), 2),
    }


async def reports(evidence: list[Evidence], *, threads: int) -> dict[str, Any]:
    """The real model on the cases: who wrote the published text, how long it took.

    Raises:
        ModelError: no model has been built.
    """
    engine = Engine(model_folder(), threads=threads)
    engine.start()
    model = f"{engine.name} {engine.version}".strip()
    writer = ReportWriter(model=model)
    done: list[Report] = []
    spent: list[float] = []
    try:
        for case in evidence:
            began = time.perf_counter()
            done.append(await writer.write(case, engine))
            spent.append(time.perf_counter() - began)
    finally:
        engine.stop()
    cuts = quantiles(spent, n=20)
    written = sum(report.written_by == "model" for report in done)
    wrong = Counter(
        problem.partition(" ")[2]
        for report in done
        for tried in report.problems
        for problem in tried
    )
    return {
        "model": model,
        "threads": threads,
        "cases": len(done),
        "by_model": written,
        "by_template": len(done) - written,
        "by_model_percent": round(100 * written / len(done), 1),
        "seconds_p50": round(cuts[9], 2),
        "seconds_p95": round(cuts[18], 2),
        "most_frequent_problems": wrong.most_common(8),
    }
