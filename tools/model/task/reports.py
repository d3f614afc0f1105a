"""Samples of fault reports: the daemon's own facts with marks, and texts that its checker takes.

Evidence is of two kinds: episodes of simulated machines (``tools.plant``, the part for training),
and evidence drawn at random, which has every kind of condition and line. Some samples go on from
the middle of a report after a wrong sentence, as the daemon asks a second time.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.model.task.report_evidence import EvidenceMaker, distinct
from tools.model.task.report_texts import Author
from tools.plant import cases

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.checker import check, length_problems
from lamplighter.faults.reports.drafting import MARKED_INSTRUCTION
from lamplighter.faults.reports.marked_facts import Told, told
from lamplighter.faults.reports.marks import fill, sentences

SEED = 4711
_TRIES = 6
_AGAIN = 0.1
"""The share of samples that go on after a wrong sentence."""
_OPPOSITES = {
    "above": "below", "below": "above", "rising": "falling", "falling": "rising",
    "high": "low", "low": "high",
}  # fmt: skip


@dataclass(slots=True)
class Refused:
    """How many texts the checker refused, and why."""

    texts: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def samples(
    evidences: Iterable[Evidence], seed: int, refused: Refused | None = None
) -> Iterator[dict[str, Any]]:
    """A sample of each evidence for which a text is found that the checker takes.

    Args:
        evidences: what to report.
        seed: of the wordings.
        refused: counts the texts that the checker refused.
    """
    for number, evidence in enumerate(evidences):
        draw = random.Random(f"{seed} {number}")  # noqa: S311 - seeded wordings
        facts = told(evidence)
        text = _text(evidence, facts, draw, refused or Refused())
        if text:
            again = draw.random() < _AGAIN
            yield _again(facts, text, draw) if again else _row(facts.text, "", text)


def drawn(count: int, seed: int) -> Iterator[Evidence]:
    """So many pieces of evidence drawn at random."""
    maker = EvidenceMaker(random.Random(seed))  # noqa: S311 - a seeded simulation
    found = 0
    while found < count:
        evidence = maker.evidence()
        if distinct(evidence):
            found += 1
            yield evidence


def _text(evidence: Evidence, facts: Told, draw: random.Random, refused: Refused) -> str:
    for _ in range(_TRIES):
        text = Author(draw).report(facts.lines)
        filled = fill(text, facts.marks)
        problems = [*check(filled, evidence), *length_problems(filled)]
        if not problems:
            return text
        refused.texts += 1
        refused.reasons.update(re.sub(r"[\d.:-]+", "#", problem) for problem in problems)
    return ""


def _again(facts: Told, text: str, draw: random.Random) -> dict[str, Any]:
    """The rest of a text, after a sentence that was wrong."""
    every = sentences(text)
    at = draw.randrange(len(every))
    wrong = _spoilt(every[at], facts, draw)
    begun = " ".join(every[:at])
    return _row(f"{facts.text}\nwrong: {wrong}", begun, text)


def _spoilt(sentence: str, facts: Told, draw: random.Random) -> str:
    """The sentence with a word or a mark that it should not have."""
    for word, opposite in _OPPOSITES.items():
        if f" {word} " in sentence:
            return sentence.replace(f" {word} ", f" {opposite} ", 1)
    return re.sub(r"\b[a-z]\d\b", draw.choice(sorted(facts.marks)), sentence, count=1)


def _row(facts: str, begun: str, text: str) -> dict[str, Any]:
    return {
        "prefix": [["system", MARKED_INSTRUCTION]],
        "turns": [["user", facts]],
        "start": begun,
        "answer": text.removeprefix(begun),
        "source": "report",
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Generates from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the file to write")
    parser.add_argument("--count", type=int, default=600, help="evidence drawn at random")
    parser.add_argument("--machines", type=int, default=200, help="episodes of simulated machines")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    refused = Refused()
    simulated = [] if not options.machines else cases(options.machines, options.seed, "train")
    evidences = [*simulated, *drawn(options.count, options.seed)]
    rows = list(samples(evidences, options.seed, refused))
    random.Random(options.seed).shuffle(rows)  # noqa: S311 - a seeded order
    with options.out.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    print(f"kept {len(rows)} of {len(evidences)}; the checker refused {refused.texts} texts:")
    for reason, count in refused.reasons.most_common(30):
        print(f"{count:6} {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
