"""FaultSum: evidence cases to measure reports on, drawn once and frozen by their hash."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.plant import codec
from tools.plant.drawing import Case, known_cases

from lamplighter.faults.evidence.record import Evidence

COUNT = 300
SEED = 20261122
FOLDER = Path(__file__).parents[2] / "tests" / "data" / "faultsum"
CASES = "cases.jsonl.gz"
FROZEN = "FROZEN.sha256"


def drawn() -> list[Case]:
    """The cases, drawn anew: the same as the frozen ones while nothing of a daemon changed."""
    return list(known_cases(COUNT, SEED, "held_out"))


def lines(cases: Iterable[Case]) -> Iterator[str]:
    """The cases as lines of JSON, each with its number and the fault that was simulated."""
    for number, each in enumerate(cases):
        row = {"case": number, "fault": each.fault, "evidence": codec.to_dict(each.evidence)}
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def write(cases: Iterable[Case], folder: Path = FOLDER) -> str:
    """Write the cases and freeze them; returns the hash."""
    text = "".join(f"{line}\n" for line in lines(cases)).encode()
    # Without a time and a name, so that the same cases are the same file.
    (folder / CASES).write_bytes(gzip.compress(text, mtime=0))
    digest = hashlib.sha256(text).hexdigest()
    (folder / FROZEN).write_text(f"{digest}  {CASES.removesuffix('.gz')}\n", encoding="utf-8")
    return digest


def read(folder: Path = FOLDER) -> list[Evidence]:
    """The frozen evidence.

    Raises:
        ValueError: it is not what was frozen.
    """
    return [each.evidence for each in read_cases(folder)]


def read_cases(folder: Path = FOLDER) -> list[Case]:
    """The frozen cases, with what was really wrong.

    Raises:
        ValueError: they are not those that were frozen.
    """
    text = gzip.decompress((folder / CASES).read_bytes())
    frozen = (folder / FROZEN).read_text(encoding="utf-8").split()[0]
    if hashlib.sha256(text).hexdigest() != frozen:
        raise ValueError(f"{folder / CASES} is not what was frozen")
    rows = [json.loads(line) for line in text.decode().splitlines()]
    return [Case(codec.from_dict(row["evidence"]), row["fault"]) for row in rows]


def difficulty(evidence: Evidence) -> str:
    """``plain`` for one signal, ``joined`` for two, ``wide`` for more of them."""
    return ("plain", "joined", "wide")[min(2, len(evidence.signals) - 1)]


def strata(evidence: Iterable[Evidence]) -> dict[str, dict[str, int]]:
    """How many cases there are of each kind of report, class, difficulty and fault."""
    rows = list(evidence)
    return {
        "reports": Counter(str(each.kind) for each in rows),
        "classes": Counter(each.machine_class for each in rows),
        "difficulty": Counter(difficulty(each) for each in rows),
        "faults": Counter(each.fault or "none" for each in rows),
        "kinds": Counter(str(signal.kind) for each in rows for signal in each.signals),
    }
