"""How many planted errors the checker finds, how many faithful reports it refuses, at what cost."""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.faults_figures.planting import KINDS, planted
from tools.faults_figures.rewordings import rewording
from tools.plant import cases, codec

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.checker import check, length_problems
from lamplighter.faults.reports.template_text import template_text

SEED = 60_221
CASES = 125
REWORDINGS_EACH = 4
TEXTS = 500
BY_HAND = Path(__file__).parents[2] / "tests" / "data" / "reports"


def measure(*, count: int = CASES) -> dict[str, Any]:
    """The figures, on evidence of simulated machines with names that no training sample has."""
    evidence = list(cases(count, SEED, "held_out"))
    return {
        "template": of_template(evidence),
        "rewordings": of_rewordings(evidence),
        "planted": of_planted(evidence),
        "by_hand": by_hand(),
        "by_others": by_others(),
    }


def of_template(evidence: list[Evidence]) -> dict[str, Any]:
    """The template's texts under the checker, and what a check costs."""
    texts = [(template_text(case), case) for case in evidence]
    began = time.process_time()
    faithful = sum(not check(text, case) for text, case in texts)
    spent = time.process_time() - began
    return {
        "texts": len(texts),
        "faithful": faithful,
        "of_right_length": sum(not length_problems(text) for text, _ in texts),
        "check_ms": round(1000 * spent / max(1, len(texts)), 2),
    }


def of_rewordings(evidence: list[Evidence]) -> dict[str, Any]:
    """Faithful reports in free English: how many are refused."""
    rows = [
        (rewording(case, REWORDINGS_EACH * at + turn), case)
        for at, case in enumerate(evidence)
        for turn in range(REWORDINGS_EACH)
    ]
    return _refused(rows)


def of_planted(evidence: list[Evidence]) -> dict[str, Any]:
    """Texts with one error each, of every kind in turn: how many are caught."""
    texts = list(_planted(evidence))
    caught = Counter(kind for kind, text, case in texts if check(text, case))
    every = Counter(kind for kind, _, _ in texts)
    return {
        "texts": len(texts),
        "caught": sum(caught.values()),
        "caught_percent": round(100 * sum(caught.values()) / max(1, len(texts)), 1),
        "by_kind": {kind: f"{caught[kind]} of {every[kind]}" for kind in KINDS},
    }


def by_hand(folder: Path = BY_HAND) -> dict[str, Any]:
    """The same of reports written and spoilt by hand."""
    known = {row["case"]: codec.from_dict(row["evidence"]) for row in _rows(folder / "cases.jsonl")}
    faithful = [(row["text"], known[row["case"]]) for row in _rows(folder / "faithful.jsonl")]
    wrong = [(row["text"], known[row["case"]]) for row in _rows(folder / "planted.jsonl")]
    caught = sum(bool(check(text, case)) for text, case in wrong)
    return {**_refused(faithful), "planted": len(wrong), "caught": caught}


def by_others(folder: Path = BY_HAND / "by_others") -> dict[str, Any]:
    """The same of reports written by people who never saw the checker.

    ``known`` ones were looked at while the checker was made; the others are counted only.
    """
    known = {
        row["case"]: codec.from_dict(row["evidence"]) for row in _rows(folder / "cases.jsonl.gz")
    }
    texts = list(_rows(folder / "texts.jsonl.gz"))
    found: dict[str, Any] = {}
    for name, looked_at in (("unseen", False), ("known", True)):
        rows = [row for row in texts if row["known"] is looked_at]
        faithful = [(row["text"], known[row["case"]]) for row in rows if not row["error"]]
        wrong = [row for row in rows if row["error"]]
        caught = Counter(row["error"] for row in wrong if check(row["text"], known[row["case"]]))
        every = Counter(row["error"] for row in wrong)
        found[name] = {
            **_refused(faithful),
            "planted": len(wrong),
            "caught": caught.total(),
            "by_kind": {kind: f"{caught[kind]} of {every[kind]}" for kind in sorted(every)},
        }
    return found


def _refused(rows: list[tuple[str, Evidence]]) -> dict[str, Any]:
    refused = sum(bool(check(text, case)) for text, case in rows)
    percent = round(100 * refused / max(1, len(rows)), 1)
    return {"texts": len(rows), "refused": refused, "refused_percent": percent}


def _planted(evidence: list[Evidence]) -> Iterator[tuple[str, str, Evidence]]:
    """Errors in the template's text and in a rewording, by turns, until there are enough."""
    seed, found = 0, 0
    while found < TEXTS and seed < 4 * TEXTS:
        case = evidence[seed % len(evidence)]
        text = rewording(case, seed) if seed % 3 else template_text(case)
        wrong = planted(text, case, KINDS[seed % len(KINDS)], seed)
        seed += 1
        if wrong is not None:
            found += 1
            yield wrong.kind, wrong.text, case


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
